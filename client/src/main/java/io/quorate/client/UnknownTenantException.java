package io.quorate.client;

import org.jspecify.annotations.Nullable;

/** The tenant does not exist. Nothing was applied. */
public final class UnknownTenantException extends QuorateException {
  public UnknownTenantException(String message, FailureInfo info, @Nullable Throwable cause) {
    super(message, info, cause);
  }
}
