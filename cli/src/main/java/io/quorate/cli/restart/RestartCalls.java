package io.quorate.cli.restart;

import io.quorate.cli.command.Views;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.DrainStatus;
import io.quorate.client.admin.NodeMaintenance;
import io.quorate.client.admin.NodeView;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a rolling restart asks of the cluster and of this machine, and how it sees time. */
interface RestartCalls {
  /** The first cluster version of which releases know how to be drained. */
  int DRAINS_SINCE = 2;

  Views look();

  /** Whether a node runs a release that can be drained. */
  boolean canBeDrained(NodeView node);

  void setDrained(NodeView node, boolean drained);

  DrainStatus drainStatus(NodeView node);

  /** Sets a marker: the hints that the node holds now are before it. */
  long markHints(NodeView node);

  /** Hints before a marker that the node still holds. */
  long hintsBefore(NodeView node, long marker);

  LocalRun.End run(String line, Duration atMost);

  /** Of a clock that only goes forward. */
  long nanos();

  /** Waits until it is worth to look again. */
  void pause();

  /** Asks a cluster, and runs commands here. */
  static RestartCalls of(QuorateClient client) {
    return new RestartCalls() {
      private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

      private NodeMaintenance of(NodeView node) {
        return Administration.of(client).maintenance(node.address());
      }

      @Override
      public Views look() {
        return Views.of(client);
      }

      @Override
      public boolean canBeDrained(NodeView node) {
        return Administration.of(client).cluster().upgradeStatus().nodes().stream()
            .noneMatch(
                each -> each.id().equals(node.id()) && each.newestClusterVersion() < DRAINS_SINCE);
      }

      @Override
      public void setDrained(NodeView node, boolean drained) {
        of(node).setDrained(drained);
      }

      @Override
      public DrainStatus drainStatus(NodeView node) {
        return of(node).drainStatus();
      }

      @Override
      public long markHints(NodeView node) {
        return of(node).setMarker().marker();
      }

      @Override
      public long hintsBefore(NodeView node, long marker) {
        return of(node).hintsBefore(marker).hintsBeforeMarker();
      }

      @Override
      public LocalRun.End run(String line, Duration atMost) {
        return LocalRun.of(line, atMost);
      }

      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    };
  }
}
