package io.quorate.storage;

/**
 * The mark by which other nodes see whether this disk still has what was durable on it. Loading
 * blocks, and is for start-up only.
 */
public interface DiskMarkStore {
  /**
   * What the disk knows of itself.
   *
   * @param latest the highest mark that was made durable here; 0 if none was
   * @param setBack whether other nodes have said that they know a higher one: the disk lacks what
   *     its node has confirmed
   */
  record DiskMark(long latest, boolean setBack) {
    public static final DiskMark NONE = new DiskMark(0, false);
  }

  /**
   * What is durable.
   *
   * @throws StorageOpenException if it cannot be read
   */
  DiskMark load();

  /**
   * Keeps a mark in place of the one before. It counts as durable once it is synced, whatever the
   * durability of records, and so is all that was handed in before it.
   */
  void save(DiskMark mark, RecordStore.PutCallback durable);
}
