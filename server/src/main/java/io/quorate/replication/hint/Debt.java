package io.quorate.replication.hint;

import io.quorate.model.NodeId;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Owed;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is owed to one node, and how far its delivery is. */
final class Debt {
  private static final int RECENT_MAX = 4_096;

  final NodeId target;
  final Window window;

  /** Partitions that have to be compared. */
  final TreeMap<Integer, RepairMark> repairs = new TreeMap<>();

  /** Durable, or on their way to disk. */
  long hints;

  long bytes;

  /** Added lately: a key that is written often asks the disk once. */
  private final Map<Hint, Boolean> recent =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hint, Boolean> eldest) {
          return size() > RECENT_MAX;
        }
      };

  /** On their way off the disk: still found there, and no longer to be counted on. */
  private final Set<Hint> leaving = new HashSet<>();

  /** Being delivered; true once the record has changed meanwhile. Only looked up. */
  private final Map<Hint, Boolean> underWay = new HashMap<>();

  /** How often the target refused a hint. Only looked up. */
  final Map<Hint, Integer> refusals = new HashMap<>();

  /** Read from disk and next to be delivered. */
  final ArrayDeque<Hint> next = new ArrayDeque<>();

  /** The last one read from disk; null at the beginning of a pass. */
  @Nullable Hint cursor;

  /** Whether the disk has been asked for the next page. */
  boolean paging;

  /** Whether the pass is at its end, so far as it is known. */
  boolean passRead;

  /** No delivery is begun before this moment. */
  long restUntilNanos;

  /** A partition of which hints were given up. */
  static final class RepairMark {
    /**
     * Grows with each record that the target missed; a comparison that began before is no proof.
     */
    long missed;

    /** It is not compared before this moment. */
    long notBeforeNanos;

    RepairMark(long nowNanos) {
      notBeforeNanos = nowNanos;
    }
  }

  Debt(NodeId target, int windowMax, long nowNanos) {
    this.target = target;
    this.restUntilNanos = nowNanos;
    this.window = new Window(windowMax);
  }

  void load(Owed owed, long nowNanos) {
    hints = owed.hints();
    bytes = owed.bytes();
    owed.repairs().forEach(partition -> repairs.put(partition, new RepairMark(nowNanos)));
  }

  boolean isRecent(Hint hint) {
    return recent.get(hint) != null && !leaving.contains(hint);
  }

  boolean isLeaving(Hint hint) {
    return leaving.contains(hint);
  }

  void added(Hint hint) {
    leaving.remove(hint);
    recent.put(hint, true);
    hints++;
    bytes += bytesOf(hint);
  }

  void removed(Hint hint) {
    leaving.add(hint);
    recent.remove(hint);
    refusals.remove(hint);
    hints--;
    bytes -= bytesOf(hint);
  }

  /** It is off the disk now; unless it was added again meanwhile. */
  void left(Hint hint) {
    leaving.remove(hint);
  }

  int deliveries() {
    return underWay.size();
  }

  boolean isUnderWay(Hint hint) {
    return underWay.containsKey(hint);
  }

  void begun(Hint hint) {
    underWay.put(hint, false);
  }

  /** The record changes while it is being delivered: what arrives may be the old one. */
  void changes(Hint hint) {
    underWay.computeIfPresent(hint, (same, changed) -> true);
  }

  /** Whether the record changed while it was delivered. */
  boolean ended(Hint hint) {
    return Boolean.TRUE.equals(underWay.remove(hint));
  }

  static long bytesOf(Hint hint) {
    return 15L + hint.key().bytes().length;
  }
}
