package io.quorate.sim.cluster;

import io.quorate.cluster.Change;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Member;
import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Replication;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.sim.check.PromiseChecker;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Operators that change the topology while everything else goes on: machines are taken in, nodes
 * are added, removed and replaced, changes are cancelled, paused and made faster. Also counts what
 * came of it.
 */
public final class SimTopology {
  private static final long TIMEOUT_NANOS = 1_000_000_000L;

  /** Until a command is decided, or never will be, though regions are far apart. */
  private static final long DECIDED_NANOS = 2 * TIMEOUT_NANOS;

  private static final long EVERY_NANOS = 200_000_000L;
  private static final long CALM_NANOS = 3_000_000_000L;
  private static final long LOOK_NANOS = 10_000_000L;
  private static final long ALTER_EVERY_NANOS = 300_000_000L;

  /** How late another copy of a request comes, on average: some overtake the first. */
  private static final long REPEATED_AFTER_NANOS = 400_000_000L;

  private final SimWorld world;
  private final SimCluster cluster;
  private final Windows windows;
  private final SimRandom random;

  /** Draws which requests are repeated, and what state they expect. */
  private final SimRandom repeating;

  private final RequestWatch requests;

  /** Whether operators name their requests, and repeat them. */
  private final boolean named;

  /** How many requests were made. */
  private long made;

  /** The move that was last seen in each partition. */
  private final Map<Integer, Move> moves = new TreeMap<>();

  /** Draws what tenants are altered to; null if they are not. */
  private @Nullable SimRandom altering;

  /** What operators of nodes in several regions ask for; null if all stand in one. */
  private @Nullable RegionWishes regional;

  private @Nullable ClusterState last;
  private long everyNanos = EVERY_NANOS;
  private boolean stopped;

  /** When operators last asked for something. */
  private long askedNanos;

  public SimTopology(SimCluster cluster) {
    this.world = cluster.world();
    this.cluster = cluster;
    this.windows = cluster.windows();
    this.random = world.random("topology");
    this.repeating = world.random("repeated requests");
    this.requests = new RequestWatch(windows);
    this.named = repeating.chance(0.5);
  }

  /** Tenants of more than one replica are given other replication factors, too, as said before. */
  public void alterTenants() {
    altering = world.random("alterations");
  }

  /** Operators ask for what concerns regions. */
  public void wish(RegionWishes wishes) {
    regional = wishes;
  }

  /** Changes are begun rarely, so that nothing moves for most of the time. */
  public void calm() {
    everyNanos = CALM_NANOS;
  }

  /** Begins to change the topology. */
  public void start() {
    later();
    if (altering != null) {
      alterLater(altering);
    }
    look();
  }

  private void alterLater(SimRandom drawn) {
    world.schedule(
        drawn.exponential(ALTER_EVERY_NANOS),
        "topology",
        () -> {
          if (!stopped) {
            alter(drawn);
            alterLater(drawn);
          }
        });
  }

  /** Not other tenants: the operators of those expect that only they alter them. */
  private boolean hasClients(String tenant) {
    return tenant.equals(Tenant.DEFAULT_NAME)
        || cluster.others().stream().anyMatch(other -> other.name().equals(tenant));
  }

  private void alter(SimRandom drawn) {
    ClusterState state = newest();
    if (state == null) {
      return;
    }
    List<Tenant> altered =
        state.tenants().values().stream()
            .filter(tenant -> tenant.replication().smallest() > 1 && hasClients(tenant.name()))
            .toList();
    if (!altered.isEmpty()) {
      String name = drawn.pick(altered).name();
      int factor = drawn.pick(PromiseChecker.ALTERED_TO);
      propose(new Command.AlterTenant(name, TenantSettings.NONE, factor));
    }
  }

  /** Requests no more changes; paused ones go on. */
  public void stop() {
    stopped = true;
    goOn();
  }

  /** Whether all nodes know that nothing is on the move, and those that were to leave have left. */
  public boolean isDone() {
    if (regional != null && world.nowNanos() - askedNanos < DECIDED_NANOS) {
      return false; // what was asked for last may be on its way yet
    }
    for (SimNode node : cluster.present()) {
      ClusterState state = stateOf(node);
      if (state == null || state.isChanging() || !isSettled(state)) {
        return false;
      }
      boolean arrived = state.replications().stream().noneMatch(Replication::isAltered);
      if (regional != null && !(arrived && regional.hasGivenUp(state))) {
        return false;
      }
    }
    return true;
  }

  /** What is decided of the topology, for the timeline. */
  private static String described(ClusterState state) {
    StringBuilder text = new StringBuilder();
    text.append("state ").append(state.stateVersion()).append(": ").append(state.change());
    for (Member member : state.members().values()) {
      text.append(' ').append(member.id()).append(' ').append(member.state());
      text.append(member.down() ? " (down)" : "");
    }
    undone(state, text);
    return text.toString();
  }

  /** Partitions that have not arrived, and factors that not all partitions have. */
  private static void undone(ClusterState state, StringBuilder text) {
    SortedSet<Integer> awaiting = state.awaitingMove();
    for (int number = 0; number < state.partitions().size(); number++) {
      PartitionPlacement partition = state.partitions().get(number);
      if (partition.move() != null || awaiting.contains(number)) {
        text.append(", ").append(number).append(": ").append(partition);
      }
    }
    for (Tenant tenant : state.tenants().values()) {
      Replication replication = tenant.replication();
      text.append(", tenant ").append(tenant.name()).append(": ").append(replication.factor());
      if (replication.isAltered()) {
        text.append(' ').append(replication.alterations());
      }
    }
  }

  /** What keeps it from being done. */
  public String undone() {
    StringBuilder text = new StringBuilder();
    for (SimNode node : cluster.present()) {
      ClusterState state = stateOf(node);
      if (state == null) {
        text.append(node.name()).append(" is no member; ");
      } else if (state.isChanging() || !isSettled(state)) {
        text.append(node.name()).append(" knows ").append(state.change()).append(' ');
        undone(state, text);
        text.append(state.members().values()).append("; ");
      }
    }
    return text.toString();
  }

  private static boolean isSettled(ClusterState state) {
    return state.members().values().stream()
        .noneMatch(
            member ->
                member.state() == Member.State.JOINING || member.state() == Member.State.LEAVING);
  }

  private static @Nullable ClusterState stateOf(SimNode node) {
    MetadataGroup group = node.metadata();
    return group == null ? null : group.state();
  }

  private void later() {
    world.schedule(
        random.exponential(everyNanos),
        "topology",
        () -> {
          if (!stopped) {
            act();
            later();
          }
        });
  }

  /** Asks again and again: an answer may be lost, or a leader, and what was asked may come late. */
  private void goOn() {
    ClusterState state = newest();
    if (state != null && state.change().limits().paused()) {
      propose(new Command.LimitChange(Change.Limits.DEFAULT));
    }
    if (state != null) {
      removeWhoNeverComes(state);
      turnOffRemoved(state);
      if (regional != null) {
        regional.giveUp(state, this::propose);
      }
    }
    world.schedule(TIMEOUT_NANOS, "topology", this::goOn);
  }

  /**
   * A node may have been removed while it was still being taken in through another member: that
   * request comes late, and adds a member that is never started, or only with another disk. The
   * operator removes it again, and cancels other changes that need the node.
   */
  private void removeWhoNeverComes(ClusterState state) {
    for (Member member : state.members().values()) {
      boolean comes =
          cluster.present().stream()
              .filter(node -> node.address().equals(member.address()))
              .anyMatch(node -> node.mayComeAs(member.id()));
      boolean lost = regional != null && regional.isLost(member);
      if (!comes && !lost && member.state() != Member.State.LEAVING) {
        windows.enter("topology: removed who never came");
        propose(new Command.CancelChange());
        propose(new Command.RemoveNode(member.id()));
      }
    }
  }

  /**
   * A node that got its old disk back may find that it was removed meanwhile, and goes on with the
   * empty disk that it had for a while. If all that it looks for were removed, too, it would form
   * another cluster with them.
   */
  private void turnOffRemoved(ClusterState state) {
    for (SimNode node : cluster.present()) {
      boolean isMember =
          state.members().values().stream()
              .anyMatch(member -> member.address().equals(node.address()));
      if (node.mayFormCluster() && !isMember) {
        windows.enter("topology: removed, and turned off");
        node.turnOff();
      }
    }
  }

  private void act() {
    List<SimNode> absent = cluster.nodes().stream().filter(node -> !node.isPresent()).toList();
    if (regional != null) {
      ClusterState known = newest();
      if (known != null) {
        regional.act(known, this::propose);
      }
      return;
    }
    int kind = random.nextInt(20);
    if (kind < 6 && !absent.isEmpty()) {
      Joining how = random.chance(0.5) ? Joining.WITH_SHARE : Joining.AS_SPARE;
      windows.enter("topology: invited " + Windows.words(how));
      random.pick(absent).invite(how);
      return;
    }
    ClusterState state = newest();
    if (state != null) {
      Command command = command(kind, state);
      if (command != null) {
        propose(command);
      }
    }
  }

  private @Nullable Command command(int kind, ClusterState state) {
    List<NodeId> spares = in(state, Member.State.SPARE);
    List<NodeId> members = List.copyOf(state.members().keySet());
    NodeId any = random.pick(members);
    return switch (kind) {
      case 0, 1, 2, 3, 6, 7 -> spares.isEmpty() ? null : new Command.AddNode(random.pick(spares));
      case 4, 5, 8, 9, 10 -> new Command.RemoveNode(any);
      case 11, 12, 13 ->
          spares.isEmpty() ? null : new Command.ReplaceNode(any, random.pick(spares));
      case 14 -> new Command.Rebalance();
      case 15, 16 -> new Command.CancelChange();
      case 17 -> new Command.AddNode(any);
      case 18 ->
          new Command.LimitChange(
              new Change.Limits(
                  (int) random.between(1, 8), 0, random.chance(0.3), random.chance(0.3)));
      default -> null;
    };
  }

  private static List<NodeId> in(ClusterState state, Member.State wanted) {
    return state.members().values().stream()
        .filter(member -> member.state() == wanted)
        .map(Member::id)
        .toList();
  }

  /**
   * In half of the runs, operators send many requests again, through any node, as if the answer was
   * lost. Some requests hold only if nothing has changed since the state that the operator saw.
   */
  private void propose(Command command) {
    if (!named) {
      send(command, (group, outcome) -> heard(command, outcome));
      return;
    }
    ClusterState seen = stateOf(repeating.pick(cluster.present()));
    long expected = !stopped && seen != null && repeating.chance(0.2) ? seen.stateVersion() : 0;
    made++;
    Requested request = new Requested(new RequestKey(1, made), -made, expected, command);
    send(request);
    for (int copies = repeating.nextInt(3); copies > 0; copies--) {
      world.schedule(repeating.exponential(REPEATED_AFTER_NANOS), "topology", () -> send(request));
    }
  }

  private void send(Requested request) {
    send(
        request,
        (group, outcome) -> {
          requests.heard(
              request.request(),
              outcome,
              group.decided(request.request(), request.content()),
              made - request.request().low());
          heard(request.change(), outcome);
        });
  }

  private void send(Command command, BiConsumer<MetadataGroup, CommandOutcome> callback) {
    world.note("topology", () -> "proposes " + command);
    askedNanos = world.nowNanos();
    cluster
        .operator()
        .any()
        .onMetadata(
            (group, nowNanos) ->
                group.propose(
                    command, nowNanos + TIMEOUT_NANOS, outcome -> callback.accept(group, outcome)));
  }

  private void heard(Command change, CommandOutcome outcome) {
    windows.enter(
        "topology: %s: %s"
            .formatted(change.getClass().getSimpleName(), outcome.getClass().getSimpleName()));
    if (outcome instanceof CommandOutcome.Rejected(RefusalKind kind, String reason)
        && reason.contains("was changed meanwhile")) {
      windows.enter("topology: refused, for it was changed meanwhile");
    }
  }

  /** The newest state that any node knows; null if none knows one. */
  public @Nullable ClusterState newest() {
    ClusterState newest = null;
    for (SimNode node : cluster.present()) {
      ClusterState state = stateOf(node);
      if (state != null && (newest == null || state.stateVersion() > newest.stateVersion())) {
        newest = state;
      }
    }
    return newest;
  }

  private void lookAtFactors(@Nullable ClusterState before, ClusterState state) {
    boolean altering = state.replications().stream().anyMatch(Replication::isAltered);
    boolean joining = !in(state, Member.State.JOINING).isEmpty();
    boolean leaving = !in(state, Member.State.LEAVING).isEmpty();
    for (PartitionPlacement partition : state.partitions()) {
      Move move = partition.move();
      if (altering && move != null && move.alteredThrough() != partition.alteredThrough()) {
        windows.enter("topology: factor altered: " + Windows.words(move.step()));
        if (joining) {
          windows.enter("topology: factor altered while a node joins");
        }
        if (leaving) {
          windows.enter("topology: factor altered while a node leaves");
        }
      }
    }
    if (before != null) {
      for (Tenant tenant : state.tenants().values()) {
        Tenant was = before.tenants().get(tenant.name());
        if (was != null && was.replicationFactor() < tenant.replicationFactor()) {
          windows.enter("topology: tenant has more replicas");
        } else if (was != null && was.replicationFactor() > tenant.replicationFactor()) {
          windows.enter("topology: tenant has fewer replicas");
        }
      }
    }
  }

  private void look() {
    if (regional != null) {
      regional.look();
    }
    ClusterState state = newest();
    ClusterState before = last;
    if (state != null && (before == null || state.stateVersion() > before.stateVersion())) {
      if (before != null && before.isChanging() && !state.isChanging()) {
        windows.enter("topology: change at its end");
      }
      world.note("topology", () -> described(state));
      lookAtFactors(before, state);
      if (regional != null) {
        regional.happened(state);
      }
      List<Integer> gone = new ArrayList<>(moves.keySet());
      for (int number = 0; number < state.partitions().size(); number++) {
        Move move = state.partitions().get(number).move();
        if (move != null) {
          gone.remove(Integer.valueOf(number));
          Move known = moves.put(number, move);
          if (known == null || known.step() != move.step()) {
            windows.enter("topology: " + Windows.words(move.step()));
          }
        }
      }
      for (Integer number : gone) {
        moves.remove(number);
        windows.enter("topology: partition moved");
      }
      last = state;
    }
    world.schedule(LOOK_NANOS, "topology", this::look);
  }
}
