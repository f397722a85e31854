package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts, by partition, how often this node has begun to hold it, or has lost what it held, since
 * the node's start. A write of a key with siblings has the number in its dot: for a dot stands for
 * all that its coordinator wrote before, and after a loss the coordinator does not have that any
 * more (docs/design/siblings.md#actor).
 */
final class Tenures implements ReplicaListener {
  private final NodeId self;
  private final int[] counts;

  /** Before those that are known now; null at the start. */
  private @Nullable Placements last;

  Tenures(NodeId self, int partitions) {
    this.self = self;
    this.counts = new int[partitions];
  }

  /** The duties have changed. Called before any of their epochs is served. */
  void placementsChanged(Placements next) {
    Placements before = last;
    if (before != null) {
      for (int partition : next.changedSince(before)) {
        if (begins(before.partitions().get(partition), next.partitions().get(partition))) {
          counts[partition]++;
        }
      }
    }
    last = next;
  }

  private boolean begins(PartitionPlacement before, PartitionPlacement next) {
    boolean arrives = next.isInCharge(self) && !before.isInCharge(self);
    boolean isFilled = next.filling().contains(self) && !before.filling().contains(self);
    return arrives || isFilled;
  }

  int of(int partition) {
    return counts[partition];
  }

  @Override
  public void cleared(int partition, @Nullable Set<Integer> tenants) {
    counts[partition]++;
  }

  @Override
  public void stored(int partition, Key key, @Nullable RecordHeader before, Record after) {}

  @Override
  public void dropped(int partition, Key key, @Nullable RecordHeader before) {}

  @Override
  public void clearing(int partition, @Nullable Set<Integer> tenants) {}

  /** A write that failed may be at other replicas, and is not here any more. */
  @Override
  public void doubted(int partition) {
    counts[partition]++;
  }
}
