package io.quorate.transport.event;

/** What became of a login. */
public enum LoginResult {
  OK,
  /** A wrong password, an unknown user, or a token that is not good. */
  REFUSED,
  /** Logins of the user, or from the network, have failed too often. */
  PUT_OFF,
  MALFORMED,
  LATE,
  PLAINTEXT,
  /** Too many are under way. */
  FULL,
  /** The node does not know the users yet. */
  NOT_SERVING
}
