package io.quorate.version;

import org.jspecify.annotations.Nullable;

/**
 * Records are merged part by part, so that one holds what several writes brought. What siblings and
 * CRDTs have in common: summaries tell whether two records are the same, and no more; a coordinator
 * never stamps such a record again, for what it made contains what it held.
 *
 * @param <S> what a record of the model has
 */
abstract class MergedModel<S extends MergedState<S>> implements RecordModel {
  /** What a record may remember of what is gone before a purge is worth while for it. */
  static final int REMEMBERED = 32;

  /** What a record of this model has. */
  abstract S stateOf(Record record);

  @Override
  public final Order compare(Summary one, Summary other) {
    return one.equals(other) ? Order.SAME : Order.CONCURRENT;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Versions tell nothing of what a client has seen. It reads at QUORUM, so it never has seen
   * more than a read finds.
   */
  @Override
  public final boolean reaches(Summary held, Version seen) {
    return !seen.isAfter(held.version());
  }

  /** One of the two themselves, if it has all: nothing is written then, or sent. */
  @Override
  public final Record merge(Record left, Record right) {
    if (left.equals(right)) {
      return left;
    }
    S one = stateOf(left);
    S other = stateOf(right);
    S merged = one.merge(other);
    if (merged.equals(other)) {
      return right;
    }
    return merged.equals(one) ? left : merged.toRecord();
  }

  @Override
  public final boolean decidesByHeader() {
    return false;
  }

  @Override
  public final boolean takesPlaceOf(RecordHeader held, Record arriving) {
    return false;
  }

  @Override
  public final boolean areInConflict(Record left, Record right) {
    return stateOf(left).isInConflictWith(stateOf(right));
  }

  @Override
  public final boolean hasRanks() {
    return false;
  }

  @Override
  public final boolean hasMoments() {
    return false;
  }

  @Override
  public final boolean stampsAgain() {
    return false;
  }

  @Override
  public final boolean replaces(Version stamp, Version held) {
    return false;
  }

  @Override
  public final @Nullable Record counted(Record held, long purged) {
    if (purged == 0) {
      return held;
    }
    S state = stateOf(held);
    S counted = state.counted(purged);
    if (counted == null) {
      return null;
    }
    return counted.equals(state) ? held : counted.toRecord();
  }

  @Override
  public final @Nullable RecordHeader counted(RecordHeader held, long purged) {
    return purged == 0 ? held : counted((Record) held, purged);
  }

  /**
   * {@inheritDoc}
   *
   * <p>What was written up to the promise, whatever else the record has: a newer write at one
   * replica says nothing of an older one that it lacks.
   */
  @Override
  public final @Nullable RecordHeader reported(RecordHeader counted, long promised) {
    S found = stateOf((Record) counted).upTo(promised);
    return found == null ? null : found.toRecord();
  }

  @Override
  public final boolean mayHandOver(long promised) {
    return promised == 0;
  }

  /** Other replicas may have purged a part of any record. */
  @Override
  public final boolean isLeftover(RecordHeader kept, long purged) {
    return purged != 0;
  }
}
