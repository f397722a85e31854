package io.quorate.replication.repair;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import java.util.Comparator;

/** One partition, the tenants of one factor, and one other replica of these: what is compared. */
record Pair(int partition, Factor factor, NodeId other) implements Comparable<Pair> {
  private static final Comparator<Pair> ORDER =
      Comparator.comparingInt(Pair::partition)
          .thenComparing(Pair::factor)
          .thenComparing(Pair::other);

  /** No other one of the same partition is before it. */
  static Pair first(int partition) {
    return new Pair(partition, new Factor(0, 0), new NodeId(0));
  }

  @Override
  public int compareTo(Pair that) {
    return ORDER.compare(this, that);
  }
}
