package io.quorate.sim.run;

import io.quorate.cluster.Command.CreateTenant;
import io.quorate.locks.Locks;
import io.quorate.locks.LocksInside;
import io.quorate.metadata.MetadataConfig;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataInside;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.TenantSettings;
import io.quorate.raft.FutureLies;
import io.quorate.raft.Raft;
import io.quorate.raft.Role;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last liar of a run is cut off for good, as far as the others know, and nothing else goes
 * wrong: the others must elect and decide within a bounded time, the metadata group and the one
 * that keeps locks, at terms and epochs within their bounds. Then it is let in again.
 */
final class AfterTheLiar {
  /**
   * Until the others have decided something. Terms that lies drove apart come together at the rate
   * at which they may rise, so it takes about as long as one lied, and an election or two.
   */
  private static final Duration DECIDES_MAX = Duration.ofSeconds(10);

  /** What most elections take. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private static final String TENANT = "after-the-liar";

  private final SimCluster cluster;

  AfterTheLiar(SimCluster cluster) {
    this.cluster = cluster;
  }

  /** Cuts the liar off, heals all else, demands a decision, and lets the liar in again. */
  void decide() {
    NodeId liar = cluster.liars().last();
    if (liar == null) {
      cluster.heal();
      return;
    }
    if (cluster.liars().isSpeaking()) {
      cluster.windows().enter("liar: cut off while it lies, and nothing else goes wrong");
    }
    cluster.network().bar(liar);
    cluster.heal();
    List<SimNode> honest =
        cluster.present().stream().filter(node -> !liar.equals(node.knownId())).toList();
    cluster.operator().create(new CreateTenant(TENANT, 3, TenantSettings.NONE), honest);
    long beganNanos = cluster.world().nowNanos();
    if (!cluster.world().runUntil(() -> isDecided(honest), DECIDES_MAX)) {
      throw new StillWrong(
          "liveness",
          "the others have decided nothing, %s after the liar %s was cut off: %s"
              .formatted(DECIDES_MAX, liar, honest.stream().map(AfterTheLiar::status).toList()));
    }
    boolean soon = cluster.world().nowNanos() - beganNanos < SOON.toNanos();
    cluster.windows().enter("liar: others decided " + (soon ? "soon" : "late"));
    checkBounds();
    cluster.network().admit(liar);
  }

  private boolean isDecided(List<SimNode> honest) {
    List<Raft> keepers = honest.stream().map(AfterTheLiar::locks).filter(Objects::nonNull).toList();
    return honest.stream().anyMatch(SimNode::leads)
        && cluster.operator().isKnown(TENANT, honest)
        && (keepers.isEmpty() || keepers.stream().anyMatch(each -> each.role() == Role.LEADER));
  }

  /** Null while the node keeps no locks. */
  private static @Nullable Raft locks(SimNode node) {
    Locks locks = node.locks();
    return locks == null ? null : LocksInside.raft(locks);
  }

  private static @Nullable Object status(SimNode node) {
    MetadataGroup group = node.metadata();
    return group == null ? null : MetadataInside.raft(group).status();
  }

  /** Terms rise no faster than they may, and epochs only by what was decided. */
  private void checkBounds() {
    long ticks = cluster.world().nowNanos() / MetadataConfig.DEFAULT.tickNanos();
    long termsMax = FutureLies.termsMax(cluster.nodes().size(), ticks);
    for (SimNode node : cluster.present()) {
      MetadataGroup group = node.metadata();
      Placements placements = node.placements();
      if (group != null && placements != null) {
        Raft raft = MetadataInside.raft(group);
        isWithin(node, "term", FutureLies.terms(raft), termsMax);
        long decided = raft.status().commitIndex();
        isWithin(node, "version of the state", placements.stateVersion(), decided);
        for (PartitionPlacement partition : placements.partitions()) {
          isWithin(node, "epoch", partition.epoch(), decided);
        }
      }
      Raft locks = locks(node);
      if (locks != null) {
        isWithin(node, "term of locks", FutureLies.terms(locks), termsMax);
      }
    }
  }

  private static void isWithin(SimNode node, String what, long is, long most) {
    if (is > most) {
      throw new PromiseBroken(
          "bounds",
          "%s has come to %s %d, and can have come to %d at most"
              .formatted(node.name(), what, is, most));
    }
  }
}
