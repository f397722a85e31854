package io.quorate.storage;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.storage.RecordStore.PutCallback;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What this node owes to other replicas: references to records that it holds and they lack. A hint
 * names a record and does not carry it, so a key that is written a thousand times costs one hint,
 * and what is delivered is the newest.
 *
 * <p>All calls are made on one lane, and all answers arrive on it. What is handed in during one
 * turn of the lane becomes durable together with the records put in that turn, or not at all.
 */
public interface HintStore {
  /**
   * One record that one node lacks.
   *
   * @param target who lacks it
   */
  record Hint(NodeId target, int partition, Key key) implements Comparable<Hint> {
    private static final Comparator<Hint> ORDER =
        Comparator.comparing(Hint::target)
            .thenComparingInt(Hint::partition)
            .thenComparing(Hint::key);

    @Override
    public int compareTo(Hint that) {
      return ORDER.compare(this, that);
    }
  }

  /**
   * All that is owed to one node.
   *
   * @param hints how many there are
   * @param bytes about how much room they take
   * @param repairs partitions of which hints were given up: only a comparison finds what is lacking
   */
  record Owed(long hints, long bytes, SortedSet<Integer> repairs) {}

  /**
   * What is durable, counted, by node. Blocks: for start-up only.
   *
   * @throws StorageOpenException if it cannot be read
   */
  Map<NodeId, Owed> load();

  /** Adds a hint; one that is there already takes no further room. */
  void add(Hint hint, PutCallback durable);

  /** Takes a hint away, if it is there. */
  void remove(Hint hint, PutCallback durable);

  /** Whether a hint is known to be durable; false also where only a slow look could tell. */
  boolean isKnown(Hint hint);

  /**
   * Reads hints for one node in order, beginning after {@code after}.
   *
   * @param most how many
   */
  void page(NodeId target, @Nullable Hint after, int most, PageCallback callback);

  /** Marks a partition of another node as one that must be compared. */
  void markRepair(NodeId target, int partition, PutCallback durable);

  /** Takes such a mark away, if it is there. */
  void unmarkRepair(NodeId target, int partition, PutCallback durable);

  /** Takes a page of hints; exactly one of its methods is called, once. */
  interface PageCallback {
    /**
     * @param complete whether there is nothing after the last of them
     */
    void page(List<Hint> hints, boolean complete);

    void failed(StorageFault fault);
  }
}
