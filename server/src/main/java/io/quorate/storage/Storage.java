package io.quorate.storage;

import io.quorate.runtime.Lane;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The disk of one node, opened. The writes of all its stores that wait at the same time become
 * durable together, by one sync.
 */
public interface Storage extends AutoCloseable {
  /** The records as one lane uses them; one per lane. */
  RecordStore records(Lane lane);

  /** What this node owes to others; one per node, used on the lane of its records. */
  HintStore hints(Lane lane);

  /** What this node knows of its records; one per node, used on the lane of its records. */
  TreeStore trees(Lane lane);

  /** When this node came to its partitions; one per node, used on the lane of its records. */
  ArrivalStore arrivals(Lane lane);

  /** The mark by which others judge this disk; one per node, used on the metadata lane. */
  DiskMarkStore diskMark(Lane lane);

  /** Versions that this node was offered; one per node, used on the lane of its records. */
  NoteStore notes(Lane lane);

  /** What Raft must not forget; one per node, used on the metadata lane. */
  RaftStore raft(Lane lane);

  /** The same of the group that keeps locks; one per node, used on the metadata lane. */
  RaftStore locks(Lane lane);

  IdentityStore identity();

  /** Whether it takes writes right now. May be asked from anywhere. */
  StoreHealth health();

  /**
   * Bytes handed in and not yet durable, for back-pressure: the storage takes whatever it is given,
   * so its callers are the ones to refuse. May be asked from anywhere.
   */
  long queuedBytes();

  /**
   * About how many bytes its records take; 0: not known. May be asked from anywhere, and does not
   * wait for the disk.
   */
  default long recordBytes() {
    return 0;
  }

  /**
   * What the disk says of itself; null if it is closed, or nothing is known. May be asked from
   * anywhere, also while it is being closed, and does not wait for writes.
   */
  default @Nullable DiskFigures figures() {
    return null;
  }

  /**
   * Forgets the keys by which values of some tenants were encrypted on this node, if they are: they
   * cannot be read any more, in whatever copy of the directory that has no older copy of the file
   * of keys. What is written later is encrypted by a new key. To be called on the lane of the
   * records.
   */
  default void forgetKeys(Lane lane, IntPredicate tenants, RecordStore.PutCallback durable) {
    durable.stored();
  }

  /**
   * Makes durable what was handed in during turns that have ended, says so, and lets go of the
   * disk. What comes later is refused as {@link StorageFault.Kind#CLOSED}. Blocks; not to be called
   * on a lane.
   */
  @Override
  void close();
}
