package io.quorate.storage.rocks;

import io.quorate.model.Invariant;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.crypt.ForgottenKeysException;
import io.quorate.storage.rocks.database.CompactionPace;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.SealMark;
import io.quorate.storage.rocks.files.FreeSpace;
import io.quorate.storage.rocks.files.SuspectMark;
import io.quorate.storage.rocks.format.DataKey;
import io.quorate.storage.rocks.format.Seal;
import io.quorate.storage.rocks.writer.PacedWrites;
import io.quorate.version.MalformedRecordException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

/**
 * Writes all records again, into a family of their own, once some cannot be read; but for
 * partitions that are to be dropped. The files with the damage go unread then, with the old family.
 *
 * <p>Nothing less takes them away: a tombstone over the damage leaves it where it is, and the first
 * compaction that comes upon it ends all writes of the database; and a file can be dropped only if
 * it holds nothing else.
 *
 * <p>Goes on while everything is read and written: the writer's thread is the only one that writes,
 * so what it copies, page by page, is the newest, and what it writes from then on it writes to both
 * families. A partition that cannot be read, and of which no caller has said that it is to be
 * dropped, holds up the end: its only readable copy may be among what is left here. All functions
 * without another word are for the writer's thread.
 *
 * <p>In the same way it has values encrypted that were written before encryption was turned on: the
 * files with what they were go with the old family.
 */
final class Renewal {
  private static final int PAGE_BYTES = 256 << 10;

  /** Partitions looked for in one step, where there are no records. */
  private static final int EMPTY_MAX = 256;

  /** Of its time the writer gives a quarter to this. */
  private static final long REST_TIMES = 3;

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Records can be read as they are, and encrypted when there is room. */
  private static final long RETRY_SEALING_NANOS = TimeUnit.HOURS.toNanos(1);

  private static final long SEALING_LEAVES_BYTES = 64L << 20;

  private final Database database;
  private final RecordFamily records;
  private final SuspectMark mark;
  private final Clock clock;
  private final StorageListener listener;
  private final FreeSpace free;
  private final PacedWrites unsynced;
  private final List<IntConsumer> watchers = new CopyOnWriteArrayList<>();
  private final Queue<Drop> asked = new ConcurrentLinkedQueue<>();
  private volatile Runnable wake = () -> {};

  /** Why there is something to do; null if there is nothing. Set from anywhere. */
  private volatile @Nullable String suspicion;

  /** Whether there may be values that are not encrypted, and are to be. Writer's thread only. */
  private boolean sealing;

  private boolean marked;

  /** Whether people have been told of what cannot be read. */
  private boolean told;

  private boolean toldOfSealing;

  private long nextAtNanos;

  /** How many partitions there are, once that is known; a missing file makes all unreadable. */
  private volatile int partitions = DataKey.PARTITION_MAX + 1;

  /** What is still to be copied. */
  private final Deque<Span> spans = new ArrayDeque<>();

  /** Cannot be read. */
  private final TreeSet<Integer> unreadable = new TreeSet<>();

  /** To be left out, by partition. */
  private final TreeMap<Integer, List<Drop>> dropping = new TreeMap<>();

  /** A partition that is to go, and the callback to tell. */
  private record Drop(int partition, Lane lane, PutCallback callback) {}

  /**
   * Partitions to be copied.
   *
   * @param from the first place not yet copied; null for the beginning of {@code first}
   */
  private record Span(int first, int last, byte @Nullable [] from) {}

  Renewal(
      Database database,
      RecordFamily records,
      SuspectMark mark,
      CompactionPace compactions,
      Clock clock,
      StorageListener listener,
      FreeSpace free) {
    this.database = database;
    this.records = records;
    this.mark = mark;
    this.clock = clock;
    this.unsynced = new PacedWrites(false, clock, compactions::look);
    this.listener = listener;
    this.free = free;
    this.marked = mark.isThere();
    this.suspicion = marked ? mark.why() : null;
    this.nextAtNanos = clock.nanos();
  }

  /** Has all values encrypted that are not; before the writer begins. */
  void sealAll() {
    sealing = true;
  }

  /** Told from anywhere when there is something to do; before anything else is called. */
  void wakes(Runnable writer) {
    wake = writer;
  }

  /** Told which of the first {@code count} partitions cannot be read. From anywhere. */
  void watch(int count, IntConsumer watcher) {
    partitions = count;
    watchers.add(watcher);
  }

  /** Something could not be read. From anywhere. */
  void suspect(StorageFault fault) {
    if (fault.kind() == StorageFault.Kind.CORRUPT && suspicion == null) {
      suspicion = fault.message();
      wake.run();
    }
  }

  /** From anywhere. */
  void drop(int partition, Lane lane, PutCallback callback) {
    asked.add(new Drop(partition, lane, callback));
    wake.run();
  }

  /** Nothing can be written any more: if it is for the damage, the next start is to know. */
  void failed(RocksDBException failure) {
    if (Faults.of("writing", failure).kind() == StorageFault.Kind.CORRUPT) {
      set(String.valueOf(failure.getMessage()));
    }
  }

  long nanosUntilDue() {
    if (!asked.isEmpty()) {
      return 0;
    }
    return suspicion == null && !sealing ? Long.MAX_VALUE : nextAtNanos - clock.nanos();
  }

  void goOn() throws RocksDBException {
    Drop first = asked.peek();
    if (first != null && suspicion == null) {
      suspicion = "partition " + first.partition() + " is to be dropped";
    }
    String why = suspicion;
    if (why == null && !sealing) {
      return;
    }
    try {
      if (why != null && !marked) {
        set(why);
        stopCompactions();
      }
      tell(why);
      takeAsked();
      if (nextAtNanos - clock.nanos() <= 0) {
        step();
      }
    } catch (RocksDBException failure) {
      giveUp(Faults.of("rewriting the records", failure));
      throw failure;
    }
  }

  private void tell(@Nullable String why) {
    if (why != null && !told) {
      told = true;
      listener.onRenewal("records cannot be read, all others are rewritten: " + why);
    } else if (why == null && !toldOfSealing) {
      toldOfSealing = true;
      listener.onRenewal(
          "all records are rewritten, since there may be values that are not encrypted");
    }
  }

  private void set(String why) {
    marked = true;
    try {
      mark.set(why);
    } catch (IOException failure) {
      marked = false; // the next reader finds the damage again
    }
  }

  /** One that comes upon the damage ends all writes until the next start. */
  private void stopCompactions() throws RocksDBException {
    database
        .db()
        .setOptions(
            records.handle(),
            MutableColumnFamilyOptions.builder().setDisableAutoCompactions(true).build());
  }

  private void takeAsked() throws RocksDBException {
    for (Drop drop = asked.poll(); drop != null; drop = asked.poll()) {
      int partition = drop.partition();
      dropping.computeIfAbsent(partition, first -> new ArrayList<>()).add(drop);
      nextAtNanos = clock.nanos();
      ColumnFamilyHandle next = records.next();
      byte[] from = DataKey.from(partition);
      if (next != null && from != null) {
        // What was copied of it, and what was written since.
        try (WriteBatch batch = new WriteBatch()) {
          batch.deleteRange(next, from, DataKey.past(partition));
          unsynced.write(database.db(), batch);
        }
      }
    }
  }

  private void step() throws RocksDBException {
    long began = clock.nanos();
    if (records.next() == null) {
      if (!hasRoom(records.bytesAnew())) {
        nextAtNanos = began + (suspicion == null ? RETRY_SEALING_NANOS : RETRY_NANOS);
        return;
      }
      records.beginNext();
      unreadable.clear();
      spans.clear();
      spans.add(new Span(0, DataKey.PARTITION_MAX, null));
    }
    if (suspicion == null && !hasRoom(SEALING_LEAVES_BYTES)) {
      giveUp(new StorageFault(StorageFault.Kind.FULL, "the disk is nearly full"));
      nextAtNanos = began + RETRY_SEALING_NANOS;
      return;
    }
    Span span = spans.poll();
    if (span != null) {
      copy(span);
      nextAtNanos = clock.nanos() + REST_TIMES * (clock.nanos() - began);
    } else if (dropping.keySet().containsAll(unreadable.headSet(partitions))) {
      finish();
    } else {
      lookAgain();
    }
  }

  private boolean hasRoom(long needed) {
    try {
      long usable = free.bytes();
      if (usable > needed) {
        return true;
      }
      listener.onRenewal(
          "the records cannot be rewritten: that takes %d MiB, and %d MiB are free"
              .formatted(needed >> 20, usable >> 20));
      return false;
    } catch (IOException unknown) {
      return true; // if there is none, the writes will say so
    }
  }

  /** Copies about a page; what is left of the span comes next. */
  private void copy(Span span) throws RocksDBException {
    int partition = span.first();
    byte @Nullable [] from = span.from();
    try (WriteBatch batch = new WriteBatch()) {
      for (int empty = 0; partition <= span.last() && empty < EMPTY_MAX; empty++) {
        byte[] reached = dropping.containsKey(partition) ? null : copy(partition, from, batch);
        from = reached;
        if (reached != null) {
          break;
        }
        partition++;
        if (batch.getDataSize() >= PAGE_BYTES) {
          break;
        }
      }
      unsynced.write(database.db(), batch);
    }
    if (partition <= span.last()) {
      spans.addFirst(new Span(partition, span.last(), from));
    }
  }

  /** Adds a page of one partition; gives where the next page begins, null if there is none. */
  private byte @Nullable [] copy(int partition, byte @Nullable [] from, WriteBatch batch)
      throws RocksDBException {
    byte[] past = DataKey.from(partition + 1);
    ColumnFamilyHandle next = Invariant.present(records.next(), "nothing was begun");
    try (Slice bound = past == null ? null : new Slice(past);
        ReadOptions options = new ReadOptions().setFillCache(false)) {
      if (bound != null) {
        options.setIterateUpperBound(bound);
      }
      try (RocksIterator each = database.db().newIterator(records.handle(), options)) {
        for (each.seek(from == null ? DataKey.from(partition) : from);
            each.isValid();
            each.next()) {
          if (batch.getDataSize() >= PAGE_BYTES) {
            return each.key();
          }
          copy(next, each.key(), each.value(), batch);
        }
        each.status();
      }
    } catch (RocksDBException failure) {
      if (Faults.of("reading", failure).kind() != StorageFault.Kind.CORRUPT) {
        throw failure;
      }
      isUnreadable(partition);
    } catch (MalformedRecordException malformed) {
      isUnreadable(partition);
    }
    return null;
  }

  private void copy(ColumnFamilyHandle next, byte[] key, byte[] value, WriteBatch batch)
      throws RocksDBException {
    Seal seal = records.seal();
    try {
      batch.put(next, key, seal.renew(key, value, seal.open(key, value)));
    } catch (ForgottenKeysException forgotten) {
      // It is left out: it cannot be read, and was not to be.
    }
  }

  private void isUnreadable(int partition) {
    unreadable.add(partition);
    if (suspicion == null) {
      suspicion = "partition " + partition + " cannot be read";
    }
    if (partition >= partitions) {
      return;
    }
    watchers.forEach(watcher -> watcher.accept(partition));
  }

  /** It may have been the way to the device that failed, and not the device. */
  private void lookAgain() {
    List<Integer> again = new ArrayList<>(unreadable.headSet(partitions));
    again.removeAll(dropping.keySet());
    unreadable.removeAll(again);
    again.forEach(partition -> spans.add(new Span(partition, partition, null)));
    nextAtNanos = clock.nanos() + RETRY_NANOS;
  }

  private void finish() throws RocksDBException {
    records.turnToNext();
    database.goOnCompacting();
    if (records.seal().isOn()) {
      SealMark.setOnAll(database);
    }
    sealing = false;
    suspicion = null;
    marked = false;
    told = false;
    try {
      mark.clear();
    } catch (IOException failure) {
      // The next start writes everything once more.
    }
    listener.onRenewal(
        dropping.isEmpty()
            ? "the records are rewritten"
            : "the records are rewritten, without partitions " + dropping.keySet());
    tellAll(PutCallback::stored);
    unreadable.clear();
    nextAtNanos = clock.nanos();
  }

  private void giveUp(StorageFault fault) {
    nextAtNanos = clock.nanos() + RETRY_NANOS;
    spans.clear();
    unreadable.clear();
    try {
      records.giveUpNext();
    } catch (RocksDBException left) {
      // The next start takes it away.
    }
    tellAll(callback -> callback.failed(fault));
  }

  private void tellAll(Consumer<PutCallback> how) {
    for (Map.Entry<Integer, List<Drop>> each : dropping.entrySet()) {
      each.getValue().forEach(drop -> drop.lane().execute(() -> how.accept(drop.callback())));
    }
    dropping.clear();
  }

  /** After the writer has ended. */
  void close() {
    for (Drop drop = asked.poll(); drop != null; drop = asked.poll()) {
      dropping.computeIfAbsent(drop.partition(), first -> new ArrayList<>()).add(drop);
    }
    tellAll(callback -> callback.failed(Faults.CLOSED));
    unsynced.close();
  }
}
