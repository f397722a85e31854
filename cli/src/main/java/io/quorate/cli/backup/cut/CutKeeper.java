package io.quorate.cli.backup.cut;

import io.quorate.client.QuorateException;
import io.quorate.client.admin.Backups;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Says again and again that a cut is still wanted: the cluster ends a cut whose command was killed,
 * and one that writes to slow storage may read nothing for as long.
 */
final class CutKeeper implements AutoCloseable {
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "cut-keeper");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param every much less than the time after which a cut ends by itself
   */
  CutKeeper(Backups backups, long cut, Duration every) {
    var unused =
        executor.scheduleWithFixedDelay(
            () -> keep(backups, cut), every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void keep(Backups backups, long cut) {
    try {
      backups.keepCut(cut);
    } catch (QuorateException failed) {
      // It is said again. If the cut has ended, the next page that is read tells.
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
