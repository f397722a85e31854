package io.quorate.client;

/** The request can never succeed as it is. Nothing was applied. */
public sealed class InvalidRequestException extends QuorateException permits WrongModelException {
  public InvalidRequestException(String message) {
    this(message, FailureInfo.NONE);
  }

  public InvalidRequestException(String message, FailureInfo info) {
    super(message, info, null, true);
  }
}
