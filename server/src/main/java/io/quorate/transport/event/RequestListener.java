package io.quorate.transport.event;

import io.quorate.placement.Level;
import org.jspecify.annotations.Nullable;

/** Told of every client request when it has ended, on the lane. Must cost next to nothing. */
@FunctionalInterface
public interface RequestListener {
  /**
   * A request has been answered.
   *
   * @param tenant as the client named it; empty for the default tenant
   * @param level that the client asked for; null: the tenant's own
   * @param nanos from its arrival to its answer
   */
  void served(
      String tenant, RequestKind kind, @Nullable Level level, RequestResult result, long nanos);
}
