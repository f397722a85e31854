package io.quorate.metadata;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.ClusterState;
import io.quorate.model.Release;
import io.quorate.raft.EntryId;
import io.quorate.raft.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * Reads a leader's snapshot before Raft believes it: what is stored first and read later could end
 * a node at each of its starts.
 */
class SnapshotReader {
  private EntryId of = EntryId.ZERO;

  /** What the snapshot {@link #of} holds, until it is taken. */
  private @Nullable MetadataState read;

  /**
   * Reads it.
   *
   * @param known what this node has published
   * @param release that it runs
   * @return why it cannot be what this node goes on with; null if it can
   */
  @Nullable String refusalOf(Snapshot snapshot, ClusterState known, Release release) {
    MetadataState state;
    try {
      state = MetadataState.decode(snapshot.state(), release.newest());
    } catch (MalformedBytesException unreadable) {
      return String.valueOf(unreadable.getMessage());
    }
    ClusterState next = state.cluster();
    if (!next.clusterId().equals(known.clusterId())) {
      return "it is of cluster %s, and this node belongs to cluster %s"
          .formatted(next.clusterId(), known.clusterId());
    }
    String tooNew = ClusterVersionRule.refusalOf(next, release);
    if (tooNew != null) {
      return tooNew;
    }
    if (next.partitions().size() != known.partitions().size()) {
      return "it has %d partitions, and the cluster has %d"
          .formatted(next.partitions().size(), known.partitions().size());
    }
    if (next.stateVersion() > snapshot.index() || next.stateVersion() < known.stateVersion()) {
      return "its state version %d is not from %d, which is known here, to its own log index %d"
          .formatted(next.stateVersion(), known.stateVersion(), snapshot.index());
    }
    of = snapshot.last();
    read = state;
    return null;
  }

  /** Gives the state of a snapshot that was read and found good. */
  MetadataState take(Snapshot snapshot) {
    MetadataState state = read;
    read = null;
    return state != null && of.equals(snapshot.last())
        ? state
        : MetadataState.decode(snapshot.state());
  }
}
