package io.quorate.storage.rocks;

import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.storage.HintStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.HintsCheck;
import io.quorate.storage.rocks.files.Inventory;
import io.quorate.storage.rocks.format.HintKey;
import io.quorate.storage.rocks.writer.LaneWrites;
import io.quorate.storage.rocks.writer.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;

/** Hints in families {@code hints} and {@code dead_letters}; keys as {@link HintKey} says. */
final class RocksHintStore implements HintStore {
  private static final byte[] NOTHING = {};

  /** Looks for hints that wait for the disk: beyond, reads of clients would wait for long. */
  private static final int FINDING_MAX = 256;

  private final Database database;
  private final ColumnFamilyHandle family;
  private final ColumnFamilyHandle deadLetters;
  private final Lane lane;
  private final LaneWrites writes;
  private final Readers readers;
  private final ReadOptions cached;

  /** Looks for hints that are not answered; lane only. */
  private int finding;

  RocksHintStore(
      Database database, Lane lane, LaneWrites writes, Readers readers, ReadOptions cached) {
    this.database = database;
    this.family = database.family(Family.HINTS);
    this.deadLetters = database.family(Family.DEAD_LETTERS);
    this.lane = lane;
    this.writes = writes;
    this.readers = readers;
    this.cached = cached;
  }

  @Override
  public Contents load() {
    Counting counting = new Counting();
    List<DeadLetter> letters = new ArrayList<>();
    each(family, counting::count);
    each(deadLetters, (key, value) -> letters.add(HintKey.deadLetter(key, value)));
    return new Contents(counting.owed(), List.copyOf(letters), counting.paused, isLost());
  }

  private boolean isLost() {
    try {
      return database.meta(HintsCheck.LOST) != null;
    } catch (RocksDBException failure) {
      throw unreadable(failure);
    }
  }

  private StorageOpenException unreadable(RocksDBException failure) {
    return new StorageOpenException(
        "the hints in %s cannot be read: %s.%s"
            .formatted(database.directory(), failure.getMessage(), Inventory.WHAT_TO_DO),
        failure);
  }

  private void each(ColumnFamilyHandle from, BiConsumer<byte[], byte[]> visitor) {
    try (RocksIterator each = database.db().newIterator(from)) {
      for (each.seekToFirst(); each.isValid(); each.next()) {
        visitor.accept(each.key(), each.value());
      }
      each.status();
    } catch (RocksDBException failure) {
      throw unreadable(failure);
    }
  }

  /** What is owed, as far as it has been read. */
  private static final class Counting {
    private final TreeMap<NodeId, One> byTarget = new TreeMap<>();
    private boolean paused;

    /** To one node. */
    private static final class One {
      private final TreeMap<Long, Long> hints = new TreeMap<>();
      private final TreeMap<Integer, Lack> repairs = new TreeMap<>();
      private long bytes;
      private boolean paused;
    }

    void count(byte[] key, byte[] value) {
      switch (key[0]) {
        case HintKey.HINT -> {
          One one = one(HintKey.target(key));
          one.hints.merge(HintKey.missed(value).stamp(), 1L, Long::sum);
          one.bytes += key.length + value.length;
        }
        case HintKey.REPAIR ->
            one(HintKey.target(key)).repairs.put(HintKey.partition(key), HintKey.lack(value));
        case HintKey.PAUSE -> {
          NodeId target = HintKey.paused(key);
          if (target == null) {
            paused = true;
          } else {
            one(target).paused = true;
          }
        }
        default -> {} // of a newer version
      }
    }

    private One one(NodeId target) {
      return byTarget.computeIfAbsent(target, first -> new One());
    }

    Map<NodeId, Owed> owed() {
      TreeMap<NodeId, Owed> owed = new TreeMap<>();
      byTarget.forEach(
          (target, one) ->
              owed.put(target, new Owed(one.hints, one.bytes, one.repairs, one.paused)));
      return owed;
    }
  }

  @Override
  public void add(Kept kept, PutCallback durable) {
    writes.add(Change.put(family, HintKey.of(kept.hint()), HintKey.value(kept.missed()), durable));
  }

  @Override
  public void remove(Hint hint, PutCallback durable) {
    writes.add(Change.delete(family, HintKey.of(hint), durable));
  }

  @Override
  public void bury(DeadLetter letter, PutCallback durable) {
    byte[] key = HintKey.of(letter.hint());
    writes.add(
        new Burial(
            Change.delete(family, key, durable),
            Change.put(deadLetters, key, HintKey.value(letter), durable)));
  }

  @Override
  public void removeDeadLetter(Hint hint, PutCallback durable) {
    writes.add(Change.delete(deadLetters, HintKey.of(hint), durable));
  }

  @Override
  public void pause(@Nullable NodeId target, boolean paused, PutCallback durable) {
    byte[] key = HintKey.pause(target);
    writes.add(
        paused ? Change.put(family, key, NOTHING, durable) : Change.delete(family, key, durable));
  }

  @Override
  public void lossMarked(PutCallback durable) {
    writes.add(Change.delete(database.family(Family.META), HintsCheck.LOST, durable));
  }

  @Override
  public void settled(PutCallback durable) {
    writes.add(new Nothing(durable));
  }

  /** Is durable when what was handed in with it is. */
  private record Nothing(PutCallback callback) implements Write {
    @Override
    public void addTo(WriteBatch batch) {}

    @Override
    public long bytes() {
      return 0;
    }
  }

  @Override
  public Known known(Hint hint) {
    if (!database.gate().enter()) {
      return Known.NO;
    }
    try {
      return database.db().get(family, cached, HintKey.of(hint)) == null ? Known.NO : Known.YES;
    } catch (RocksDBException slow) {
      return Known.UNSURE; // not in memory, or damaged: reading all hints reports that
    } finally {
      database.gate().leave();
    }
  }

  /** The block that is read stays in memory: its other hints are known then. */
  @Override
  public void find(Hint hint, Consumer<Boolean> callback) {
    if (finding == FINDING_MAX || !database.gate().enter()) {
      lane.execute(() -> callback.accept(false));
      return;
    }
    finding++;
    Snapshot now = database.db().getSnapshot();
    Runnable look =
        () -> {
          boolean found = isIn(now, hint);
          letGo(now);
          lane.execute(() -> found(found, callback));
        };
    if (!readers.run(look)) {
      letGo(now);
      lane.execute(() -> found(false, callback));
    }
  }

  private boolean isIn(Snapshot snapshot, Hint hint) {
    try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
      return database.db().get(family, options, HintKey.of(hint)) != null;
    } catch (RocksDBException damaged) {
      return false; // reading all hints reports that
    }
  }

  private void letGo(Snapshot snapshot) {
    database.db().releaseSnapshot(snapshot);
    database.gate().leave();
  }

  private void found(boolean found, Consumer<Boolean> callback) {
    finding--;
    callback.accept(found);
  }

  @Override
  public void page(NodeId target, @Nullable Hint after, int most, PageCallback callback) {
    if (!readers.run(() -> pageThere(target, after, most, callback))) {
      lane.execute(() -> callback.failed(Faults.CLOSED));
    }
  }

  private void pageThere(NodeId target, @Nullable Hint after, int most, PageCallback callback) {
    if (!database.gate().enter()) {
      lane.execute(() -> callback.failed(Faults.CLOSED));
      return;
    }
    byte[] all = HintKey.all(HintKey.HINT, target);
    List<Kept> found = new ArrayList<>();
    boolean more;
    try (Slice past = new Slice(next(all));
        ReadOptions options = new ReadOptions().setIterateUpperBound(past).setFillCache(false);
        RocksIterator each = database.db().newIterator(family, options)) {
      for (each.seek(from(all, after)); each.isValid() && found.size() < most; each.next()) {
        found.add(new Kept(HintKey.hint(each.key()), HintKey.missed(each.value())));
      }
      more = each.isValid();
      each.status();
    } catch (RocksDBException failure) {
      StorageFault fault = Faults.of("reading hints for " + target, failure);
      lane.execute(() -> callback.failed(fault));
      return;
    } finally {
      database.gate().leave();
    }
    lane.execute(() -> callback.page(found, !more));
  }

  private static byte[] from(byte[] all, @Nullable Hint after) {
    if (after == null) {
      return all;
    }
    // The least key after another one is that key with a zero appended.
    byte[] last = HintKey.of(after);
    return Arrays.copyOf(last, last.length + 1);
  }

  /** The first key past all that begin with this one. */
  private static byte[] next(byte[] prefix) {
    byte[] next = prefix.clone();
    int last = next.length - 1;
    while (last > 0 && next[last] == (byte) 0xFF) {
      next[last--] = 0;
    }
    next[last]++;
    return next;
  }

  @Override
  public void markRepair(NodeId target, int partition, Lack lack, PutCallback durable) {
    writes.add(Change.put(family, HintKey.repair(target, partition), HintKey.value(lack), durable));
  }

  @Override
  public void unmarkRepair(NodeId target, int partition, PutCallback durable) {
    writes.add(Change.delete(family, HintKey.repair(target, partition), durable));
  }

  /** A key that gets a value, or goes. */
  private record Change(
      ColumnFamilyHandle family, byte[] key, byte @Nullable [] value, PutCallback callback)
      implements Write {
    static Change put(ColumnFamilyHandle family, byte[] key, byte[] value, PutCallback callback) {
      return new Change(family, key, value, callback);
    }

    static Change delete(ColumnFamilyHandle family, byte[] key, PutCallback callback) {
      return new Change(family, key, null, callback);
    }

    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      if (value == null) {
        batch.delete(family, key);
      } else {
        batch.put(family, key, value);
      }
    }

    @Override
    public long bytes() {
      return (long) key.length + (value == null ? 0 : value.length);
    }
  }

  /** A hint goes, and a dead letter comes: in one write. */
  private record Burial(Change hint, Change letter) implements Write {
    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      hint.addTo(batch);
      letter.addTo(batch);
    }

    @Override
    public long bytes() {
      return hint.bytes() + letter.bytes();
    }

    @Override
    public PutCallback callback() {
      return letter.callback();
    }
  }
}
