package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.List;

/** Which replicas of a partition, for one tenant, take writes and serve reads. */
public sealed interface Stage {

  /** The quorum of a write at {@code level}; also what a read must know to hold what it returns. */
  Quorum forWrite(Level level);

  /** The quorum of a read at {@code level}. */
  Quorum forRead(Level level);

  /** Every replica that takes writes, most preferred first. */
  List<NodeId> replicas();

  /** At rest: one set of replicas does both. */
  record Stable(List<NodeId> replicas) implements Stage {
    public Stable {
      replicas = List.copyOf(replicas);
    }

    @Override
    public Quorum forWrite(Level level) {
      return Quorum.of(replicas, level);
    }

    @Override
    public Quorum forRead(Level level) {
      return Quorum.of(replicas, level);
    }
  }
}
