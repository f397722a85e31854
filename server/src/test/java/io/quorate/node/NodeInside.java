package io.quorate.node;

import io.quorate.metadata.MetadataGroup;
import io.quorate.placement.Placements;
import io.quorate.placement.Placements.PartitionPlacement;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.tree.Trees;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What tests of other rooms look at inside of a node. */
public final class NodeInside {
  private NodeInside() {}

  /** Null until the node belongs to a cluster. */
  public static @Nullable MetadataGroup metadata(NodeCore core) {
    return core.metadata();
  }

  /** Null until the node belongs to a cluster. */
  public static @Nullable Coordinator coordinator(NodeCore core) {
    DataPart data = core.data();
    return data == null ? null : data.coordinator();
  }

  /** Null until the node belongs to a cluster. */
  public static @Nullable Trees trees(NodeCore core) {
    DataPart data = core.data();
    return data == null ? null : data.replica().trees();
  }

  /** A node whose replicas count though they are being filled; they are filled all the same. */
  public static NodeCore countingWhileFilling(
      Doors doors, CoreSettings settings, NodeListener listener) {
    return NodeCore.open(
        doors,
        settings,
        listener,
        new Rules() {
          @Override
          Placements forReplicas(Placements placements) {
            return new Placements(
                placements.stateVersion(),
                placements.nodes(),
                placements.tenants(),
                placements.partitions().stream().map(NodeInside::full).toList());
          }
        });
  }

  private static PartitionPlacement full(PartitionPlacement partition) {
    return new PartitionPlacement(
        partition.epoch(), partition.preferenceList(), partition.purge(), new TreeSet<>());
  }
}
