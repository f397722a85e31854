package io.quorate.client;

/** The request can never succeed as it is. Nothing was applied. */
public final class InvalidRequestException extends QuorateException {
  InvalidRequestException(String message) {
    this(message, FailureInfo.NONE);
  }

  InvalidRequestException(String message, FailureInfo info) {
    super(message, info, null, true);
  }
}
