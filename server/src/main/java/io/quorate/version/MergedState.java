package io.quorate.version;

import org.jspecify.annotations.Nullable;

/**
 * What lies behind the header of a {@link Record} whose model merges records part by part, once it
 * is read. Immutable.
 *
 * @param <S> the class itself
 */
sealed interface MergedState<S extends MergedState<S>> permits SiblingSet, CrdtState {
  /** Everything that either has, and that the other does not know to be gone. */
  S merge(S other);

  /** Whether both have a part by one name that differs: no fault of a network makes that. */
  boolean isInConflictWith(S other);

  /** What is left once all up to the mark is purged; itself if that is all, null if nothing. */
  @Nullable S counted(long purged);

  /** The parts that were written up to the mark, whatever else there is; null if none. */
  @Nullable S upTo(long mark);

  Record toRecord();
}
