package io.quorate.replication.replica.memory;

import io.quorate.model.Key;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Keys of which this node knows something without asking the disk: those with writes under way, and
 * those used lately: the records that were read, and of many more the headers.
 *
 * <p>Invariant: while a write of a key is under way, all its writes meet in one {@link KeyWrites},
 * and the caches, which may be behind what is durable, are not believed. The last write to end
 * leaves what is durable in the caches, or takes the key out of them.
 */
public final class KeysInMemory {
  private static final long WHILE_WRITING = -1;

  private final RecordCache records;
  private final VersionCache versions;

  /** Keys with writes under way. Its order is never seen. */
  private final Map<Key, KeyWrites> writing = new HashMap<>();

  /** By partition: how many of those keys are in it; and how often tenants are being cleared. */
  private final int[] keysWriting;

  /** By partition: how often a write began, or something was taken away. */
  private final long[] changes;

  public KeysInMemory(int partitions, CacheSizes sizes) {
    this.records = new RecordCache(partitions, sizes.recordBytes());
    this.versions = new VersionCache(partitions, sizes.versionBytes());
    this.keysWriting = new int[partitions];
    this.changes = new long[partitions];
  }

  /**
   * Has something take its turn among the writes of its key; gives those if what is held has to be
   * read first.
   */
  public @Nullable KeyWrites enter(int partition, Key key, KeyWrites.Arrival arrival) {
    KeyWrites known = writing.get(key);
    if (known != null) {
      known.arrive(arrival);
      return null;
    }
    KeyWrites loading = new KeyWrites(partition);
    writing.put(key, loading);
    keysWriting[partition]++;
    changes[partition]++;
    loading.arrive(arrival); // before the read, which may answer at once
    Record record = records.get(key);
    if (record != null) {
      loading.loaded(record);
    } else {
      RecordHeader header = versions.get(key);
      if (header == null || !loading.loadedHeader(header)) {
        return loading;
      }
    }
    forgetIfIdle(partition, key, loading);
    return null;
  }

  /** Lets the writes of a key go, if none of them is under way any more. */
  public void forgetIfIdle(int partition, Key key, KeyWrites writes) {
    if (writes.isIdle() && writing.remove(key, writes)) {
      keysWriting[partition]--;
      RecordHeader durable = writes.durable();
      if (durable == null) {
        records.remove(key);
        versions.remove(key);
      } else {
        // A record that is written by its header alone need not take the place of one that is read.
        if (durable instanceof Record record && (writes.isRecordWanted() || records.holds(key))) {
          records.put(partition, key, record);
        }
        versions.put(partition, key, durable);
      }
    }
  }

  public boolean isWriting(Key key) {
    return writing.containsKey(key);
  }

  /** Whether a write of any key of a partition is under way. */
  public boolean isWriting(int partition) {
    return keysWriting[partition] > 0;
  }

  /** Whether a write of any key of some tenants in a partition is under way. */
  public boolean isWriting(int partition, IntPredicate tenants) {
    return isWriting(partition)
        && writing.entrySet().stream()
            .anyMatch(
                each ->
                    each.getValue().partition == partition && tenants.test(each.getKey().tenant()));
  }

  /** Some of a partition is being taken away: until {@link #cleared} what is durable is unknown. */
  public void clearing(int partition) {
    keysWriting[partition]++;
    changes[partition]++;
  }

  public void cleared(int partition) {
    keysWriting[partition]--;
  }

  /** What is durable under a key; null if only the disk can say. */
  public @Nullable Record durable(Key key) {
    return isWriting(key) ? null : records.get(key);
  }

  /** The header of what is durable under a key; null if only the disk can say. */
  public @Nullable RecordHeader durableHeader(Key key) {
    return isWriting(key) ? null : versions.get(key);
  }

  /**
   * What is durable under a key as far as its writes have been told.
   *
   * @param read what was just read, which is meant if no write of the key is under way
   */
  public @Nullable RecordHeader durableOr(Key key, Record read) {
    KeyWrites writes = writing.get(key);
    return writes == null ? read : writes.durableOr(read);
  }

  /** The disk is asked for a key; gives what {@link #readEnds} is to be told with the answer. */
  public long readBegins(int partition, Key key) {
    KeyWrites under = writing.get(key);
    if (under == null) {
      return changes[partition];
    }
    under.recordWanted();
    return WHILE_WRITING;
  }

  /**
   * Remembers what the disk has answered, unless a write may have replaced it meanwhile: one that
   * was under way when the disk was asked, or one that began since, in the same partition.
   *
   * @param begun what {@link #readBegins} gave
   */
  public void readEnds(int partition, Key key, Record durable, long begun) {
    if (begun == changes[partition]) {
      records.put(partition, key, durable);
      versions.put(partition, key, durable);
    }
  }

  /** The disk holds something else of a partition than it did. */
  public void forgetRead(int partition) {
    changes[partition]++;
    records.forget(partition);
    versions.forget(partition);
  }
}
