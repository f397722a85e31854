package io.quorate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A bound was hit, in the client or at a node, or a tenant's quota is used up. Nothing was applied;
 * try again later.
 */
public final class OverloadedException extends QuorateException {
  private final Duration retryAfter;

  public OverloadedException(
      String message, FailureInfo info, Duration retryAfter, @Nullable Throwable cause) {
    super(message, info, cause);
    this.retryAfter = retryAfter;
  }

  /** How long to wait before a retry can help; zero when not known. */
  public Duration retryAfter() {
    return retryAfter;
  }

  @Override
  public boolean mayPass() {
    return true;
  }
}
