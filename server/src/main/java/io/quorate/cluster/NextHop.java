package io.quorate.cluster;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Hop;
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
 * long enough for them.
 *
 * @param list that it moves to
 * @param through log index up to which that follows alterations
 * @param factors that tenants have in it, before and after
 */
public record NextHop(List<NodeId> list, long through, SortedSet<Factor> factors) {

  /**
   * Of one partition.
   *
   * @param target the list that it is to have in the end
   * @param regions of all nodes
   */
  public static NextHop of(
      PartitionPlacement now,
      List<NodeId> target,
      Collection<Replication> replications,
      Regions regions) {
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
    return longEnough
        ? altering
        : through(now.alteredThrough(), now, target, replications, regions);
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
