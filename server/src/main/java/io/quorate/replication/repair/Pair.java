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

  @Override
  public int compareTo(Pair that) {
    return ORDER.compare(this, that);
  }
}
