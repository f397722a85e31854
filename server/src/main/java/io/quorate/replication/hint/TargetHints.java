package io.quorate.replication.hint;

import io.quorate.model.NodeId;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Kept;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.HintStore.Owed;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** What is owed to one node, and how far its delivery is. */
final class TargetHints {
  private static final int RECENT_MAX = 4_096;

  final NodeId target;
  final Window window;

  /** Partitions that have to be compared. */
  final TreeMap<Integer, RepairMark> repairs = new TreeMap<>();

  /** Durable, or on their way to disk. */
  long hints;

  long bytes;

  /** How many of the partitions to compare it is known to lack something in. */
  private int lackingRepairs;

  /** It is known to have lacked something since then; means something while it is. */
  private long sinceNanos;

  /** The hints, by their stamp. */
  private final TreeMap<Long, Long> byStamp = new TreeMap<>();

  /** How often a hint came or went. */
  long turnover;

  /** Changes and questions that the disk has not answered. */
  int unanswered;

  /** The disk refused a change: there may be hints that are not counted. */
  boolean uncertain;

  /** Nothing is delivered, as an operator asked. */
  boolean paused;

  /** How many hints are delivered in a second, of late. */
  final Rate delivered;

  /** Added lately, with their stamps: a key that is written often asks the disk once. */
  private final Map<Hint, Long> recent =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hint, Long> eldest) {
          return size() > RECENT_MAX;
        }
      };

  /** On their way off the disk: still found there, and no longer to be counted on. */
  private final Set<Hint> leaving = new HashSet<>();

  /**
   * Removals that the disk has not answered, by hint: one that came again meanwhile may have
   * several, and is on its way off the disk until the last. Only looked up.
   */
  private final Map<Hint, Integer> removals = new HashMap<>();

  /** Off the disk, but the page that is being read may have been read before. Only looked up. */
  private final Set<Hint> leftWhilePaging = new HashSet<>();

  /** Being delivered; true once the record has changed meanwhile. Only looked up. */
  private final Map<Hint, Boolean> underWay = new HashMap<>();

  /** Of which newer records are not durable yet, with how many. Only looked up. */
  private final Map<Hint, Integer> unsettled = new HashMap<>();

  /** How often the target refused a hint. Only looked up. */
  final Map<Hint, Integer> refusals = new HashMap<>();

  /** Read from disk and next to be delivered. */
  final ArrayDeque<Kept> next = new ArrayDeque<>();

  /** The last one read from disk; null at the beginning of a pass. */
  @Nullable Hint cursor;

  /** Whether the disk has been asked for the next page. */
  boolean paging;

  /** Whether the pass is at its end, so far as it is known. */
  boolean passRead;

  /** No delivery is begun before this moment. */
  long restUntilNanos;

  /** A partition in which only a comparison finds what the target lacks. */
  static final class RepairMark {
    /**
     * Whether the target is known to lack something. If it may lack something only, it is compared
     * all the same, and does not count as behind until then: most of such targets lack nothing.
     */
    private Lack lack;

    /**
     * Grows whenever the target may have missed more: a comparison that began before ends no mark.
     */
    long missed;

    /** It is not compared before this moment. */
    long notBeforeNanos;

    /** On the disk as it is, or on its way there; false if the disk did not take it. */
    boolean kept;

    private RepairMark(Lack lack, long nowNanos, boolean kept) {
      this.lack = lack;
      this.notBeforeNanos = nowNanos;
      this.kept = kept;
    }

    Lack lack() {
      return lack;
    }
  }

  TargetHints(NodeId target, int windowMax, long nowNanos) {
    this.target = target;
    this.restUntilNanos = nowNanos;
    this.window = new Window(windowMax);
    this.delivered = new Rate(nowNanos);
  }

  void load(Owed owed, long nowNanos) {
    hints = owed.count();
    bytes = owed.bytes();
    byStamp.putAll(owed.hints());
    // How long marks have stood is not kept; of hints, their stamps know.
    sinceNanos = hints == 0 ? nowNanos : nowNanos - TimeUnit.DAYS.toNanos(365);
    paused = owed.paused();
    owed.repairs()
        .forEach((partition, lack) -> repairs.put(partition, new RepairMark(lack, nowNanos, true)));
    lackingRepairs = Collections.frequency(owed.repairs().values(), Lack.KNOWN);
  }

  /** Returns the mark of a partition, which is there from now on, and says at least this. */
  RepairMark marked(int partition, Lack lack, long nowNanos) {
    RepairMark mark =
        repairs.computeIfAbsent(partition, one -> new RepairMark(Lack.POSSIBLE, nowNanos, false));
    if (lack == Lack.KNOWN && mark.lack == Lack.POSSIBLE) {
      lacks(nowNanos);
      lackingRepairs++;
      mark.lack = Lack.KNOWN;
      mark.kept = false; // the disk has it as one of what is possible
    }
    return mark;
  }

  /** Takes the mark of a partition away; returns whether there was one. */
  boolean unmark(int partition) {
    RepairMark mark = repairs.remove(partition);
    if (mark != null && mark.lack == Lack.KNOWN) {
      lackingRepairs--;
    }
    return mark != null;
  }

  /** The stamp of the oldest hint; null if there is none. */
  @Nullable Long oldestStamp() {
    return byStamp.isEmpty() ? null : byStamp.firstKey();
  }

  /** How many hints have such stamps. */
  long count(LongPredicate stamps) {
    long count = 0;
    for (Map.Entry<Long, Long> each : byStamp.entrySet()) {
      count += stamps.test(each.getKey()) ? each.getValue() : 0;
    }
    return count;
  }

  /** It is about to lack one more. */
  void lacks(long nowNanos) {
    if (!isLacking()) {
      sinceNanos = nowNanos;
    }
  }

  /** Whether it is known to lack something. */
  private boolean isLacking() {
    return hints > 0 || lackingRepairs > 0;
  }

  /**
   * For how long it has lacked the oldest record that it lacks, about; 0 if it is known to lack
   * none. Stamps are coarse, so what it has lacked for a moment only is told by when that began.
   */
  long lackingNanos(long nowNanos, long wallMillis) {
    if (!isLacking()) {
      return 0;
    }
    long all = nowNanos - sinceNanos;
    Long oldest = oldestStamp();
    return oldest == null
        ? all
        : Math.min(all, TimeUnit.MILLISECONDS.toNanos(Math.max(0, wallMillis - oldest)));
  }

  /** Whether nothing is owed, and nothing that was begun can still change that. */
  boolean isSettled() {
    boolean owesNothing = hints == 0 && repairs.isEmpty() && !uncertain && !paused;
    return owesNothing && unanswered == 0 && !paging && underWay.isEmpty() && unsettled.isEmpty();
  }

  boolean isRecent(Hint hint) {
    return recent.get(hint) != null && !leaving.contains(hint);
  }

  boolean isLeaving(Hint hint) {
    return leaving.contains(hint);
  }

  void added(Kept kept) {
    leaving.remove(kept.hint());
    leftWhilePaging.remove(kept.hint());
    recent.put(kept.hint(), kept.missed().stamp());
    hints++;
    bytes += kept.bytes();
    byStamp.merge(kept.missed().stamp(), 1L, Long::sum);
    turnover++;
  }

  /** Uncounts a hint that was on the disk before it was added. */
  void countedTwice(Kept kept) {
    turnover++;
    uncount(kept, kept.missed().stamp());
  }

  void removed(Kept kept) {
    leaving.add(kept.hint());
    refusals.remove(kept.hint());
    turnover++;
    // The disk may have shown a hint as it was before it went and came again.
    Long stamp = recent.remove(kept.hint());
    uncount(kept, stamp == null ? kept.missed().stamp() : stamp);
  }

  private void uncount(Kept kept, long stamp) {
    hints = Math.max(0, hints - 1);
    bytes = Math.max(0, bytes - kept.bytes());
    Long counted = byStamp.floorKey(stamp);
    if (!byStamp.isEmpty()) {
      byStamp.computeIfPresent(
          counted == null ? byStamp.firstKey() : counted,
          (same, count) -> count == 1 ? null : count - 1);
    }
  }

  /** A pass found nothing, and nothing has changed since it began. */
  void foundEmpty() {
    hints = 0;
    bytes = 0;
    byStamp.clear();
    uncertain = false;
  }

  /** The disk is asked to let go of it. */
  void removing(Hint hint) {
    removals.merge(hint, 1, Integer::sum);
  }

  /** The disk has answered one removal of it. */
  void left(Hint hint) {
    removals.computeIfPresent(hint, (same, asked) -> asked == 1 ? null : asked - 1);
    goneUnlessAwaited(hint);
  }

  /** The disk did not take it. */
  void notAdded(Hint hint) {
    goneUnlessAwaited(hint);
  }

  /** It is off the disk now; unless another removal is to come, or it was added again meanwhile. */
  private void goneUnlessAwaited(Hint hint) {
    if (!removals.containsKey(hint) && leaving.remove(hint) && paging) {
      leftWhilePaging.add(hint);
    }
  }

  /** Whether a page that has just been read shows a hint that there is. */
  boolean isThere(Hint hint) {
    return !leaving.contains(hint) && !leftWhilePaging.contains(hint);
  }

  /** Nothing is being read any more. */
  void paged() {
    paging = false;
    leftWhilePaging.clear();
  }

  int deliveries() {
    return underWay.size();
  }

  boolean isUnderWay(Hint hint) {
    return underWay.containsKey(hint);
  }

  /** What is read now for an unsettled one is what was there before. */
  void begun(Hint hint) {
    underWay.put(hint, unsettled.containsKey(hint));
  }

  /** The record of a hint that is there already is on its way to disk. */
  void unsettled(Hint hint) {
    unsettled.merge(hint, 1, Integer::sum);
  }

  /** It is durable, or it failed. */
  void settled(Hint hint) {
    unsettled.computeIfPresent(hint, (same, writes) -> writes == 1 ? null : writes - 1);
  }

  /** The record changes while it is being delivered: what arrives may be the old one. */
  void changes(Hint hint) {
    underWay.computeIfPresent(hint, (same, changed) -> true);
  }

  /** Whether the record changed while it was delivered. */
  boolean ended(Hint hint) {
    return Boolean.TRUE.equals(underWay.remove(hint));
  }
}
