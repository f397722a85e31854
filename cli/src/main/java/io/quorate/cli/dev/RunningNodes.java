package io.quorate.cli.dev;

import java.util.List;
import java.util.Optional;

/** The nodes of a cluster on this machine, while they run. */
interface RunningNodes {
  /** What to print about each node, in order. */
  List<String> describe();

  /** What to print about a node that was found to be no member any more. */
  static String hasLeft(DevNode node) {
    return "%s has left the cluster and does not run; its directory %s can be deleted"
        .formatted(node.name(), node.directory());
  }

  /**
   * Waits until every node serves, but for those that have left the cluster.
   *
   * @return false if one does not by the deadline, or ended; {@link #failure} says so then
   */
  boolean awaitReady(long deadlineNanos) throws InterruptedException;

  /** Why not all nodes serve yet, in one line. */
  String waitingFor();

  /** A node that ended though it was not asked to, told in one line. */
  Optional<String> failure();

  /** Returns when no node runs any more. */
  void awaitEnd() throws InterruptedException;

  /** Stops all nodes in order and returns when none runs any more. */
  void stop();
}
