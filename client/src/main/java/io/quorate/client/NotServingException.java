package io.quorate.client;

import org.jspecify.annotations.Nullable;

/** The nodes asked cannot serve now (starting, stopping, disk trouble). Nothing was applied. */
public final class NotServingException extends QuorateException {
  public NotServingException(String message, FailureInfo info, @Nullable Throwable cause) {
    super(message, info, cause);
  }

  @Override
  public boolean mayPass() {
    return true;
  }
}
