package io.quorate.client;

import org.jspecify.annotations.Nullable;

/**
 * The time given ran out, and nothing was applied: it was a read, or a write that was never sent.
 */
public final class DeadlineExceededException extends QuorateException {
  public DeadlineExceededException(String message, FailureInfo info, @Nullable Throwable cause) {
    super(message, info, cause);
  }

  @Override
  public boolean mayPass() {
    return true;
  }
}
