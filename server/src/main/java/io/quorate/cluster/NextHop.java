package io.quorate.cluster;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Hop;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where a partition at rest sets out to: the list, and which alterations of factors it comes
 * through on the way. It comes through all that there are at once, in the first hop whose list is
 * long enough for them, and of whose new replicas those that are to leave are not needed.
 *
 * <p>A node that leaves may be dead, and a removal does without it as long as a majority of the
 * replicas is up. But not each set on the way has one then. From three replicas {c,a,b} to two,
 * {e,d}, by way of the list [e,a,b], a tenant would have {e,a} in between, and with a dead, which
 * is to leave, too, neither that move nor any later one could pass a barrier. So there the factor
 * stays for one more hop: {c,a,b} becomes {e,a,b}, and that {e,d}. From two replicas {a,b} to
 * three, {x,y,z}, by way of the list [x,b,c], c would become a replica, only to leave. So nodes
 * that are to stay come in its stead: {a,b} becomes {x,y,a}, and that {x,y,z}
 * (docs/design/placement.md#hops).
 *
 * @param list that it moves to
 * @param through log index up to which that follows alterations
 * @param factors that tenants have in it, before and after
 */
public record NextHop(List<NodeId> list, long through, SortedSet<Factor> factors) {
  /** From this version of the cluster on, no factor is altered by means of nodes that leave. */
  private static final int ALTERED_AMONG_THE_STAYING_FROM_VERSION = 2;

  /**
   * Of one partition.
   *
   * @param target the list that it is to have in the end
   * @param replications of all tenants
   * @param state that it is of: its regions and its version count
   */
  public static NextHop of(
      PartitionPlacement now,
      List<NodeId> target,
      Collection<Replication> replications,
      ClusterState state) {
    Regions regions = state.regions();
    List<NodeId> list = now.preferenceList();
    boolean amongTheStaying = state.clusterVersion() >= ALTERED_AMONG_THE_STAYING_FROM_VERSION;
    long newest = now.alteredThrough();
    for (Replication each : replications) {
      if (each.isAltered()) {
        newest = Math.max(newest, each.alterations().getLast().since());
      }
    }
    SortedSet<Factor> altered = factors(now, newest, replications, regions);
    NextHop altering =
        amongTheStaying && isIncrease(list, target, altered)
            ? new NextHop(increased(list, target, altered), newest, altered)
            : new NextHop(Hop.toward(list, target, altered), newest, altered);
    boolean longEnough = altered.stream().allMatch(each -> each.to().fits(altering.list, regions));
    if (longEnough && (!amongTheStaying || altering.doesWithoutTheLeaving(list, target))) {
      return altering;
    }
    SortedSet<Factor> present = factors(now, now.alteredThrough(), replications, regions);
    List<NodeId> padded = longEnough ? padded(list, target, present) : target;
    NextHop first = new NextHop(Hop.toward(list, padded, present), now.alteredThrough(), present);
    return longEnough && !first.comesFurther(list) ? altering : first;
  }

  private static SortedSet<Factor> factors(
      PartitionPlacement now, long through, Collection<Replication> replications, Regions regions) {
    SortedSet<Factor> factors = new TreeSet<>();
    for (Replication each : replications) {
      factors.add(new Factor(each.at(now.alteredThrough()), each.at(through), regions));
    }
    return factors;
  }

  /**
   * Whether some tenant gets more replicas, and all have theirs in both lists. Not where any are
   * counted by region, since these are altered at once.
   */
  private static boolean isIncrease(
      List<NodeId> list, List<NodeId> target, SortedSet<Factor> factors) {
    return factors.stream().noneMatch(Factor::isByRegion)
        && factors.stream().anyMatch(NextHop::isIncreased)
        && factors.stream().allMatch(each -> each.from().replicas() <= list.size())
        && factors.stream().allMatch(each -> each.to().replicas() <= target.size());
  }

  private static boolean isIncreased(Factor factor) {
    return factor.to().replicas() > factor.from().replicas();
  }

  /**
   * The list to move to next where tenants get more replicas. Those that leave and are no replicas
   * yet are left out, and those that are to come stand behind the others, to be replicas in their
   * stead. That does not change what any tenant has now.
   */
  private static List<NodeId> increased(
      List<NodeId> list, List<NodeId> target, SortedSet<Factor> factors) {
    int replicas = factors.stream().mapToInt(each -> each.from().replicas()).max().orElse(0);
    List<NodeId> present = new ArrayList<>(list.subList(0, replicas));
    for (NodeId node : target) {
      if (!present.contains(node)) {
        present.add(node);
      }
    }
    List<NodeId> next = Hop.toward(present, target, factors);
    return next.subList(0, Math.min(next.size(), target.size()));
  }

  /**
   * Returns the target list, made long enough for the present factors: a target for fewer replicas
   * may be too short for them. What it lacks is taken from the end of the present list: leaving
   * replicas that are the last to be replaced. No tenant gets a new replica by that.
   */
  private static List<NodeId> padded(
      List<NodeId> list, List<NodeId> target, SortedSet<Factor> factors) {
    int replicas =
        factors.stream()
            .filter(each -> !each.isByRegion())
            .mapToInt(each -> Math.min(each.from().replicas(), list.size()))
            .max()
            .orElse(0);
    List<NodeId> leaving =
        list.subList(0, replicas).stream().filter(node -> !target.contains(node)).toList();
    int missing = Math.max(0, replicas - target.size());
    List<NodeId> padded = new ArrayList<>(target);
    padded.addAll(leaving.subList(leaving.size() - missing, leaving.size()));
    return padded;
  }

  /**
   * Whether a partition that is being copied is to turn back as this node leaves: some tenant comes
   * to have other replicas, and gets one there, or has no majority among those that stay. If it is
   * dead, the move would wait for it.
   *
   * @param state in which the node is to leave
   */
  static boolean isToTurnBackFrom(NodeId node, PartitionPlacement moving, ClusterState state) {
    Move move = moving.move();
    return state.clusterVersion() >= ALTERED_AMONG_THE_STAYING_FROM_VERSION
        && move != null
        && move.step() == Move.Step.DUAL_WRITE
        && moving.factors(state.replications(), state.regions()).stream()
            .anyMatch(factor -> factor.isAltered() && isNeeded(node, moving, factor, state));
  }

  private static boolean isNeeded(
      NodeId node, PartitionPlacement moving, Factor factor, ClusterState state) {
    List<NodeId> next = moving.ofOther(factor);
    if (next.contains(node) && !moving.ofList(factor).contains(node)) {
      return true;
    }
    return factor.regionsAfter().divide(next).values().stream()
        .filter(replicas -> replicas.contains(node))
        .anyMatch(
            replicas ->
                replicas.stream().filter(each -> isToStay(each, state)).count()
                    < Level.QUORUM.required(replicas.size()));
  }

  private static boolean isToStay(NodeId node, ClusterState state) {
    Member member = state.members().get(node);
    return member != null && member.isToOwn();
  }

  /**
   * Whether nodes that leave are not needed for any factor that is altered. Where replicas become
   * fewer, those that stay are a majority by themselves. Where they become more, none that leaves
   * comes as a new one: then no more of them are dead than were, and that was a minority of fewer.
   * Not asked of factors by region, which are altered at once.
   */
  private boolean doesWithoutTheLeaving(List<NodeId> present, List<NodeId> target) {
    for (Factor factor : factors) {
      List<NodeId> before = factor.before(present);
      List<NodeId> after = factor.after(list);
      long staying = after.stream().filter(target::contains).count();
      boolean does =
          isIncreased(factor)
              ? after.stream().allMatch(node -> target.contains(node) || before.contains(node))
              : staying >= Level.QUORUM.required(after.size());
      if (factor.isAltered() && !factor.isByRegion() && !does) {
        return false;
      }
    }
    return true;
  }

  /** Whether it is another list, in which tenants have all the replicas that they have now. */
  private boolean comesFurther(List<NodeId> present) {
    return !list.equals(present)
        && factors.stream().allMatch(factor -> factor.from().fits(list, factor.regions()));
  }

  /** Whether the partition has come anywhere then. */
  public boolean isSomewhereElse(PartitionPlacement now) {
    return through != now.alteredThrough() || !list.equals(now.preferenceList());
  }

  /** Whether no tenant has another replica then. */
  public boolean isSameSets(PartitionPlacement now) {
    return Hop.isSameSets(now.preferenceList(), list, factors);
  }
}
