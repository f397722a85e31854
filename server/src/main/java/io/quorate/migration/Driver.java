package io.quorate.migration;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Member;
import io.quorate.migration.MoveReport.Standing;
import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves partitions to their target lists: says when a wish is to be planned, lets moves begin, and
 * takes each step of the ladder once what it needs was reported (docs/design/topology-change.md).
 * Runs on the leader of the metadata group; remembers nothing that the cluster's state does not
 * say, but for reports, which come again: so a new leader goes on where the old one was. A step
 * that is asked for too late, or twice, has no effect, for it names the epoch that it was decided
 * on.
 */
public final class Driver {
  /** So that to choose them stays short work, however many partitions there are. */
  private static final int BEGINS_MAX = 64;

  private final MoveConfig config;
  private final MigrationRules rules;
  private final Consumer<MigrationEvent> events;

  /** On the ladder, by partition. */
  private final TreeMap<Integer, PartitionMove> climbs = new TreeMap<>();

  private final DownNodes downs;
  private final Alarms alarms;
  private final PendingProposals<MoveStep> steps;
  private final PendingProposals<Long> plans;
  private final PendingProposals<NodeId> leaves;

  /** In moves that are over. */
  private final Copied copied = new Copied();

  private final Speed speed = new Speed();
  private @Nullable ClusterState state;

  /** The wish of which it was last told that it cannot be planned; -1 if of none. */
  private long planFailed = -1;

  /** The wish for which a plan was refused last; 0: none was. */
  private long refusedBefore;

  /** Nodes that are to leave and own nothing, as of {@link #state}. */
  private List<NodeId> leaving = List.of();

  private final StillVoting stillVoting;
  private final NotBegun notBegun = new NotBegun();
  private List<Awaited> awaited = List.of();

  public Driver(MoveConfig config, Consumer<MigrationEvent> events) {
    this(config, new MigrationRules(), events);
  }

  Driver(MoveConfig config, MigrationRules rules, Consumer<MigrationEvent> events) {
    this.config = config;
    this.rules = rules;
    this.events = events;
    this.downs = new DownNodes(config, events);
    this.alarms = new Alarms(config, events);
    this.stillVoting = new StillVoting(events);
    this.steps = new PendingProposals<>(config.stepNanos());
    this.plans = new PendingProposals<>(config.stepNanos());
    this.leaves = new PendingProposals<>(config.stepNanos());
  }

  /** This node leads from now on. What it knows is from an earlier time that it did. */
  public void begin(long nowNanos) {
    climbs.clear();
    steps.clear();
    plans.clear();
    leaves.clear();
    copied.clear();
    speed.begin(nowNanos);
    downs.begin(nowNanos);
    alarms.clear();
    state = null;
    leaving = List.of();
    stillVoting.clear();
    notBegun.clear();
    awaited = List.of();
  }

  public void onReport(NodeId from, MoveReport report) {
    for (Standing standing : report.standings()) {
      PartitionMove climb = climbs.get(standing.partition());
      if (climb != null) {
        climb.onReport(from, standing);
      }
    }
    if (state != null) {
      downs.onReport(from, report.stateVersion(), state);
    }
  }

  /**
   * What to change now.
   *
   * @param now all that was decided, as far as this node knows
   * @param view how nodes look from here
   */
  public List<Command> tick(ClusterState now, long nowNanos, NodeView view) {
    if (state == null || now.stateVersion() != state.stateVersion()) {
      follow(now);
    }
    List<Command> commands = new ArrayList<>();
    SortedSet<NodeId> down = downs.marked(now);
    List<MoveStep> due = new ArrayList<>();
    climb(now, down, nowNanos, due);
    begin(now, downs.unheard(now, nowNanos, view), nowNanos, due);
    if (!due.isEmpty()) {
      commands.add(new StepMoves(due));
    }
    commands.addAll(downs.changes(now, needed(now, view), nowNanos, view));
    leave(nowNanos, now, view, commands);
    alarms.look(climbs.values(), down, nowNanos, node -> downs.isHeard(node, nowNanos, view));
    awaited = awaited(nowNanos);
    speed.look(copiedInAll().bytes(), nowNanos);
    return commands;
  }

  /**
   * Partitions on the ladder are those that the state says; a new epoch is watched from the start.
   */
  private void follow(ClusterState next) {
    TreeMap<Integer, PartitionMove> before = new TreeMap<>(climbs);
    climbs.clear();
    for (int partition = 0; partition < next.partitions().size(); partition++) {
      PartitionPlacement placement = next.partitions().get(partition);
      Move move = placement.move();
      if (move != null) {
        PartitionMove known = before.get(partition);
        climbs.put(
            partition, new PartitionMove(rules, partition, placement, move).following(known));
      }
    }
    if (state != null && !state.isChanging()) {
      copied.clear();
    }
    before.forEach(
        (partition, climb) -> {
          PartitionMove after = climbs.get(partition);
          if (after == null || after.begunEpoch() != climb.begunEpoch()) {
            copied.add(climb.copied().values());
          }
        });
    state = next;
    leaving =
        next.members().values().stream()
            .filter(member -> member.state() == Member.State.LEAVING && !next.owns(member.id()))
            .map(Member::id)
            .toList();
  }

  /**
   * Whether a wish is to be planned now, see {@link Planning#plan}. Not the driver's own work: with
   * thousands of partitions on a few nodes it takes seconds.
   */
  public boolean shouldPlan(ClusterState now, long nowNanos) {
    return now.change().needsPlan() && plans.take(now.change().wishedAt(), nowNanos);
  }

  /** It was planned, and that is proposed. */
  public void planned(PlanChange plan) {
    events.accept(new MigrationEvent.Planned(plan.targets().size()));
  }

  /** A wish could not be planned. It is planned again after a while, unless it is called off. */
  public void planFailed(long wishedAt, RuntimeException why) {
    boolean again = planFailed == wishedAt;
    planFailed = wishedAt;
    events.accept(new MigrationEvent.PlanFailed(wishedAt, why, again));
  }

  /**
   * A plan was not taken. The next one for the same wish may be, as where a node has left
   * meanwhile; if that is refused, too, nothing will come of it.
   */
  public void planRefused(PlanChange plan, String why, ClusterState now) {
    if (!now.change().needsPlan() || now.change().wishedAt() != plan.wishedAt()) {
      return; // something else is wished for by now
    }
    if (refusedBefore == plan.wishedAt()) {
      planFailed(plan.wishedAt(), new IllegalStateException(why));
    }
    refusedBefore = plan.wishedAt();
  }

  private void climb(ClusterState now, SortedSet<NodeId> down, long nowNanos, List<MoveStep> due) {
    Set<Replication> replications = now.replications();
    Regions regions = now.regions();
    for (PartitionMove climb : climbs.values()) {
      MoveStep step = climb.look(down, climb.factors(replications, regions), nowNanos);
      if (step != null && steps.take(step, nowNanos)) {
        events.accept(new MigrationEvent.Stepped(step.kind()));
        if (!step.excused().isEmpty()) {
          events.accept(new MigrationEvent.Excused(step.excused().size()));
        }
        due.add(step);
      }
    }
  }

  /** Those that wait for a node that was given up take no place of others. */
  private void begin(
      ClusterState now, SortedSet<NodeId> unheard, long nowNanos, List<MoveStep> due) {
    if (now.change().limits().paused()
        || now.change().needsPlan()
        || now.awaitingMove().isEmpty()) {
      notBegun.clear();
      return;
    }
    long underWay =
        climbs.values().stream()
            .filter(climb -> Collections.disjoint(climb.waitsSince().keySet(), unheard))
            .count();
    long asked = steps.open(nowNanos).stream().filter(step -> isStillToBegin(now, step)).count();
    long most = Math.min(now.change().limits().parallel(), started(now, unheard, nowNanos));
    long room = most - underWay - asked;
    if (room <= 0) {
      notBegun.retain(unheard); // which of the others could begin is not looked at now
      return;
    }
    StartOrder begins = new StartOrder(now, unheard, climbs.values());
    for (int partition : begins.choose((int) Math.min(BEGINS_MAX, room + asked))) {
      long epoch = now.partitions().get(partition).epoch();
      MoveStep step = new MoveStep(partition, epoch, Kind.BEGIN);
      if (room > 0 && steps.take(step, nowNanos)) {
        events.accept(new MigrationEvent.Stepped(Kind.BEGIN));
        due.add(step);
        room--;
      }
    }
    if (now.clusterVersion() >= 2) { // commands of 0.1 would take it for one that moves wait for
      notBegun.look(begins.lacking(), nowNanos);
    }
  }

  /**
   * As many as may be on the move for all that has happened in this change. It begins with one:
   * what goes wrong goes wrong with few, and nodes that have just been started become warm. Those
   * that have waited for long hold no other up, nor is there time for this while a replica is
   * missing.
   */
  private long started(ClusterState now, SortedSet<NodeId> unheard, long nowNanos) {
    if (config.slowStart() == 0 || !unheard.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long waiting =
        climbs.values().stream()
            .filter(climb -> climb.hasWaitedFor(config.downAfterNanos(), nowNanos))
            .count();
    int arrived = now.change().planned() - now.yetToArrive().size();
    return 1 + waiting + Math.max(0, arrived) / config.slowStart();
  }

  private static boolean isStillToBegin(ClusterState now, MoveStep step) {
    PartitionPlacement placement = now.partitions().get(step.partition());
    return step.kind() == Kind.BEGIN && placement.epoch() == step.epoch();
  }

  /** Nodes that something cannot go on without. */
  private SortedSet<NodeId> needed(ClusterState now, NodeView view) {
    SortedSet<NodeId> needed = new TreeSet<>();
    climbs.values().forEach(climb -> needed.addAll(climb.waitsSince().keySet()));
    if (leaving.stream().anyMatch(node -> votes(node, now, view))) {
      // Another votes in its place; a node that is not there cannot.
      needed.addAll(now.members().keySet());
    }
    return needed;
  }

  /**
   * Whether a node still votes about metadata, or about locks: it must not leave then, lest a
   * majority be gone (docs/design/locks.md#keepers). A node that is marked down is let go: it may
   * have died, and a majority of the locks' voters may be gone with it, so that none could remove
   * it.
   */
  private static boolean votes(NodeId node, ClusterState now, NodeView view) {
    Member member = now.members().get(node);
    boolean isUp = member != null && !member.down();
    return view.isVoter(node) || (isUp && now.locks().mayVote(node));
  }

  private void leave(long nowNanos, ClusterState now, NodeView view, List<Command> commands) {
    List<NodeId> voting = leaving.stream().filter(node -> votes(node, now, view)).toList();
    if (now.clusterVersion() >= 2) { // commands of 0.1 would take it for a node that is lost
      stillVoting.look(
          voting, voting.stream().filter(node -> !view.isVoter(node)).toList(), nowNanos);
    }
    for (NodeId node : leaving) {
      if (!voting.contains(node) && leaves.take(node, nowNanos)) {
        events.accept(new MigrationEvent.Left(node));
        commands.add(new NodeLeft(node));
      }
    }
  }

  /** The nodes that are waited for, as of the last tick. None, unless this node leads. */
  public List<Awaited> awaited() {
    return awaited;
  }

  private List<Awaited> awaited(long nowNanos) {
    List<Awaited> all = new ArrayList<>(alarms.awaited());
    all.addAll(notBegun.awaited(nowNanos));
    all.addAll(stillVoting.awaited(nowNanos));
    return List.copyOf(all);
  }

  /** How far the change is, as of the last tick. Nothing, unless this node leads. */
  public Progress progress() {
    ClusterState now = state;
    if (now == null) {
      return Progress.NONE;
    }
    Copied sum = copiedInAll();
    return new Progress(
        now.change().planned(),
        now.yetToArrive().size(),
        climbs.size(),
        sum.records(),
        sum.bytes(),
        sum.skipped(),
        speed.bytesPerSecond());
  }

  /** Of this change: of the moves that are over, and of those under way. */
  private Copied copiedInAll() {
    Copied sum = copied.copy();
    climbs.values().forEach(climb -> sum.add(climb.copied().values()));
    return sum;
  }
}
