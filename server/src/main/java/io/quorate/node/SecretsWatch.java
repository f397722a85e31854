package io.quorate.node;

import io.quorate.node.config.NodeConfig;
import io.quorate.runtime.Lane;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Looks from time to time which files of secrets other users may read. Never on the lane: such a
 * file may be on a mount that hangs.
 */
final class SecretsWatch {
  private static final long EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final NodeConfig config;
  private volatile List<String> open;

  /** Looks at once. */
  SecretsWatch(NodeConfig config) {
    this.config = config;
    this.open = OpenSecrets.settings(config);
  }

  /** Returns the settings that name such files, as of the last look. */
  List<String> open() {
    return open;
  }

  /**
   * Goes on looking.
   *
   * @param longTasks looks at the files
   */
  void start(Lane lane, Executor longTasks) {
    Lane.Timer unused = lane.schedule(EVERY_NANOS, () -> look(lane, longTasks));
  }

  private void look(Lane lane, Executor longTasks) {
    try {
      longTasks.execute(
          () -> {
            open = OpenSecrets.settings(config);
            lane.execute(() -> start(lane, longTasks));
          });
    } catch (RejectedExecutionException busyOrClosing) {
      start(lane, longTasks);
    }
  }
}
