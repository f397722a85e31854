package io.quorate.raft;

/**
 * Bytes that no version of this encoding wrote: a message to refuse, or a damaged log or snapshot
 * that must not be used.
 */
public final class MalformedRaftBytesException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MalformedRaftBytesException(String message) {
    super(message);
  }
}
