package io.quorate.client.internal.net;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * The cause of the status of a call that ended before anything of it was sent, as no login was had:
 * gRPC has no status of its own for that, and a change that was sent may have been applied.
 */
public final class NotSent extends Exception {
  private static final long serialVersionUID = 1L;

  private NotSent(@Nullable Throwable cause) {
    super(cause == null ? null : cause.getMessage(), cause, false, false);
  }

  /** Returns the status, which says so from now on. */
  public static Status mark(Status status) {
    return status.withCause(new NotSent(status.getCause()));
  }

  /** Whether a status says so. */
  public static boolean isSaidBy(Status status) {
    return status.getCause() instanceof NotSent;
  }
}
