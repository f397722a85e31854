package io.quorate.sim.fault;

import io.quorate.metadata.MetadataStatus;
import io.quorate.model.NodeId;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.SimRegions;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** What one fault can use: the cluster, its own random source, and time until everything heals. */
public final class Reach {
  private static final long MILLIS = 1_000_000;

  private final SimCluster cluster;
  private final String kind;
  private final SimRandom random;
  private final BooleanSupplier over;

  Reach(SimCluster cluster, String kind, BooleanSupplier over) {
    this.cluster = cluster;
    this.kind = kind;
    this.random = cluster.world().random("fault").split(kind);
    this.over = over;
  }

  SimCluster cluster() {
    return cluster;
  }

  /** The regions in which nodes stand; only for faults of clusters that have several. */
  SimRegions regions() {
    return Objects.requireNonNull(cluster.regions());
  }

  SimNetwork network() {
    return cluster.network();
  }

  SimWorld world() {
    return cluster.world();
  }

  SimRandom random() {
    return random;
  }

  /** Returns the ids of all nodes that have run. */
  List<NodeId> ids() {
    return cluster.nodes().stream().map(SimNode::knownId).filter(Objects::nonNull).toList();
  }

  SimNode anyNode() {
    return random.pick(cluster.present());
  }

  /**
   * Whether a majority of the metadata group's voters keep their disks when one node loses its own.
   * A node that has taken the place of another votes only a while after it is full; until then the
   * group is one of fewer voters.
   */
  boolean keepsVotersWithout(SimNode unlucky) {
    MetadataStatus newest = cluster.newestMetadata();
    if (newest == null) {
      return true; // the data plane runs alone, or all nodes are down, and none has changed
    }
    List<NodeId> voters = newest.voters();
    long kept =
        cluster.present().stream()
            .filter(node -> node != unlucky && !node.hasLostDisk())
            .filter(node -> node.knownId() != null && voters.contains(node.knownId()))
            .count();
    return kept > voters.size() / 2;
  }

  /** What clocks show that are right. */
  long nowMillis() {
    return SimClock.EPOCH_MILLIS + world().nowNanos() / MILLIS;
  }

  /** Draws a time around a mean. */
  long aboutMillis(long mean) {
    return random.exponential(mean * MILLIS);
  }

  /** Nothing goes wrong any more. */
  boolean isOver() {
    return over.getAsBoolean();
  }

  /** Does something later, unless the world heals before. */
  void later(long nanos, Runnable what) {
    world()
        .schedule(
            nanos,
            kind,
            () -> {
              if (!isOver()) {
                what.run();
              }
            });
  }

  /** Does something repeatedly, with this time in between on average. */
  void every(int meanMillis, Runnable what) {
    later(
        aboutMillis(meanMillis),
        () -> {
          what.run();
          every(meanMillis, what);
        });
  }

  /** One of several forms of the fault has struck. */
  void enter(String what, Enum<?> form) {
    String name = form.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    cluster.windows().enter(what + ": " + name);
  }

  /** The fault has struck: counted by kind. */
  void struck() {
    cluster.windows().enter("fault: " + kind);
  }
}
