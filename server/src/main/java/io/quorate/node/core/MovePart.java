package io.quorate.node.core;

import io.quorate.cluster.ClusterState;
import io.quorate.metadata.MetadataGroup;
import io.quorate.migration.Driver;
import io.quorate.migration.MoveReport;
import io.quorate.migration.MoveReportCodec;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;

/**
 * A node's part in changes of the topology: tells the metadata leader how far it is with partitions
 * on the move, and drives them while it leads itself.
 */
final class MovePart {
  private final Lane lane;
  private final long tickNanos;
  private final MetadataGroup group;
  private final MoveLeader leader;
  private final MoveReporter reporter;
  private ClusterState state;
  private boolean stopped;

  /**
   * @param tickNanos between two reports, and two looks at what is due
   */
  MovePart(
      Lane lane,
      long tickNanos,
      MetadataGroup group,
      MoveLeader leader,
      MoveReporter reporter,
      ClusterState state) {
    this.lane = lane;
    this.tickNanos = tickNanos;
    this.group = group;
    this.leader = leader;
    this.reporter = reporter;
    this.state = state;
  }

  void start() {
    tickLater();
  }

  void stop() {
    stopped = true;
    leader.stop();
  }

  void stateChanged(ClusterState next) {
    state = next;
  }

  void onReport(NodeId node, byte[] report) {
    leader.onReport(node, report);
  }

  Driver driver() {
    return leader.driver();
  }

  private void tickLater() {
    Lane.Timer unused = lane.schedule(tickNanos, this::tick);
  }

  private void tick() {
    if (stopped) {
      return;
    }
    leader.tick(state);
    MoveReport report = reporter.next(state);
    if (report != null) {
      group.report(MoveReportCodec.encode(report));
    }
    tickLater();
  }
}
