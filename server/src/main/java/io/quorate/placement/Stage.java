package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
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

  /** By which levels about regions divide the replicas that are read. */
  Regions regions();

  /**
   * Returns the regions by which local levels of writes count: of two sets, those of the one that
   * is replicated by region (the new one, if both are).
   */
  default Regions regionsOfWrites() {
    return regions();
  }

  /** Whether a level asks less than QUORUM does: it may miss what was acknowledged there. */
  default boolean asksLessThanQuorum(Level level) {
    int replicas = readColumn().size();
    boolean local = level instanceof Level.InRegion && regions().isDivided();
    return local || level.required(replicas) < Level.QUORUM.required(replicas);
  }

  /** Whether two sets of replicas are in charge. */
  default boolean isMoving() {
    return false;
  }

  /** Whether there are enough replicas for a level, whichever of them are up. */
  boolean canReach(Level level);

  /**
   * Whether a read at one level may miss a write acknowledged at the other, see {@link Overlap}.
   * While the number of replicas changes, if it may with either number: what was written at low
   * levels before is certain to be where it is read from only once it was handed over.
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
   * @param regions by which levels about regions divide the replicas
   */
  record Stable(
      List<NodeId> replicas, List<NodeId> serving, ReplicationFactor formerly, Regions regions)
      implements Stage {
    public Stable {
      replicas = List.copyOf(replicas);
      serving = List.copyOf(serving);
    }

    /** One that has as many replicas as ever, on any nodes. */
    public Stable(List<NodeId> replicas, List<NodeId> serving) {
      this(replicas, serving, ReplicationFactor.of(replicas.size()), Regions.UNDIVIDED);
    }

    /** The plain case: every replica holds what it must. */
    public Stable(List<NodeId> replicas) {
      this(replicas, replicas);
    }

    @Override
    public boolean mayMiss(Level read, Level write) {
      return Overlap.mayMiss(read, write, regions.count(replicas))
          || Overlap.mayMiss(read, write, formerly);
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
      return new Quorum(Quorum.groups(replicas, serving, level, regions));
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
   * @param regionsOfOld by which levels about regions divide the old set
   * @param regionsOfNext by which they divide the new one
   */
  record Moving(
      List<NodeId> old,
      List<NodeId> next,
      boolean readsNext,
      List<NodeId> replicas,
      List<NodeId> serving,
      Regions regionsOfOld,
      Regions regionsOfNext)
      implements Stage {
    public Moving {
      old = List.copyOf(old);
      next = List.copyOf(next);
      replicas = List.copyOf(replicas);
      serving = List.copyOf(serving);
    }

    /** For tenants whose replicas may be on any nodes. */
    public Moving(
        List<NodeId> old,
        List<NodeId> next,
        boolean readsNext,
        List<NodeId> replicas,
        List<NodeId> serving) {
      this(old, next, readsNext, replicas, serving, Regions.UNDIVIDED, Regions.UNDIVIDED);
    }

    @Override
    public Quorum forWrite(Level level) {
      List<Quorum.Group> groups = new ArrayList<>(ofOld(level));
      groups.addAll(ofNext(level));
      return new Quorum(groups);
    }

    private List<Quorum.Group> ofOld(Level level) {
      return Quorum.groups(old, serving, level, regionsOfOld);
    }

    private List<Quorum.Group> ofNext(Level level) {
      return Quorum.groups(next, serving, level, regionsOfNext);
    }

    @Override
    public Quorum forRead(Level level) {
      return new Quorum(readsNext ? ofNext(level) : ofOld(level));
    }

    @Override
    public Regions regions() {
      return readsNext ? regionsOfNext : regionsOfOld;
    }

    @Override
    public Regions regionsOfWrites() {
      return regionsOfNext.isDivided() ? regionsOfNext : regionsOfOld;
    }

    @Override
    public List<NodeId> readColumn() {
      return readsNext ? next : old;
    }

    /** Whether these answers are enough for one of the two sets, whatever the other says. */
    public boolean isOneSetEnough(Level level, List<NodeId> acked) {
      return new Quorum(ofOld(level)).isReachedBy(acked)
          || new Quorum(ofNext(level)).isReachedBy(acked);
    }

    @Override
    public boolean isMoving() {
      return true;
    }

    @Override
    public boolean mayMiss(Level read, Level write) {
      return Overlap.mayMiss(read, write, regionsOfOld.count(old))
          || Overlap.mayMiss(read, write, regionsOfNext.count(next));
    }

    @Override
    public boolean canReach(Level level) {
      return level.required(old.size()) <= old.size() && level.required(next.size()) <= next.size();
    }
  }
}
