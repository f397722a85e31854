package io.quorate.node;

import io.quorate.metadata.MetadataGroup;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.tree.Trees;
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
}
