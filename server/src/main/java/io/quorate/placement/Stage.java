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

  /**
   * Those of them that hold what they must, most preferred first: only these serve reads,
   * coordinate, and count in a quorum.
   */
  List<NodeId> serving();

  /**
   * At rest: one set of replicas does both. A replica that is being filled is sent every write and
   * counts for nothing, but is counted in what a level asks for: a quorum stays a majority of all,
   * so it meets those from before the replica was lost, and those from after it is full.
   *
   * @param serving the replicas that are not being filled
   */
  record Stable(List<NodeId> replicas, List<NodeId> serving) implements Stage {
    public Stable {
      replicas = List.copyOf(replicas);
      serving = List.copyOf(serving);
    }

    /** The plain case: every replica holds what it must. */
    public Stable(List<NodeId> replicas) {
      this(replicas, replicas);
    }

    @Override
    public Quorum forWrite(Level level) {
      return quorum(level);
    }

    @Override
    public Quorum forRead(Level level) {
      return quorum(level);
    }

    private Quorum quorum(Level level) {
      return new Quorum(List.of(new Quorum.Group(serving, level.required(replicas.size()))));
    }
  }
}
