package io.quorate.client.internal.net;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A cause of the status of a call that failed for want of a login: its node was reached, and it is
 * the login that is to be looked at.
 */
public final class NoLogin extends Exception {
  private static final long serialVersionUID = 1L;

  private NoLogin(@Nullable Throwable cause) {
    super(cause == null ? null : cause.getMessage(), cause, false, false);
  }

  /** Returns the status, which says so from now on. */
  public static Status mark(Status status) {
    return status.withCause(new NoLogin(status.getCause()));
  }

  /** Whether a status says so. */
  static boolean isSaidBy(Status status) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof NoLogin) {
        return true;
      }
    }
    return false;
  }
}
