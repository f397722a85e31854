package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.version.Record;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys of which this node knows something without asking the disk: those with writes under way, and
 * those used lately.
 *
 * <p>Invariant: while a write of a key is under way, all its writes meet in one {@link KeyWrites},
 * and the cache, which may be behind what is durable, is not believed. The last write to end leaves
 * what is durable in the cache, or takes the key out of it.
 */
final class KeysInMemory {
  private final RecordCache cache;

  /** Keys with writes under way. Its order is never seen. */
  private final Map<Key, KeyWrites> writing = new HashMap<>();

  /** By partition: how many of those keys are in it; and how often tenants are being cleared. */
  private final int[] keysWriting;

  KeysInMemory(int partitions, long cacheBytes) {
    this.cache = new RecordCache(partitions, cacheBytes);
    this.keysWriting = new int[partitions];
  }

  /**
   * Has something take its turn among the writes of its key; gives those if what is held has to be
   * read first.
   *
   * @param used whether the key is one that clients use now
   */
  @Nullable KeyWrites enter(int partition, Key key, KeyWrites.Arrival arrival, boolean used) {
    KeyWrites known = writing.get(key);
    if (known != null) {
      known.arrive(arrival, used);
      return null;
    }
    KeyWrites loading = new KeyWrites(partition);
    writing.put(key, loading);
    keysWriting[partition]++;
    loading.arrive(arrival, used); // before the read, which may answer at once
    Record cached = cache.get(key);
    if (cached != null) {
      loading.loaded(cached);
      forgetIfIdle(partition, key, loading);
      return null;
    }
    return loading;
  }

  /** Lets the writes of a key go, if none of them is under way any more. */
  void forgetIfIdle(int partition, Key key, KeyWrites writes) {
    if (writes.isIdle() && writing.remove(key, writes)) {
      keysWriting[partition]--;
      Record durable = writes.durable();
      if (durable == null) {
        cache.remove(key);
      } else if (writes.isUsed() || cache.holds(key)) {
        cache.put(partition, key, durable);
      }
    }
  }

  boolean isWriting(Key key) {
    return writing.containsKey(key);
  }

  /** Whether a write of any key of a partition is under way. */
  boolean isWriting(int partition) {
    return keysWriting[partition] > 0;
  }

  /** Whether a write of any key of some tenants in a partition is under way. */
  boolean isWriting(int partition, Set<Integer> tenants) {
    return isWriting(partition)
        && writing.entrySet().stream()
            .anyMatch(
                each ->
                    each.getValue().partition == partition
                        && tenants.contains(each.getKey().tenant()));
  }

  /** Some of a partition is being taken away: until {@link #cleared} what is durable is unknown. */
  void clearing(int partition) {
    keysWriting[partition]++;
  }

  void cleared(int partition) {
    keysWriting[partition]--;
  }

  /** What is durable under a key; null if only the disk can say. */
  @Nullable Record durable(Key key) {
    return isWriting(key) ? null : cache.get(key);
  }

  /**
   * What is durable under a key as far as its writes have been told.
   *
   * @param read what was just read, which is meant if no write of the key is under way
   */
  @Nullable Record durableOr(Key key, Record read) {
    KeyWrites writes = writing.get(key);
    return writes == null ? read : writes.durableOr(read);
  }

  /** Somebody read what is durable now under a key, and may again. */
  void used(int partition, Key key, Record durable) {
    if (!isWriting(key)) {
      cache.put(partition, key, durable);
    }
  }

  /** The disk holds something else of a partition than it did. */
  void forgetRead(int partition) {
    cache.forget(partition);
  }
}
