package io.quorate.metadata;

import io.quorate.raft.Raft;

/** What tests of other rooms look at inside of a metadata group. */
public final class MetadataInside {
  private MetadataInside() {}

  public static Raft raft(MetadataGroup group) {
    return group.raft();
  }
}
