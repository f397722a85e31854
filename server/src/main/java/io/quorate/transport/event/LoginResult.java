package io.quorate.transport.event;

/** What became of a login. */
public enum LoginResult {
  /** With a password. */
  OK,
  /** A wrong password, an unknown user, or a token that is not good. */
  REFUSED,
  /** Logins of the user, or from the network, have failed too often. */
  PUT_OFF,
  MALFORMED,
  /** It took too long, or its password was changed while it was under way. */
  LATE,
  PLAINTEXT,
  /** Too many are under way. */
  FULL,
  /** The node does not know the users yet. */
  NOT_SERVING,
  /** A token of the identity provider that this node sees for the first time, and is good. */
  TOKEN,
  /** A token of an identity provider that is not good. */
  TOKEN_REFUSED
}
