package io.quorate.node.core;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataGroup;
import io.quorate.migration.Driver;
import io.quorate.migration.MoveReportCodec;
import io.quorate.migration.NodeView;
import io.quorate.model.NodeId;
import io.quorate.replication.health.Liveness;
import io.quorate.runtime.LaneTime;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Plans changes of the topology and drives them, while this node leads the metadata group. */
final class MoveLeader {
  private static final long STEP_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final NodeId self;
  private final LaneTime time;
  private final Liveness liveness;
  private final MetadataGroup group;
  private final Driver driver;
  private final PlanMaker plans;
  private boolean leads;
  private boolean stopped;

  MoveLeader(
      NodeId self,
      LaneTime time,
      Liveness liveness,
      MetadataGroup group,
      Driver driver,
      PlanMaker plans) {
    this.self = self;
    this.time = time;
    this.liveness = liveness;
    this.group = group;
    this.driver = driver;
    this.plans = plans;
  }

  void stop() {
    stopped = true;
  }

  void onReport(NodeId node, byte[] report) {
    if (leads) {
      driver.onReport(node, MoveReportCodec.decode(report));
    }
  }

  Driver driver() {
    return driver;
  }

  /** Takes the steps that are due, if this node leads. */
  void tick(ClusterState state) {
    boolean led = leads;
    leads = self.equals(group.status().leader());
    long now = time.clock().nanos();
    if (leads != led) {
      driver.begin(now);
    }
    if (!leads) {
      return;
    }
    driver.tick(state, now, new View(group.status().voters())).forEach(this::propose);
    if (!plans.isBusy() && driver.shouldPlan(state, now)) {
      long wishedAt = state.change().wishedAt();
      plans.make(state, this::planned, broken -> driver.planFailed(wishedAt, broken));
    }
  }

  /** Whatever becomes of it shows in the state; what did not change is asked for again. */
  private void propose(Command command) {
    group.propose(command, time.clock().nanos() + STEP_TIMEOUT_NANOS, outcome -> {});
  }

  private void planned(PlanChange plan) {
    if (leads && !stopped) {
      driver.planned(plan);
      group.propose(
          plan,
          time.clock().nanos() + STEP_TIMEOUT_NANOS,
          outcome -> {
            if (outcome instanceof CommandOutcome.Rejected rejected) {
              driver.planRefused(plan, rejected.reason(), group.state());
            }
          });
    }
  }

  /** How nodes look from here. */
  private final class View implements NodeView {
    private final List<NodeId> voters;

    View(List<NodeId> voters) {
      this.voters = voters;
    }

    @Override
    public long silentNanos(NodeId node) {
      long millis = liveness.silentMillis(node);
      return millis < 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public boolean isVoter(NodeId node) {
      return voters.contains(node);
    }
  }
}
