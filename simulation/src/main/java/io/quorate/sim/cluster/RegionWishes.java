package io.quorate.sim.cluster;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Member;
import io.quorate.metadata.MetadataStatus;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What operators of nodes in several regions ask for: nodes are replaced within their region, and
 * the tenant gets other numbers of replicas by region, also none. In some runs a region is lost for
 * good, and is given up. Also counts what moves meet while regions are away.
 */
public final class RegionWishes {
  /** How long a step waits before it is said to wait for a region. */
  private static final long WAITS_NANOS = 1_000_000_000L;

  private static final int REPLICAS_MAX = 3;

  private final SimCluster cluster;
  private final SimRegions regions;
  private final String tenant;

  /** Fewest replicas in a region that has any. */
  private final int replicasMin;

  /** Whether a region is to be lost for good. */
  private final boolean losesRegion;

  private final SimRandom random;

  /** The region that is lost; null while none is. */
  private @Nullable String lost;

  private long givenUpFromNanos;

  /** Where each partition on the move is. */
  private final Map<Integer, Climb> climbs = new TreeMap<>();

  /** Since when a partition is at a step, and which regions were away since it cut over. */
  private record Climb(
      Move.Step step, long sinceNanos, Set<String> changing, Set<String> away, boolean waited) {}

  public RegionWishes(
      SimCluster cluster, SimRegions regions, String tenant, int replicasMin, boolean losesRegion) {
    this.cluster = cluster;
    this.regions = regions;
    this.tenant = tenant;
    this.replicasMin = replicasMin;
    this.losesRegion = losesRegion;
    this.random = cluster.world().random("regional wishes");
  }

  /** Whether a region was lost for good. */
  public boolean hasLostRegion() {
    return lost != null;
  }

  void act(ClusterState state, Consumer<Command> propose) {
    int kind = random.nextInt(12);
    if (losesRegion && lost == null && kind < 3) {
      loseRegion(state);
    }
    if (lost != null) {
      giveUp(state, propose);
      return;
    }
    if (kind < 3) {
      invite();
      return;
    }
    Command command = command(kind, state);
    if (command != null) {
      propose.accept(command);
    }
  }

  private void invite() {
    List<SimNode> absent = cluster.nodes().stream().filter(node -> !node.isPresent()).toList();
    if (!absent.isEmpty()) {
      random.pick(absent).invite(random.chance(0.3) ? Joining.WITH_SHARE : Joining.AS_SPARE);
    }
  }

  private @Nullable Command command(int kind, ClusterState state) {
    List<NodeId> spares =
        state.members().values().stream()
            .filter(member -> member.state() == Member.State.SPARE)
            .map(Member::id)
            .toList();
    List<NodeId> members = List.copyOf(state.members().keySet());
    return switch (kind) {
      case 3, 4, 5 -> spares.isEmpty() ? null : replace(state, random.pick(spares));
      case 6 -> spares.isEmpty() ? null : new Command.AddNode(random.pick(spares));
      case 7 -> random.chance(0.3) ? new Command.RemoveNode(random.pick(members)) : null;
      case 8 -> random.chance(0.3) ? new Command.CancelChange() : null;
      default -> alter(state);
    };
  }

  /** Mostly of its own region; another one is refused. */
  private Command replace(ClusterState state, NodeId spare) {
    String region = state.regions().of(spare);
    boolean near = random.chance(0.9);
    List<NodeId> olds =
        state.members().values().stream()
            .filter(member -> member.state() == Member.State.ACTIVE)
            .map(Member::id)
            .filter(id -> state.regions().of(id).equals(region) == near)
            .toList();
    return olds.isEmpty()
        ? new Command.AddNode(spare)
        : new Command.ReplaceNode(random.pick(olds), spare);
  }

  private @Nullable Command alter(ClusterState state) {
    Tenant now = state.tenants().get(tenant);
    if (now == null || !now.replication().goal().isByRegion()) {
      return null;
    }
    SortedMap<String, Integer> next = new TreeMap<>(now.replication().goal().byRegion());
    String region = random.pick(regions.names());
    int nodes =
        (int)
            state.members().values().stream()
                .filter(member -> member.state() == Member.State.ACTIVE)
                .filter(member -> state.regions().of(member.id()).equals(region))
                .count();
    int most = Math.min(REPLICAS_MAX, nodes);
    if (next.containsKey(region) && next.size() > 2 && random.chance(0.3)) {
      next.remove(region);
    } else if (most >= replicasMin) {
      next.put(region, (int) random.between(replicasMin, most));
    }
    ReplicationFactor wanted = ReplicationFactor.byRegion(next);
    return wanted.equals(now.replication().goal()) ? null : altered(wanted);
  }

  private Command altered(ReplicationFactor wanted) {
    return new Command.AlterTenant(tenant, TenantSettings.NONE, wanted);
  }

  /**
   * All nodes of a region are lost with their disks, at a time when nothing else is lacking: the
   * others are a majority of each partition's replicas, and of the metadata group.
   */
  private void loseRegion(ClusterState state) {
    Tenant now = state.tenants().get(tenant);
    String region = random.pick(regions.names());
    if (now == null
        || now.replication().isAltered()
        || state.isChanging()
        || cluster.checker().hasLostDisk()
        || !state.members().values().stream().allMatch(RegionWishes::isSound)) {
      return;
    }
    ReplicationFactor factor = now.replication().goal();
    int there = factor.byRegion().getOrDefault(region, 0);
    boolean sound =
        cluster.present().stream()
            .allMatch(node -> node.isUp() && node.hasJoined() && !cluster.mayLack(node));
    if (there == 0
        || factor.byRegion().size() < 2
        || 2 * there >= factor.replicas()
        || !sound
        || !keepsVotersWithout(region)) {
      return;
    }
    lost = region;
    givenUpFromNanos = cluster.world().nowNanos() + random.between(0, 3_000_000_000L);
    cluster.windows().enter("regions: region lost for good");
    regions.in(region).forEach(SimNode::turnOff);
  }

  private static boolean isSound(Member member) {
    return member.state() == Member.State.ACTIVE || member.state() == Member.State.SPARE;
  }

  private boolean keepsVotersWithout(String region) {
    MetadataStatus newest = cluster.newestMetadata();
    if (newest == null) {
      return false;
    }
    long kept =
        newest.voters().stream()
            .filter(voter -> !cluster.network().placeOf(voter).equals(region))
            .count();
    return kept > newest.voters().size() / 2;
  }

  /** The tenant leaves the region that is lost, and its nodes are given up. */
  void giveUp(ClusterState state, Consumer<Command> propose) {
    String region = lost;
    Tenant now = state.tenants().get(tenant);
    if (region == null || now == null) {
      return;
    }
    SortedMap<String, Integer> next = new TreeMap<>(now.replication().goal().byRegion());
    if (next.remove(region) != null) {
      propose.accept(altered(ReplicationFactor.byRegion(next)));
      return;
    }
    TreeSet<NodeId> dead = new TreeSet<>();
    state.members().values().stream().filter(this::isLost).map(Member::id).forEach(dead::add);
    if (dead.isEmpty() || cluster.world().nowNanos() < givenUpFromNanos) {
      return;
    }
    if (state.partitions().stream().anyMatch(each -> isWaitedFor(state, now, each, dead))) {
      cluster.windows().enter("regions: lost region given up");
      propose.accept(new Command.GiveUpNodes(dead, true));
      return;
    }
    for (NodeId node : dead) {
      Member member = state.members().get(node);
      if (member != null && member.state() != Member.State.LEAVING) {
        propose.accept(new Command.RemoveNode(node));
      }
    }
  }

  /** Whether a dead node counts among the replicas of the tenant that is replicated by region. */
  private static boolean isWaitedFor(
      ClusterState state, Tenant tenant, PartitionPlacement partition, Set<NodeId> dead) {
    Move move = partition.move();
    List<NodeId> replicas =
        new ArrayList<>(
            tenant
                .replication()
                .at(partition.alteredThrough())
                .of(partition.preferenceList(), state.regions()));
    if (move != null) {
      replicas.addAll(
          tenant.replication().at(move.alteredThrough()).of(move.other(), state.regions()));
    }
    return replicas.stream()
        .anyMatch(node -> dead.contains(node) && !partition.filling().contains(node));
  }

  /** Whether a member stood in the region that is lost. */
  boolean isLost(Member member) {
    return member.region().equals(lost);
  }

  /** Whether no member is left of the region that is lost. */
  boolean hasGivenUp(ClusterState state) {
    return state.members().values().stream().noneMatch(this::isLost);
  }

  /** A newer state is known: what moves have met. */
  void happened(ClusterState state) {
    long now = cluster.world().nowNanos();
    Set<String> away = regions.away();
    List<Integer> gone = new ArrayList<>(climbs.keySet());
    for (int number = 0; number < state.partitions().size(); number++) {
      PartitionPlacement partition = state.partitions().get(number);
      Move move = partition.move();
      if (move == null) {
        continue;
      }
      gone.remove(Integer.valueOf(number));
      Climb known = climbs.get(number);
      Set<String> awayAll = stillAway(known, away);
      if (known == null || known.step() != move.step()) {
        Set<String> changing = regions.changing(state, partition);
        climbs.put(number, new Climb(move.step(), now, changing, awayAll, false));
      } else {
        climbs.put(
            number, new Climb(known.step(), known.sinceNanos(), known.changing(), awayAll, false));
      }
    }
    for (Integer number : gone) {
      Climb ended = climbs.remove(number);
      if (ended != null) {
        Set<String> others = new TreeSet<>(ended.away());
        others.retainAll(away);
        others.removeAll(ended.changing());
        if (!others.isEmpty() && !ended.changing().isEmpty()) {
          cluster.windows().enter("regions: moved while another region is away");
        }
      }
    }
  }

  /** Of the regions that are away now those that have been since both sets were written to. */
  private static Set<String> stillAway(@Nullable Climb climb, Set<String> away) {
    Set<String> still = new TreeSet<>(away);
    if (climb != null && climb.step() != Move.Step.DUAL_WRITE) {
      still.retainAll(climb.away());
    }
    return still;
  }

  /** Looked at now and then: which steps wait for a region that is away. */
  void look() {
    long now = cluster.world().nowNanos();
    Set<String> away = regions.away();
    climbs.replaceAll(
        (number, climb) -> {
          boolean waits =
              climb.changing().stream()
                  .anyMatch(
                      region ->
                          regions.isAway(region, WAITS_NANOS)
                              && now - climb.sinceNanos() >= WAITS_NANOS);
          Set<String> still = stillAway(climb, away);
          if (waits && !climb.waited()) {
            cluster.windows().enter("regions: step waits for a region that is away");
          }
          return new Climb(
              climb.step(), climb.sinceNanos(), climb.changing(), still, climb.waited() || waits);
        });
  }
}
