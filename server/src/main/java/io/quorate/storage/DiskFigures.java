package io.quorate.storage;

/**
 * What the disk of a node says of itself, at one moment. What is counted is counted since the disk
 * was opened, or since its records were last written again as a whole.
 */
public record DiskFigures(
    Files files, Memtables memtables, Compaction compaction, Writes writes, BlockCache blockCache) {

  /**
   * What lies in files.
   *
   * @param liveBytes about how much of the tables is the newest version of something
   * @param tableBytes of all tables, those included that are kept for a read only
   * @param logBytes of the write-ahead log, with files that wait to be used again
   * @param levelZero tables of records that were written out and not compacted yet
   */
  public record Files(long liveBytes, long tableBytes, long logBytes, long levelZero) {}

  /**
   * Writes that are in memory and in the log only.
   *
   * @param waiting memtables that are full and not written out yet
   */
  public record Memtables(long bytes, long waiting) {}

  /**
   * The work that keeps tables few and sorted.
   *
   * @param pendingBytes about how much is to be written again until there is nothing to do
   * @param compactions that run
   * @param flushes that run, each of which writes memtables out
   * @param readBytes of tables of records, by compactions
   * @param writtenBytes of tables of records, by flushes and compactions
   */
  public record Compaction(
      long pendingBytes, long compactions, long flushes, long readBytes, long writtenBytes) {}

  /**
   * How writes are held up, so that flushes and compactions keep up.
   *
   * @param stopped whether none is taken until one of these has ended
   * @param delayedBytesPerSecond to which they are slowed down; 0 if they are not
   * @param stops how often they were stopped
   * @param delays how often they were slowed down, or more than before
   * @param heldUpNanos for which they waited for either
   * @param backgroundErrors of flushes and compactions
   */
  public record Writes(
      boolean stopped,
      long delayedBytesPerSecond,
      long stops,
      long delays,
      long heldUpNanos,
      long backgroundErrors) {}

  /**
   * Memory for blocks of tables.
   *
   * @param bytes that it may have
   */
  public record BlockCache(long bytes, long usedBytes) {}
}
