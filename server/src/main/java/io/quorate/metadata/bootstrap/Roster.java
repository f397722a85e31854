package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.storage.RaftStore;

/** What a member knows of its cluster when somebody introduces himself. */
public interface Roster {
  /** The newest state applied here. */
  ClusterState state();

  /** The newest durable snapshot. */
  RaftStore.Snapshot snapshot();
}
