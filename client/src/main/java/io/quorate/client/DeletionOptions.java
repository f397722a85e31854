package io.quorate.client;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a deletion of many keys goes on. */
public final class DeletionOptions {
  /** Keys under way at a time, unless it is said otherwise. */
  public static final int PARALLELISM = 200;

  /** Keys under way at a time, at most. */
  public static final int PARALLELISM_MAX = 4096;

  /** From the beginning, with the write level, the timeout and the tenant of the client. */
  public static final DeletionOptions DEFAULT =
      new DeletionOptions(
          WriteOptions.DEFAULT, null, PARALLELISM, new byte[0], false, DeletionOptions::unheard);

  private final WriteOptions write;
  private final @Nullable Level readLevel;
  private final int parallelism;
  private final byte[] cursor;
  private final boolean dryRun;
  private final Consumer<DeletionResult> onProgress;

  private DeletionOptions(
      WriteOptions write,
      @Nullable Level readLevel,
      int parallelism,
      byte[] cursor,
      boolean dryRun,
      Consumer<DeletionResult> onProgress) {
    if (parallelism < 1 || parallelism > PARALLELISM_MAX) {
      throw new IllegalArgumentException(
          "%d keys at a time: give 1 to %d".formatted(parallelism, PARALLELISM_MAX));
    }
    if (write.condition() != null) {
      throw new IllegalArgumentException(
          "a condition is about the value of one key: leave it out of a deletion of many");
    }
    this.write = write;
    this.readLevel = readLevel;
    this.parallelism = parallelism;
    this.cursor = cursor;
    this.dryRun = dryRun;
    this.onProgress = onProgress;
  }

  private static void unheard(DeletionResult now) {}

  /**
   * How each key is deleted; its tenant is that of all keys. The timeout is that of each page of
   * keys that is read, and of each {@link #parallelism} keys that are deleted: the whole may take
   * as long as it needs.
   */
  public WriteOptions write() {
    return write;
  }

  /**
   * At which keys are read. Null: {@link Level#QUORUM}, whatever the defaults of the client and the
   * tenant are, so that all keys are met that were written at QUORUM. Keys written at lower levels
   * may be missed, which {@link DeletionResult#potentiallyStale} tells: those at ONE are met at
   * {@link Level#ALL}, and those at LOCAL_QUORUM at {@link Level#EACH_QUORUM}.
   */
  public @Nullable Level readLevel() {
    return readLevel;
  }

  /** How many keys are under way at a time. */
  public int parallelism() {
    return parallelism;
  }

  /** Where to go on: {@link DeletionResult#cursor} of an earlier deletion with the same prefix. */
  public byte[] cursor() {
    return cursor;
  }

  /** Whether keys are counted only. */
  public boolean dryRun() {
    return dryRun;
  }

  /**
   * Told how far it is, after each {@link #parallelism} keys at the most, on the client's event
   * loop, which it must not block. What it throws ends the deletion.
   */
  public Consumer<DeletionResult> onProgress() {
    return onProgress;
  }

  /**
   * @param write without a condition, which is about the value of one key
   */
  public DeletionOptions write(WriteOptions write) {
    return new DeletionOptions(write, readLevel, parallelism, cursor, dryRun, onProgress);
  }

  public DeletionOptions readLevel(Level readLevel) {
    return new DeletionOptions(write, readLevel, parallelism, cursor, dryRun, onProgress);
  }

  /**
   * @param parallelism 1 to {@link #PARALLELISM_MAX}
   */
  public DeletionOptions parallelism(int parallelism) {
    return new DeletionOptions(write, readLevel, parallelism, cursor, dryRun, onProgress);
  }

  public DeletionOptions cursor(byte[] cursor) {
    return new DeletionOptions(write, readLevel, parallelism, cursor, dryRun, onProgress);
  }

  public DeletionOptions dryRun(boolean dryRun) {
    return new DeletionOptions(write, readLevel, parallelism, cursor, dryRun, onProgress);
  }

  public DeletionOptions onProgress(Consumer<DeletionResult> onProgress) {
    return new DeletionOptions(write, readLevel, parallelism, cursor, dryRun, onProgress);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DeletionOptions that
        && write.equals(that.write)
        && Objects.equals(readLevel, that.readLevel)
        && parallelism == that.parallelism
        && Arrays.equals(cursor, that.cursor)
        && dryRun == that.dryRun
        && onProgress.equals(that.onProgress);
  }

  @Override
  public int hashCode() {
    return Objects.hash(write, readLevel, parallelism, Arrays.hashCode(cursor), dryRun, onProgress);
  }

  @Override
  public String toString() {
    return "DeletionOptions[write="
        + write
        + ", readLevel="
        + readLevel
        + ", parallelism="
        + parallelism
        + ", cursor="
        + Arrays.toString(cursor)
        + ", dryRun="
        + dryRun
        + "]";
  }
}
