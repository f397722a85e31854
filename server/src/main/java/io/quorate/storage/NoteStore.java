package io.quorate.storage;

import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.version.Version;
import java.util.Map;

/**
 * Versions that were offered to this node and do not lie under their key, since a higher one does:
 * their notes, by partition. Of tenants whose writes take effect at most once.
 *
 * <p>All calls are made on the lane of the records, and all answers arrive on it. What is handed in
 * during one turn becomes durable together with the records of that turn, in the order in which
 * both were handed in. A crash that loses a note loses every record that was handed in after it; a
 * failure that loses one fails all that is handed in before the lane is told.
 *
 * <p>Each partition has two marks. Both only rise: of two values that are handed in, the higher one
 * is handed in last.
 */
public interface NoteStore {
  /**
   * The marks of a partition, as hybrid times; 0 if there is none.
   *
   * @param floor a version at or below it that is not noted may have been forgotten
   * @param ceiling no version above it was ever offered
   */
  record Marks(long floor, long ceiling) {
    public static final Marks NONE = new Marks(0, 0);
  }

  /**
   * The marks that are durable, by partition; of other partitions nothing was ever offered. Blocks:
   * for start-up only.
   *
   * @throws StorageOpenException if they cannot be read
   */
  Map<Integer, Marks> load();

  /** Notes a version. */
  void note(int partition, Version version, PutCallback durable);

  /** Looks whether a version is noted, durably. */
  void look(int partition, Version version, LookCallback callback);

  /** Sets the floor of a partition. */
  void setFloor(int partition, long floor, PutCallback durable);

  /** Sets the ceiling of a partition. */
  void setCeiling(int partition, long ceiling, PutCallback durable);

  /**
   * Takes away the notes of a partition up to a hybrid time, and sets its floor: both or neither.
   */
  void forget(int partition, long upTo, long floor, PutCallback durable);

  /** Takes what was found; exactly one of its methods is called, once. */
  interface LookCallback {
    void found(boolean noted);

    void failed(StorageFault fault);
  }
}
