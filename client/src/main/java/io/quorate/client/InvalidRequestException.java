package io.quorate.client;

/** The request can never succeed as it is. Nothing was applied. */
public final class InvalidRequestException extends QuorateException {
  InvalidRequestException(String message) {
    this(message, FailureFacts.NONE);
  }

  InvalidRequestException(String message, FailureFacts facts) {
    super(message, facts, null, true);
  }
}
