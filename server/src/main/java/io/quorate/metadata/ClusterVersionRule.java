package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.model.Release;
import org.jspecify.annotations.Nullable;

/** A node follows its cluster only as far as its release can read what is written there. */
final class ClusterVersionRule {
  private ClusterVersionRule() {}

  /** Why a node of this release cannot act on a state, as a sentence; null if it can. */
  static @Nullable String refusalOf(ClusterState state, Release release) {
    return release.worksAt(state.clusterVersion())
        ? null
        : "the cluster is at version %d, and this node runs %s: start a release here that works at that version"
            .formatted(state.clusterVersion(), release);
  }
}
