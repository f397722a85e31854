package io.quorate.client;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a deletion of many keys has done: at its end, or so far. */
public final class DeletionResult {
  private final long found;
  private final long deleted;
  private final long failed;
  private final @Nullable QuorateException failure;
  private final byte[] cursor;
  private final boolean complete;
  private final boolean potentiallyStale;

  private DeletionResult(
      long found,
      long deleted,
      long failed,
      @Nullable QuorateException failure,
      byte[] cursor,
      boolean complete,
      boolean potentiallyStale) {
    this.found = found;
    this.deleted = deleted;
    this.failed = failed;
    this.failure = failure;
    this.cursor = cursor;
    this.complete = complete;
    this.potentiallyStale = potentiallyStale;
  }

  /** Returns one with these parts that is not potentially stale. */
  public static DeletionResult of(
      long found,
      long deleted,
      long failed,
      @Nullable QuorateException failure,
      byte[] cursor,
      boolean complete) {
    return of(found, deleted, failed, failure, cursor, complete, false);
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static DeletionResult of(
      long found,
      long deleted,
      long failed,
      @Nullable QuorateException failure,
      byte[] cursor,
      boolean complete,
      boolean potentiallyStale) {
    return new DeletionResult(found, deleted, failed, failure, cursor, complete, potentiallyStale);
  }

  /** Keys that begin with the prefix, as far as was looked. */
  public long found() {
    return found;
  }

  /** Keys that are deleted; none of a dry run. */
  public long deleted() {
    return deleted;
  }

  /** Keys that could not be deleted, or may not be: those that were under way as one failed. */
  public long failed() {
    return failed;
  }

  /** Why it did not go on: the first failure; null if there was none. */
  public @Nullable QuorateException failure() {
    return failure;
  }

  /**
   * Where another deletion can go on ({@link DeletionOptions#cursor}) without leaving a key out; it
   * meets a part of what is deleted again, which does no harm. Empty: at the beginning, and when it
   * is complete.
   */
  public byte[] cursor() {
    return cursor;
  }

  /**
   * Whether the keys were read to the end, and each that was met is deleted, or counted by a dry
   * run. All keys were met if it is not {@link #potentiallyStale}.
   */
  public boolean complete() {
    return complete;
  }

  /** Whether any page of keys so far was potentially stale, so that keys may have been missed. */
  public boolean potentiallyStale() {
    return potentiallyStale;
  }

  /**
   * Returns this.
   *
   * @throws QuorateException the failure for which it is not complete
   */
  public DeletionResult orThrow() {
    if (failure != null) {
      throw failure;
    }
    return this;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DeletionResult that
        && found == that.found
        && deleted == that.deleted
        && failed == that.failed
        && Objects.equals(failure, that.failure)
        && Arrays.equals(cursor, that.cursor)
        && complete == that.complete
        && potentiallyStale == that.potentiallyStale;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        found, deleted, failed, failure, Arrays.hashCode(cursor), complete, potentiallyStale);
  }

  @Override
  public String toString() {
    return "DeletionResult[found="
        + found
        + ", deleted="
        + deleted
        + ", failed="
        + failed
        + ", failure="
        + failure
        + ", cursor="
        + Arrays.toString(cursor)
        + ", complete="
        + complete
        + ", potentiallyStale="
        + potentiallyStale
        + "]";
  }
}
