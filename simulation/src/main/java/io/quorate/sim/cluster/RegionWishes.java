package io.quorate.sim.cluster;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Member;
import io.quorate.metadata.MetadataStatus;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What operators of nodes in several regions ask for: nodes are replaced within their region, and
 * tenants get other numbers of replicas by region, also none. In some runs a region is lost for
 * good, and is given up. Also counts what moves meet while regions are away.
 */
public final class RegionWishes {
  /** How long a step waits before it is said to wait for a region. */
  private static final long WAITS_NANOS = 1_000_000_000L;

  private final SimCluster cluster;
  private final SimRegions regions;

  /** Of the tenant that clients use who name none. */
  private final ReplicaWishes first;

  /** Of other tenants that are replicated by region. */
  private final List<ReplicaWishes> others;

  /** Whether a region is to be lost for good. */
  private final boolean losesRegion;

  private final SimRandom random;

  private long givenUpFromNanos;

  /** Where each partition on the move is. */
  private final Map<Integer, Climb> climbs = new TreeMap<>();

  /** Since when a partition is at a step, and which regions were away since it cut over. */
  private record Climb(
      Move.Step step, long sinceNanos, Set<String> changing, Set<String> away, boolean waited) {}

  /**
   * @param replicasMin fewest replicas in a region that has any
   */
  public RegionWishes(
      SimCluster cluster,
      SimRegions regions,
      String tenant,
      List<String> otherTenants,
      int replicasMin,
      boolean losesRegion) {
    this.cluster = cluster;
    this.regions = regions;
    this.losesRegion = losesRegion;
    this.random = cluster.world().random("regional wishes");
    this.first = new ReplicaWishes(tenant, regions, replicasMin, random);
    this.others =
        otherTenants.stream()
            .map(
                other ->
                    new ReplicaWishes(
                        other,
                        regions,
                        replicasMin,
                        cluster.world().random("regional wishes of " + other)))
            .toList();
  }

  void act(ClusterState state, Consumer<Command> propose) {
    int kind = random.nextInt(12);
    if (losesRegion && regions.lost() == null && kind < 3) {
      loseRegion(state);
    }
    if (regions.lost() != null) {
      giveUp(state, propose);
      return;
    }
    for (ReplicaWishes other : others) {
      Command now = other.nowAndThen(state);
      if (now != null) {
        propose.accept(now);
      }
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
      default -> first.alter(state);
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

  /**
   * All nodes of a region are lost with their disks, at a time when nothing else is lacking: the
   * others are a majority of each partition's replicas, for each tenant, and of the metadata group.
   * So nothing is lost that was acknowledged at QUORUM, as all of a register is.
   */
  private void loseRegion(ClusterState state) {
    String region = random.pick(regions.names());
    if (state.isChanging()
        || cluster.checker().hasLostDisk()
        || !state.members().values().stream().allMatch(RegionWishes::isSound)) {
      return;
    }
    boolean sound =
        cluster.present().stream()
            .allMatch(node -> node.isUp() && node.hasJoined() && !cluster.mayLack(node));
    if (!first.hasReplicas(state, region)
        || !first.keepsMajorityWithout(state, region)
        || !others.stream().allMatch(other -> other.keepsMajorityWithout(state, region))
        || !sound
        || !keepsVotersWithout(region)) {
      return;
    }
    givenUpFromNanos = cluster.world().nowNanos() + random.between(0, 3_000_000_000L);
    regions.lose(region);
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

  /** The tenants leave the region that is lost, and its nodes are given up. */
  void giveUp(ClusterState state, Consumer<Command> propose) {
    String region = regions.lost();
    if (region == null) {
      return;
    }
    List<ReplicaWishes> tenants =
        Stream.concat(Stream.of(first), others.stream()).filter(each -> each.isIn(state)).toList();
    List<Command> leaving =
        tenants.stream().map(each -> each.leave(state, region)).filter(Objects::nonNull).toList();
    if (!leaving.isEmpty()) {
      leaving.forEach(propose);
      return;
    }
    TreeSet<NodeId> dead = new TreeSet<>();
    state.members().values().stream().filter(this::isLost).map(Member::id).forEach(dead::add);
    if (dead.isEmpty() || cluster.world().nowNanos() < givenUpFromNanos) {
      return;
    }
    if (tenants.stream().anyMatch(each -> each.waitsFor(state, dead))) {
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

  /** Whether a member stood in the region that is lost. */
  boolean isLost(Member member) {
    return member.region().equals(regions.lost());
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
