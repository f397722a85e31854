package io.quorate.replication.repair;

import io.quorate.model.NodeId;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants to have compared.
 *
 * @param partitions empty for all
 * @param tenant its name; null for all
 * @param node only what it holds; null for all
 */
public record RepairScope(
    SortedSet<Integer> partitions, @Nullable String tenant, @Nullable NodeId node) {
  public static final RepairScope ALL = new RepairScope(new TreeSet<>(), null, null);

  public RepairScope {
    partitions = Collections.unmodifiableSortedSet(new TreeSet<>(partitions));
  }

  boolean includes(int partition) {
    return partitions.isEmpty() || partitions.contains(partition);
  }

  boolean includes(NodeId self, NodeId other) {
    return node == null || node.equals(self) || node.equals(other);
  }
}
