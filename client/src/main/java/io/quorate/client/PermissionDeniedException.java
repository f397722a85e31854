package io.quorate.client;

import org.jspecify.annotations.Nullable;

/**
 * No grant of the client's user allows it. Nothing was applied. It is thrown alike for tenants that
 * exist and for those that do not; {@code io.quorate.client.admin.Access#whoAmI} tells which user
 * the client is to the cluster.
 */
public final class PermissionDeniedException extends QuorateException {
  public PermissionDeniedException(String message, FailureInfo info, @Nullable Throwable cause) {
    super(message, info, cause);
  }
}
