package io.quorate.node;

import io.quorate.metadata.MetadataGroup;
import org.jspecify.annotations.Nullable;

/** What tests of other rooms look at inside of a node. */
public final class NodeInside {
  private NodeInside() {}

  /** Null until the node belongs to a cluster. */
  public static @Nullable MetadataGroup metadata(NodeCore core) {
    return core.metadata();
  }
}
