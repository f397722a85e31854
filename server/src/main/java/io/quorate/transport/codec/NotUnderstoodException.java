package io.quorate.transport.codec;

import com.google.protobuf.InvalidProtocolBufferException;

/**
 * A well-formed message has a value that this version does not know, or lacks a part that this
 * version needs, as messages of a newer version may. The stream goes on, whereas bytes that are no
 * message end it.
 */
public final class NotUnderstoodException extends InvalidProtocolBufferException {
  private static final long serialVersionUID = 1;

  public NotUnderstoodException(String what) {
    super(what);
  }

  /** Fills nothing in: a sender can cause one exception with each message. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
