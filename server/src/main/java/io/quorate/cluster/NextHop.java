package io.quorate.cluster;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Hop;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where a partition at rest sets out to: the list, and which alterations of factors it comes
 * through on the way. It comes through all that there are at once, in the first hop whose list is
 * long enough for them, and of whose new replicas enough are to stay.
 *
 * <p>A node that leaves may be dead, and a removal does without it as long as a majority of the
 * replicas is up. But not each set on the way has one then: from three replicas {c,a,b} to two,
 * {e,d}, by way of the list [e,a,b], a tenant would have {e,a} in between, and with a dead, which
 * is to leave, too, neither that move nor any later one could pass a barrier. So there the factor
 * stays for one more hop: {c,a,b} becomes {e,a,b}, and that {e,d} (docs/design/placement.md#hops).
 *
 * @param list that it moves to
 * @param through log index up to which that follows alterations
 * @param factors that tenants have in it, before and after
 */
public record NextHop(List<NodeId> list, long through, SortedSet<Factor> factors) {
  /** From this version of the cluster on, no factor is altered among nodes that are to leave. */
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
    long newest = now.alteredThrough();
    for (Replication each : replications) {
      if (each.isAltered()) {
        newest = Math.max(newest, each.alterations().getLast().since());
      }
    }
    NextHop altering = through(newest, now, target, replications, regions);
    boolean longEnough =
        altering.factors.stream()
            .allMatch(factor -> factor.to().fits(altering.list, factor.regions()));
    boolean inTurn =
        state.clusterVersion() >= ALTERED_AMONG_THE_STAYING_FROM_VERSION
            && !altering.hasMajoritiesWithin(target);
    if (longEnough && !inTurn) {
      return altering;
    }
    NextHop first = through(now.alteredThrough(), now, target, replications, regions);
    return longEnough && !first.comesFurther(now) ? altering : first;
  }

  /**
   * Whether the replicas that are to stay are majorities by themselves, of the new replicas of each
   * factor that is altered. Not asked of factors by region, which are altered at once.
   */
  private boolean hasMajoritiesWithin(List<NodeId> target) {
    for (Factor factor : factors) {
      List<NodeId> after = factor.after(list);
      long staying = after.stream().filter(target::contains).count();
      if (factor.isAltered()
          && !factor.isByRegion()
          && staying < Level.QUORUM.required(after.size())) {
        return false;
      }
    }
    return true;
  }

  /** Whether it is another list, in which tenants have all the replicas that they have now. */
  private boolean comesFurther(PartitionPlacement now) {
    return !list.equals(now.preferenceList())
        && factors.stream().allMatch(factor -> factor.from().fits(list, factor.regions()));
  }

  private static NextHop through(
      long through,
      PartitionPlacement now,
      List<NodeId> target,
      Collection<Replication> replications,
      Regions regions) {
    SortedSet<Factor> factors = new TreeSet<>();
    for (Replication each : replications) {
      factors.add(new Factor(each.at(now.alteredThrough()), each.at(through), regions));
    }
    return new NextHop(Hop.toward(now.preferenceList(), target, factors), through, factors);
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
