package io.quorate.sim.program;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.placement.Placements;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The upgrade of a cluster from {@link Releases#BEFORE} to {@link Releases#THIS}, node by node, as
 * far as it has come: whether the cluster's version was raised, after which none may go back.
 */
public final class Rollout {
  private final Consumer<String> windows;
  private boolean begun;
  private boolean asked;
  private boolean raised;

  /** What each start of a node runs; only looked up. */
  private final Map<Start, Release> runs = new HashMap<>();

  private record Start(NodeId node, int boot) {}

  /**
   * Creates the upgrade of one run.
   *
   * @param windows takes the names of dangerous windows as they are entered
   */
  public Rollout(Consumer<String> windows) {
    this.windows = windows;
  }

  /** Some node runs the earlier release: the cluster is one that is upgraded. */
  public void begins() {
    begun = true;
  }

  /** Whether the group has decided on the version that only the later release works at. */
  public boolean isRaised() {
    return raised;
  }

  /** An operator asks for the version to be raised. */
  public void asked() {
    asked = true;
  }

  /** A node takes part in the cluster. */
  void runs(NodeId node, int boot, Release release) {
    runs.put(new Start(node, boot), release);
  }

  /** The group has decided on a higher version. */
  public void decided() {
    Invariant.hold(asked, "the version of the cluster is raised, and no operator asked for it");
    if (!raised) {
      raised = true;
      windows.accept("upgrade: version raised");
    }
  }

  /** A node acts upon what the cluster has decided. */
  void published(String node, Release release, Placements placements) {
    int version = placements.clusterVersion();
    Invariant.hold(
        release.worksAt(version),
        "%s runs %s and acts upon cluster version %d",
        node,
        release,
        version);
    for (Placements.Member member : placements.nodes().values()) {
      Release theirs = runs.get(new Start(member.id(), member.incarnation()));
      if (theirs != null) {
        Invariant.hold(
            theirs.worksAt(version),
            "the cluster is at version %d, and its member at %s has told it that it runs %s",
            version,
            member.address(),
            theirs);
      }
    }
    if (begun && version == Releases.THIS.newest()) {
      Invariant.hold(raised, "%s acts upon version %d, which was not decided", node, version);
    }
  }

  /** A node finds out from the metadata group that its release cannot take part any more. */
  void standsStill(String node, Release release, String why) {
    windows.accept("upgrade: stood still when the version was raised");
    refused(node, release, why);
  }

  /** A node meets bytes that its release does not read. */
  void doesNotRead(String node, Release release, String why) {
    windows.accept("upgrade: bytes of a later release not read");
    refused(node, release, why);
  }

  /** A node learns that its release cannot take part. */
  void refused(String node, Release release, String why) {
    Invariant.hold(
        raised && !release.worksAt(Releases.THIS.newest()),
        "%s runs %s, which the cluster is not past, and hears: %s",
        node,
        release,
        why);
  }
}
