package io.quorate.client;

/** The client was closed before the operation was sent. Nothing was applied. */
public final class ClientClosedException extends QuorateException {
  public ClientClosedException(String message) {
    super(message, FailureInfo.NONE, null);
  }
}
