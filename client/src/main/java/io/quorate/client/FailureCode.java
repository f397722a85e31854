package io.quorate.client;

/**
 * What exactly happened, where a program can do something about it: decide by it, not by the words
 * of a message. Later releases may have further codes.
 */
public enum FailureCode {
  /** What there is to know is in the type of the failure and its message. */
  NONE,
  /** The node that was asked has not joined a cluster yet, or has lost its data. */
  NOT_JOINED,
  /** A tenant has no history, so there is no cut of it as of a moment that has passed. */
  NO_HISTORY,
  /** The moment of a cut is before a history begins: a later one can succeed. */
  BEFORE_HISTORY,
  /** There is another cut that has not ended, and there is one at a time. */
  OTHER_CUT,
  /**
   * All nodes that the client tried refuse its certificate, or it theirs other than for the name.
   * No request was sent, and none will be until the settings of TLS of one of the two are
   * corrected. It is the client that says so. Where a certificate is for another name, or one side
   * does not use TLS, it may be the endpoints that are wrong, and the code is {@link #NONE}.
   */
  TLS
}
