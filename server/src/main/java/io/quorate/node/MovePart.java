package io.quorate.node;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Member;
import io.quorate.metadata.MetadataGroup;
import io.quorate.migration.Driver;
import io.quorate.migration.MoveConfig;
import io.quorate.migration.MoveReport;
import io.quorate.migration.MoveReport.Standing;
import io.quorate.migration.MoveReportCodec;
import io.quorate.migration.NodeView;
import io.quorate.migration.Planning;
import io.quorate.model.NodeId;
import io.quorate.replication.health.Liveness;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A node's part in changes of the topology: tells the metadata leader how far it is with partitions
 * on the move, and drives them while it leads itself.
 */
final class MovePart {
  private static final long STEP_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Of one report, so that its message stays small; the others follow in the next one. */
  private static final int STANDINGS_MAX = 1_000;

  private final NodeId self;
  private final Lane lane;
  private final Clock clock;
  private final Liveness liveness;
  private final Supplier<List<Standing>> standings;
  private final MetadataGroup group;
  private final MoveConfig config;
  private final Driver driver;
  private final Executor longTasks;
  private ClusterState state;

  /** The partition from which on the next report tells. */
  private int from;

  private boolean leads;

  /** Whether a plan is being made. */
  private boolean planning;

  private boolean stopped;

  /**
   * @param standings how far this node is, of partitions that it serves at the epoch it knows;
   *     ascending
   * @param longTasks where a change is planned
   */
  MovePart(
      NodeId self,
      Lane lane,
      Clock clock,
      Liveness liveness,
      Supplier<List<Standing>> standings,
      MetadataGroup group,
      MoveConfig config,
      Driver driver,
      Executor longTasks,
      ClusterState state) {
    this.self = self;
    this.lane = lane;
    this.clock = clock;
    this.liveness = liveness;
    this.standings = standings;
    this.group = group;
    this.config = config;
    this.driver = driver;
    this.longTasks = longTasks;
    this.state = state;
  }

  void start() {
    tickLater();
  }

  void stop() {
    stopped = true;
  }

  void stateChanged(ClusterState next) {
    state = next;
  }

  void onReport(NodeId node, byte[] report) {
    if (leads) {
      driver.onReport(node, MoveReportCodec.decode(report));
    }
  }

  Driver driver() {
    return driver;
  }

  private void tickLater() {
    Lane.Timer unused = lane.schedule(config.reportNanos(), this::tick);
  }

  private void tick() {
    if (stopped) {
      return;
    }
    drive();
    report();
    tickLater();
  }

  private void report() {
    List<Standing> all = standings.get();
    Member member = state.members().get(self);
    if (all.isEmpty() && (member == null || !member.down())) {
      return;
    }
    List<Standing> next =
        all.size() <= STANDINGS_MAX
            ? all
            : all.stream().filter(each -> each.partition() >= from).limit(STANDINGS_MAX).toList();
    from = next.size() < STANDINGS_MAX ? 0 : next.getLast().partition() + 1;
    group.report(MoveReportCodec.encode(new MoveReport(state.stateVersion(), next)));
  }

  private void drive() {
    boolean led = leads;
    leads = self.equals(group.status().leader());
    long now = clock.nanos();
    if (leads != led) {
      driver.begin(now);
    }
    if (!leads) {
      return;
    }
    driver.tick(state, now, new View(group.status().voters())).forEach(this::propose);
    if (!planning && driver.shouldPlan(state, now)) {
      plan(state);
    }
  }

  /** Whatever becomes of it shows in the state; what did not change is asked for again. */
  private void propose(Command command) {
    group.propose(command, clock.nanos() + STEP_TIMEOUT_NANOS, outcome -> {});
  }

  private void plan(ClusterState wished) {
    try {
      longTasks.execute(
          () -> {
            try {
              PlanChange plan = Planning.plan(wished);
              lane.execute(() -> planned(plan));
            } catch (RuntimeException broken) {
              lane.execute(
                  () -> {
                    throw broken; // as if it had been planned here
                  });
            }
          });
      planning = true;
    } catch (RejectedExecutionException busy) {
      // Operators have asked for many previews: the driver asks again.
    }
  }

  private void planned(PlanChange plan) {
    planning = false;
    if (leads && !stopped) {
      driver.planned(plan);
      propose(plan);
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
