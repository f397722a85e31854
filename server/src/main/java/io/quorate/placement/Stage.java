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
   * Those of them that hold what they must, or come to hold it while the partition moves, most
   * preferred first: only these serve reads, coordinate, and count in a quorum.
   */
  List<NodeId> serving();

  /** The replicas that a level of a read is a part of. */
  List<NodeId> readColumn();

  /** Whether two sets of replicas are in charge. */
  default boolean isMoving() {
    return false;
  }

  /** Whether there are enough replicas for a level, whichever of them are up. */
  boolean canReach(Level level);

  /**
   * Whether a read at one level may miss a write acknowledged at the other (R + W at most N). While
   * the number of replicas changes, if it may with either number: what was written at low levels
   * before is certain to be where it is read from only once it was handed over.
   */
  boolean mayMiss(Level read, Level write);

  /**
   * At rest: one set of replicas does both. A replica that is being filled is sent every write and
   * counts for nothing, but is counted in what a level asks for: a quorum stays a majority of all,
   * so it meets those from before the replica was lost, and those from after it is full.
   *
   * @param serving the replicas that are not being filled
   * @param formerly how many replicas there were, while those left behind may still hold something
   *     that these lack; else as many as there are
   */
  record Stable(List<NodeId> replicas, List<NodeId> serving, int formerly) implements Stage {
    public Stable {
      replicas = List.copyOf(replicas);
      serving = List.copyOf(serving);
    }

    /** One that has as many replicas as ever. */
    public Stable(List<NodeId> replicas, List<NodeId> serving) {
      this(replicas, serving, replicas.size());
    }

    /** The plain case: every replica holds what it must. */
    public Stable(List<NodeId> replicas) {
      this(replicas, replicas);
    }

    @Override
    public boolean mayMiss(Level read, Level write) {
      return Tenant.mayMiss(read, write, replicas.size()) || Tenant.mayMiss(read, write, formerly);
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
      return new Quorum(List.of(Quorum.Group.of(replicas, serving, level)));
    }

    @Override
    public List<NodeId> readColumn() {
      return replicas;
    }

    @Override
    public boolean canReach(Level level) {
      return level.required(replicas.size()) <= replicas.size();
    }
  }

  /**
   * On the way from one set to another: a write is acknowledged by as many of the old <em>and</em>
   * of the new set as its level asks for, counted on the same answers. A read asks one of the two,
   * and shows nothing that it does not know to be held as a write would be
   * (docs/design/consistency.md#f1).
   *
   * @param old the set it comes from
   * @param next the set it goes to
   * @param readsNext whether reads ask the new set
   * @param replicas both, those that are read first
   * @param serving of both, those that are not being filled
   */
  record Moving(
      List<NodeId> old,
      List<NodeId> next,
      boolean readsNext,
      List<NodeId> replicas,
      List<NodeId> serving)
      implements Stage {
    public Moving {
      old = List.copyOf(old);
      next = List.copyOf(next);
      replicas = List.copyOf(replicas);
      serving = List.copyOf(serving);
    }

    @Override
    public Quorum forWrite(Level level) {
      return new Quorum(
          List.of(Quorum.Group.of(old, serving, level), Quorum.Group.of(next, serving, level)));
    }

    @Override
    public Quorum forRead(Level level) {
      return new Quorum(List.of(Quorum.Group.of(readColumn(), serving, level)));
    }

    @Override
    public List<NodeId> readColumn() {
      return readsNext ? next : old;
    }

    /** Whether these answers are enough for one of the two sets, whatever the other says. */
    public boolean isOneSetEnough(Level level, List<NodeId> acked) {
      return forWrite(level).groups().stream()
          .anyMatch(group -> new Quorum(List.of(group)).isReachedBy(acked));
    }

    @Override
    public boolean isMoving() {
      return true;
    }

    @Override
    public boolean mayMiss(Level read, Level write) {
      return Tenant.mayMiss(read, write, old.size()) || Tenant.mayMiss(read, write, next.size());
    }

    @Override
    public boolean canReach(Level level) {
      return level.required(old.size()) <= old.size() && level.required(next.size()) <= next.size();
    }
  }
}
