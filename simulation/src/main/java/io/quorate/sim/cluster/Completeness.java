package io.quorate.sim.cluster;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Program;

/** Whether a node may lack records that it must hold: its disk is lost, damaged or being filled. */
final class Completeness {
  /** How long a request of a node to be filled may be on its way to the cluster. */
  private static final long FILL_REQUEST_NANOS = 5_000_000_000L;

  private final SimNode node;
  private final NodeDisks disks;
  private final SimWorld world;

  /** Whether something on its disk could not be read, and may have been dropped for that. */
  private boolean damaged;

  /** Whether it lacked records when it last died. */
  private boolean diedIncomplete;

  /** Until when the cluster may still decide to fill it. */
  private long maybeFilledUntilNanos;

  Completeness(SimNode node, NodeDisks disks, SimWorld world) {
    this.node = node;
    this.disks = disks;
    this.world = world;
  }

  /** Starts over, with an empty disk. */
  void clear() {
    damaged = false;
    diedIncomplete = false;
    maybeFilledUntilNanos = 0;
  }

  /** Makes the durable record of a key unreadable for now. */
  void damage(int partition, Key key) {
    damaged = true;
    disks.current().corrupt(partition, key);
  }

  /** The node has perhaps asked to be filled, and is forgetting that. */
  void mayBeFilledLater() {
    maybeFilledUntilNanos = world.nowNanos() + FILL_REQUEST_NANOS;
  }

  void died(Program dying) {
    diedIncomplete = isIncomplete();
    if (dying.damaged() > 0) {
      mayBeFilledLater();
    }
  }

  boolean isIncomplete() {
    Program program = node.program();
    Placements known = node.placements();
    NodeId id = node.id();
    if (disks.hasLost() || program == null || known == null || id == null) {
      return disks.hasLost() || disks.isReplaced() || damaged || diedIncomplete;
    }
    boolean outOfService = program.damaged() > 0;
    damaged &= outOfService || disks.current().isDamaged();
    return damaged
        || world.nowNanos() < maybeFilledUntilNanos
        || known.partitions().stream().anyMatch(each -> each.filling().contains(id));
  }
}
