package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.storage.RaftStore;

/** What a member tells of its cluster to a node that introduces itself. */
public interface Roster {
  /** The newest state applied here. */
  ClusterState state();

  /** The newest durable snapshot. */
  RaftStore.Snapshot snapshot();
}
