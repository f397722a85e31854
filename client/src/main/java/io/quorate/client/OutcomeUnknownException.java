package io.quorate.client;

import org.jspecify.annotations.Nullable;

/**
 * A write was sent and its outcome is not known: the deadline passed, the connection broke, or
 * replicas failed. It may have been applied, may still be, or may never be. Reading the key tells;
 * writing the same value again is safe where the newest write wins.
 */
public final class OutcomeUnknownException extends QuorateException {
  public OutcomeUnknownException(String message, FailureInfo info, @Nullable Throwable cause) {
    super(message, info, cause);
  }

  @Override
  public boolean mayHaveApplied() {
    return true;
  }
}
