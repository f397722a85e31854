package io.quorate.transport;

import io.quorate.runtime.Lane;

/**
 * Where calls of connections come onto the lane: at once when the connection is served by the
 * lane's own loop, as a task otherwise. What goes wrong inside reaches the lane as if a task of it
 * had thrown; gRPC would log it and go on with state that no invariant vouches for.
 */
public final class LaneEntry {
  private final Lane lane;

  public LaneEntry(Lane lane) {
    this.lane = lane;
  }

  public Lane lane() {
    return lane;
  }

  public void enter(Runnable task) {
    if (!lane.isCurrent()) {
      lane.execute(task);
      return;
    }
    try {
      task.run();
    } catch (RuntimeException | Error broken) {
      lane.execute(
          () -> {
            throw broken;
          });
    }
  }
}
