package io.quorate.sim.cluster;

import io.quorate.model.Invariant;
import io.quorate.model.Release;
import io.quorate.model.Releases;

/**
 * The upgrade of a cluster from {@link Releases#THIS} to {@link Releases#NEXT}, node by node, as
 * far as it has come: whether the cluster's version was raised, after which none may go back.
 */
final class Rollout {
  private final Windows windows;
  private boolean asked;
  private boolean raised;

  Rollout(Windows windows) {
    this.windows = windows;
  }

  /** Whether any node has acted upon the version that only the next release works at. */
  boolean isRaised() {
    return raised;
  }

  /** An operator asks for the version to be raised. */
  void asked() {
    asked = true;
  }

  /** A node acts upon a state of this version. */
  void published(String node, Release release, int clusterVersion) {
    Invariant.hold(
        release.worksAt(clusterVersion),
        "%s runs %s and acts upon cluster version %d",
        node,
        release,
        clusterVersion);
    if (clusterVersion == Releases.NEXT.newest() && !raised) {
      raised = true;
      windows.enter("upgrade: version raised");
    }
  }

  /** A node finds out from the metadata group that its release cannot take part any more. */
  void standsStill(String node, Release release, String why) {
    windows.enter("upgrade: stood still when the version was raised");
    refused(node, release, why);
  }

  /** A node is told that its release cannot take part. */
  void refused(String node, Release release, String why) {
    Invariant.hold(
        asked && !release.worksAt(Releases.NEXT.newest()),
        "%s runs %s, which the cluster is not past, and hears: %s",
        node,
        release,
        why);
  }
}
