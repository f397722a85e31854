package io.quorate.replication.tree;

import io.quorate.event.Event;
import io.quorate.placement.Factor;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.TreeStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a start of a node keeps of its hash trees for the next one, whatever ends it: of each
 * partition the trees as they were at some moment, and of each write since what it has changed. So
 * after a crash only what was written lately is looked at (docs/design/recovery.md#trees).
 *
 * <p>Writes have numbers, in the order in which they are handed to the store. Trees in memory are
 * of what was told to be durable; so those that are kept have what all writes below the oldest have
 * changed that was not told, and of no other.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>The change of a write becomes durable with its record, or neither does. It is what the
 *       write makes of what was handed in before under its key.
 *   <li>What is on disk is of the start that the head names. Each start names itself there, or
 *       takes all away, before it writes a record: so one that knows nothing of this is noticed by
 *       the next, for starts are counted.
 *   <li>A tree that may not match what is durable is taken away before what makes it wrong is
 *       handed in. Then none is kept of that partition before all is told that was handed in until
 *       then.
 *   <li>What is needed of the log is bounded: the trees that have least of it are kept again.
 * </ul>
 */
final class TreeLog {
  private static final long NONE = -1;

  /** How many partitions are looked at in one go for one of which no tree is on disk. */
  private static final int LOOKED_AT = 64;

  private final Trees trees;
  private final Bases bases;
  private final Trees.Held held;
  private final TreeStore store;
  private final int boot;
  private final TreePace pace;
  private final Consumer<Event> events;

  /** Whether the cluster's version has what is kept. */
  private boolean active;

  /** Whether what is on disk is this start's, as far as it was handed in. */
  private boolean begun;

  /** Of the write that is handed in next. */
  private long next;

  /** All below are told. */
  private long told;

  /** By partition: all below this are told before a tree is kept. */
  private final long[] since;

  /** By partition: the number of the tree on disk; {@link #NONE} if there is none. */
  private final long[] kept;

  /** By partition: a tree on its way to disk. */
  private final @Nullable Keeping[] keeping;

  /** Logged since a tree was kept for that. */
  private long loggedBytes;

  /** Logged since some of it was taken away. */
  private long uncutBytes;

  private long cutBelow;

  /** Where to look for a partition of which no tree is on disk. */
  private int cursor;

  /** Whether the last look found one. */
  private boolean behind;

  private final ByteBuffer scratch = ByteBuffer.allocate(TreeChange.BYTES_MAX);

  TreeLog(
      Trees trees,
      Bases bases,
      Trees.Held held,
      TreeStore store,
      int boot,
      TreePace pace,
      Consumer<Event> events) {
    this.trees = trees;
    this.bases = bases;
    this.held = held;
    this.store = store;
    this.boot = boot;
    this.pace = pace;
    this.events = events;
    this.since = new long[bases.partitions()];
    this.kept = new long[bases.partitions()];
    this.keeping = new Keeping[bases.partitions()];
    Arrays.fill(kept, NONE);
  }

  /** A tree on its way to disk. */
  private final class Keeping implements PutCallback {
    final int partition;
    final long number;

    Keeping(int partition, long number) {
      this.partition = partition;
      this.number = number;
    }

    @Override
    public void stored() {
      if (keeping[partition] == this) {
        keeping[partition] = null;
        kept[partition] = number;
      }
    }

    /** What was there before may be there still, and is as good. */
    @Override
    public void failed(StorageFault fault) {
      if (keeping[partition] == this) {
        keeping[partition] = null;
      }
    }
  }

  /** Told of what all that follows rests on. */
  private final PutCallback foundation =
      new PutCallback() {
        @Override
        public void stored() {}

        @Override
        public void failed(StorageFault fault) {
          begun = false;
          Arrays.fill(keeping, null);
          Arrays.fill(kept, NONE);
          Arrays.fill(since, next);
        }
      };

  /** Goes on with what was taken up, before anything is written. */
  void goOn(TakenUp from) {
    next = from.next();
    told = next;
    Arrays.fill(since, next);
    from.kept().forEach((partition, tree) -> kept[partition] = tree.number());
    loggedBytes = from.logBytes();
    uncutBytes = from.logBytes();
    begun = true;
    store.goOn(new TreeLogHead(boot, false).bytes(), from.without(), foundation);
  }

  /** Trees may be kept from now on, as far as the cluster's version goes. */
  void activate() {
    active = true;
  }

  /** Whether anything is kept. */
  boolean isActive() {
    return active;
  }

  private void begin() {
    begun = true;
    loggedBytes = 0;
    uncutBytes = 0;
    cutBelow = 0;
    Arrays.fill(since, next); // and before, what was handed in is not logged
    store.begin(new TreeLogHead(boot, false).bytes(), foundation);
  }

  /** A write is handed in right after this that changes nothing of the trees that may be kept. */
  long handingIn() {
    if (active && !begun) {
      begin();
    }
    return next++;
  }

  /** A write is handed in right after this; gives its number. */
  long handingIn(Factor factor, TreeChange change) {
    long number = handingIn();
    if (factor.isByRegion()) {
      forget(change.partition);
    } else if (begun && !change.isNothing()) {
      change.writeTo(scratch.clear());
      int bytes = scratch.flip().remaining();
      store.log(number, scratch);
      loggedBytes += bytes;
      uncutBytes += bytes;
    }
    return number;
  }

  /** The same of one of which it is not known what it changes. */
  long handingInUnlogged(int partition) {
    long number = handingIn();
    forget(partition); // before the write, so that a crash in between leaves no tree either
    return number;
  }

  /** A write has ended, well or not; those before it have, too. */
  void ended(long number) {
    told = Math.max(told, number + 1);
  }

  /** The trees of a partition may not match what is durable, from the next write on. */
  void forget(int partition) {
    since[partition] = next;
    if (isOnDisk(partition) && held.forgets()) {
      kept[partition] = NONE;
      keeping[partition] = null;
      store.forget(List.of(partition), foundation);
      events.accept(TreeEvent.Window.TREE_FORGOTTEN);
    }
  }

  /** The same of several. */
  void forget(List<Integer> partitions) {
    for (int partition : partitions) {
      since[partition] = next;
    }
    List<Integer> there = partitions.stream().filter(this::isOnDisk).toList();
    if (!there.isEmpty() && held.forgets()) {
      for (int partition : there) {
        kept[partition] = NONE;
        keeping[partition] = null;
      }
      store.forget(there, foundation);
      events.accept(TreeEvent.Window.TREE_FORGOTTEN);
    }
  }

  private boolean isOnDisk(int partition) {
    return kept[partition] != NONE || keeping[partition] != null;
  }

  /** Whether a crash would leave the tree of a partition. */
  boolean isKept(int partition) {
    return kept[partition] != NONE;
  }

  /** Whether partitions were found lately of which no tree was on disk. */
  boolean isBehind() {
    return behind;
  }

  /** Keeps one tree at most, if it is time to. */
  void tick() {
    if (!active) {
      return;
    }
    if (!begun) {
      begin();
    }
    int missing = missing();
    behind = missing >= 0;
    if (behind) {
      keep(missing);
    } else if (loggedBytes >= pace.keepBytes()) {
      keepLeast();
    }
    if (uncutBytes >= pace.cutBytes()) {
      cut();
    }
  }

  /** A partition whose trees are known and not on disk; -1 if none was found. */
  private int missing() {
    for (int looked = 0; looked < Math.min(LOOKED_AT, kept.length); looked++) {
      int partition = cursor;
      cursor = (cursor + 1) % kept.length;
      if (!isOnDisk(partition)
          && held.keptUpTo(told, next) >= since[partition]
          && trees.toKeep(partition) != null) {
        return partition;
      }
    }
    return -1;
  }

  /** Keeps again what needs most of the log. */
  private void keepLeast() {
    int least = -1;
    for (int partition = 0; partition < kept.length; partition++) {
      if (kept[partition] != NONE && (least < 0 || kept[partition] < kept[least])) {
        least = partition;
      }
    }
    if (least < 0) {
      loggedBytes = 0; // none needs it
    } else if (keeping[least] == null) {
      loggedBytes -= pace.keepBytes();
      keep(least);
    }
  }

  private void keep(int partition) {
    PartitionTrees known = trees.toKeep(partition);
    if (known != null) {
      var on = new Keeping(partition, held.keptUpTo(told, next));
      keeping[partition] = on;
      store.keep(partition, new KeptTree(bases.of(partition), on.number, known).bytes(), on);
    }
  }

  /** What no tree on disk needs is not needed, nor what one on its way there has. */
  private void cut() {
    long least = told;
    for (int partition = 0; partition < kept.length; partition++) {
      Keeping on = keeping[partition];
      if (kept[partition] != NONE) {
        least = Math.min(least, kept[partition]);
      } else if (on != null) {
        least = Math.min(least, on.number);
      }
    }
    uncutBytes = 0;
    if (least > cutBelow) {
      cutBelow = least;
      store.cut(least);
      events.accept(TreeEvent.Window.TREE_LOG_CUT);
    }
  }

  /** Leaves what is known, and no log. The last thing that the node does. */
  void leave() {
    if (!active) {
      return;
    }
    Map<Integer, byte[]> left = new TreeMap<>();
    for (int partition = 0; partition < kept.length; partition++) {
      PartitionTrees known = trees.toKeep(partition);
      if (known != null && !held.isWriting(partition)) {
        left.put(partition, new KeptTree(bases.of(partition), next, known).bytes());
      }
    }
    store.leave(new TreeLogHead(boot, true).bytes(), left);
  }
}
