package io.quorate.transport.codec;

import com.google.protobuf.InvalidProtocolBufferException;

/**
 * A message that is well-formed, and lacks a part or has a value without which it means nothing
 * here: a newer version says it in another way. That is no reason to end a stream, as bytes that
 * are no message are.
 */
final class NotUnderstoodException extends InvalidProtocolBufferException {
  private static final long serialVersionUID = 1;

  NotUnderstoodException(String what) {
    super(what);
  }

  /** Left out: a sender can cause as many as it sends messages. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
