package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas some tenants have of one partition: one factor, or two while a move alters it.
 * Tenants of one factor have the same replicas of the partition, so what is said of one of them is
 * said of all. It changes with the epoch of the partition only.
 *
 * @param from in the list that the partition comes from
 * @param to in the list that it goes to, or has come to
 * @param regions of the nodes; not compared, for what a node's region is does not change while it
 *     matters
 */
public record Factor(ReplicationFactor from, ReplicationFactor to, Regions regions)
    implements Comparable<Factor> {

  public Factor {
    if (!from.isByRegion() && !to.isByRegion()) {
      regions = Regions.UNDIVIDED;
    }
  }

  /** Of tenants whose replicas may be on any nodes. */
  public Factor(int from, int to) {
    this(ReplicationFactor.of(from), ReplicationFactor.of(to), Regions.UNDIVIDED);
  }

  /** One that is not being altered. */
  public static Factor of(int replicas) {
    return new Factor(replicas, replicas);
  }

  /** Whether replicas are counted by region, before or afterwards. */
  public boolean isByRegion() {
    return regions.isDivided();
  }

  /** Whether it is another one afterwards. */
  public boolean isAltered() {
    return !from.equals(to);
  }

  /** The replicas in the list that the partition comes from. */
  public List<NodeId> before(List<NodeId> list) {
    return from.of(list, regions);
  }

  /** The replicas in the list that it goes to, or has come to. */
  public List<NodeId> after(List<NodeId> list) {
    return to.of(list, regions);
  }

  /** What levels about regions divide the replicas of the first list by. */
  Regions regionsBefore() {
    return from.isByRegion() ? regions : Regions.UNDIVIDED;
  }

  /** The same of the other list. */
  public Regions regionsAfter() {
    return to.isByRegion() ? regions : Regions.UNDIVIDED;
  }

  @Override
  public boolean equals(@Nullable Object that) {
    return that instanceof Factor factor && from.equals(factor.from) && to.equals(factor.to);
  }

  @Override
  public int hashCode() {
    return 31 * from.hashCode() + to.hashCode();
  }

  @Override
  public int compareTo(Factor that) {
    int first = from.compareTo(that.from);
    return first == 0 ? to.compareTo(that.to) : first;
  }

  @Override
  public String toString() {
    return isAltered() ? from + " to " + to : from.toString();
  }
}
