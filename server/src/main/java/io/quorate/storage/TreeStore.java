package io.quorate.storage;

import io.quorate.storage.RecordStore.PutCallback;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hash trees of a node as its next start finds them: of some partitions what they were at some
 * moment, and a log of what writes have changed of them since. So a start need not read all records
 * to know what they hash to. What it means is its owner's affair, and whether it still fits:
 * nothing here goes by itself when records change.
 *
 * <p>All calls are made on the lane of the records, and all answers arrive on it. What is handed in
 * becomes durable in the order in which it is handed in, records included.
 */
public interface TreeStore {
  /**
   * What is there beside the log.
   *
   * @param head what was handed in last as such; null for nothing
   * @param trees by partition
   */
  record Contents(byte @Nullable [] head, Map<Integer, byte[]> trees) {
    public static final Contents NOTHING = new Contents(null, Map.of());
  }

  /** Takes one entry of the log. */
  interface Replay {
    /**
     * @param change from its position to its limit; to be used before this returns
     */
    void entry(long number, ByteBuffer change);
  }

  /**
   * What is there. Blocks: for start-up only. What cannot be read, or might hide records that
   * cannot, is not there, and nothing else either.
   */
  Contents load();

  /**
   * Reads the log, by rising numbers. Blocks: for start-up only.
   *
   * @return whether all of it could be read
   */
  boolean replay(Replay replay);

  /** Takes away all that is there, and leaves a head. */
  void begin(byte[] head, PutCallback durable);

  /** Replaces the head, and takes away the trees of some partitions. */
  void goOn(byte[] head, List<Integer> without, PutCallback durable);

  /**
   * Adds an entry to the log: the change that the record makes which is handed in next, in the same
   * turn of the lane. A crash or a failure leaves both or none of the two. It is not answered, for
   * the record is.
   *
   * @param number higher than all before
   * @param change from its position to its limit; of {@link #CHANGE_BYTES_MAX} at most
   */
  void log(long number, ByteBuffer change);

  /** How long a change may be. */
  int CHANGE_BYTES_MAX = 0x7F;

  /** Replaces the tree of a partition. */
  void keep(int partition, byte[] tree, PutCallback durable);

  /** Takes away the trees of some partitions. */
  void forget(List<Integer> partitions, PutCallback durable);

  /** Entries of the log below a number are not needed any more: they go, sooner or later. */
  void cut(long below);

  /**
   * Leaves a head and trees in place of all that was there, as the last thing that this lane hands
   * in: they are durable only after all that it has handed in before, and whatever it hands in
   * later is refused as {@link StorageFault.Kind#CLOSED}. So what is left stays true.
   */
  void leave(byte[] head, Map<Integer, byte[]> trees);
}
