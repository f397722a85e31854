package io.quorate.metadata;

import io.quorate.model.Release;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftMessage;

/** What tests of other packages read inside a metadata group. */
public final class MetadataInside {
  private MetadataInside() {}

  public static Raft raft(MetadataGroup group) {
    return group.raft();
  }

  /** A message of Raft as it is sent. */
  public static byte[] bytes(RaftMessage message) {
    return new MetadataMessage.Raft(message).encode(Release.NEWEST_VERSION);
  }

  /** A report to the leader as it is sent. */
  public static byte[] report(byte[] content) {
    return new MetadataMessage.Report(content).encode(Release.NEWEST_VERSION);
  }

  /** A state that every node of the group can read, with the cluster as this node knows it. */
  public static byte[] state(MetadataGroup group) {
    return MetadataState.of(group.state()).encode();
  }
}
