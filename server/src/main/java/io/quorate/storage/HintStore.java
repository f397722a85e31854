package io.quorate.storage;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.storage.RecordStore.PutCallback;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
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
   * @param target the node that lacks it
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
   * When a record was first missed.
   *
   * @param epoch of the partition, then
   * @param stamp about the milliseconds since 1970; never lower than that of an earlier hint
   */
  record Missed(long epoch, long stamp) {
    /** Of hints that were written before this was kept. */
    public static final Missed UNKNOWN = new Missed(0, 0);
  }

  /** A hint as it is kept. */
  record Kept(Hint hint, Missed missed) {
    private static final int KEY_BYTES = 15;

    /** About how much room it takes on disk. */
    public long bytes() {
      int value = missed.equals(Missed.UNKNOWN) ? 0 : 2 * Long.BYTES;
      return (long) KEY_BYTES + value + hint.key().bytes().length;
    }
  }

  /**
   * A hint that its target refused again and again. It waits for an operator.
   *
   * @param sinceMillis when it was given up, in milliseconds since 1970
   * @param reason what the target said last
   */
  record DeadLetter(Hint hint, Missed missed, long sinceMillis, String reason) {}

  /** What is known of a partition that must be compared. */
  enum Lack {
    /** The target misses something. */
    KNOWN,
    /** The target may miss something: it is compared to be safe. */
    POSSIBLE
  }

  /**
   * All that is owed to one node.
   *
   * @param hints how many there are, by the stamp of {@link Missed}
   * @param bytes about how much room they take
   * @param repairs partitions in which only a comparison finds what is lacking
   * @param paused whether nothing is to be delivered
   */
  record Owed(
      SortedMap<Long, Long> hints, long bytes, SortedMap<Integer, Lack> repairs, boolean paused) {
    public long count() {
      return hints.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * All that is durable.
   *
   * @param owed by node
   * @param deadLetters in the order of their hints
   * @param paused whether nothing is to be delivered to anyone
   * @param lost whether something else was owed that cannot be read any more
   */
  record Contents(
      Map<NodeId, Owed> owed, List<DeadLetter> deadLetters, boolean paused, boolean lost) {}

  /**
   * What is durable, counted. Blocks: for start-up only.
   *
   * @throws StorageOpenException if it cannot be read
   */
  Contents load();

  /** Adds a hint, or takes the place of the one for the same record. */
  void add(Kept kept, PutCallback durable);

  /** Takes a hint away, if it is there. */
  void remove(Hint hint, PutCallback durable);

  /** A hint becomes a dead letter: the one comes with the other's going, or neither happens. */
  void bury(DeadLetter letter, PutCallback durable);

  /** Takes a dead letter away, if it is there. */
  void removeDeadLetter(Hint hint, PutCallback durable);

  /**
   * Whether anything is to be delivered, after the next start too.
   *
   * @param target null for all nodes
   */
  void pause(@Nullable NodeId target, boolean paused, PutCallback durable);

  /** Whatever was lost is marked, with what is handed in during this turn of the lane. */
  void lossMarked(PutCallback durable);

  /** Tells when all that is put during this turn of the lane, records included, is durable. */
  void settled(PutCallback durable);

  /** Whether a hint is durable, as far as memory tells. */
  enum Known {
    YES,
    NO,
    /** Only {@link #find} can tell. */
    UNSURE
  }

  /** Tells at once whether a hint is durable, if memory tells. */
  Known known(Hint hint);

  /**
   * Looks on the disk whether a hint was durable when this was called, whatever is handed in
   * afterwards. Answers false also if that cannot be told, or if too many such looks wait.
   */
  void find(Hint hint, Consumer<Boolean> callback);

  /**
   * Reads hints for one node in order, beginning after {@code after}.
   *
   * @param most how many
   */
  void page(NodeId target, @Nullable Hint after, int most, PageCallback callback);

  /**
   * Marks a partition of another node as one that must be compared, or takes the place of such a
   * mark.
   */
  void markRepair(NodeId target, int partition, Lack lack, PutCallback durable);

  /** Takes such a mark away, if it is there. */
  void unmarkRepair(NodeId target, int partition, PutCallback durable);

  /** Takes a page of hints; exactly one of its methods is called, once. */
  interface PageCallback {
    /**
     * @param complete whether there is nothing after the last of them
     */
    void page(List<Kept> hints, boolean complete);

    void failed(StorageFault fault);
  }
}
