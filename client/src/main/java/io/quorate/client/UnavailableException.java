package io.quorate.client;

import org.jspecify.annotations.Nullable;

/**
 * Too few replicas are live for the level, no node could be reached, or the clocks of nodes are
 * behind what the session has seen, since one has jumped. Nothing was applied anywhere: safe to try
 * again.
 */
public final class UnavailableException extends QuorateException {
  public UnavailableException(String message, FailureInfo info, @Nullable Throwable cause) {
    super(message, info, cause);
  }

  @Override
  public boolean mayPass() {
    return true;
  }
}
