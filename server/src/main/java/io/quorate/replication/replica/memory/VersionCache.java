package io.quorate.replication.replica.memory;

import io.quorate.model.Key;
import io.quorate.version.RecordHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The headers of durable records, without their values: a node knows what most writes replace, and
 * what most comparisons ask for, without asking the disk. What it says of a key is what is on disk,
 * or nothing: as with {@link RecordCache}, no caller asks for a key that has a write under way.
 *
 * <p>A log in memory, written round and round: what was put in first is overwritten first, and a
 * key that is put in again keeps its place. A place is a position that only grows; what is more
 * than the length of the log behind its end has been overwritten, and needs no clearing. The index
 * is a table of buckets, and a full bucket gives up the oldest of its keys: so however keys are
 * chosen, looking for one takes one bucket. Objects would take three times the memory, and the
 * garbage collector would walk them.
 */
final class VersionCache {
  /** Longer keys are not worth their room. */
  private static final int KEY_BYTES_MAX = 1024;

  /** In the log: tenant, partition, its generation, length of the key, header, key. */
  private static final int TENANT_AT = 0;

  private static final int PARTITION_AT = TENANT_AT + Integer.BYTES;
  private static final int GENERATION_AT = PARTITION_AT + Integer.BYTES;
  private static final int LENGTH_AT = GENERATION_AT + Integer.BYTES;
  private static final int HEADER_AT = LENGTH_AT + Integer.BYTES;
  private static final int KEY_AT = HEADER_AT + RecordHeader.BYTES;

  /** What a key takes, roughly; decides how much of the memory is index. */
  private static final int USUAL_BYTES = 112;

  private static final int WAYS = 8;
  private static final int BUCKETS_MAX = 1 << 24;
  private static final int LOG_BYTES_MAX = 1 << 30;

  /** The lower part of an index entry is a position, the upper one bits of the key's hash. */
  private static final int POSITION_BITS = 48;

  private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;

  private final ByteBuffer log;

  /** Entries of a bucket follow each other; 0 is none. */
  private final long[] index;

  /** By partition: how often it was forgotten. */
  private final int[] generations;

  /** Position of the next key. Begins at the length of the log, so that 0 is overwritten. */
  private long end;

  /**
   * @param bytesMax of memory, in all; it is taken at once
   */
  VersionCache(int partitions, long bytesMax) {
    long keys = bytesMax / USUAL_BYTES;
    int buckets = Integer.highestOneBit(Math.clamp(4 * keys / WAYS, 1, BUCKETS_MAX));
    long indexBytes = (long) buckets * WAYS * Long.BYTES;
    this.index = new long[buckets * WAYS];
    this.log = ByteBuffer.allocate(Math.clamp(bytesMax - indexBytes, 0, LOG_BYTES_MAX));
    this.generations = new int[partitions];
    this.end = log.capacity();
  }

  @Nullable RecordHeader get(Key key) {
    int entry = find(key);
    if (entry < 0) {
      return null;
    }
    int at = offset(index[entry] & POSITION_MASK);
    boolean forgotten =
        log.getInt(at + GENERATION_AT) != generations[log.getInt(at + PARTITION_AT)];
    return forgotten ? null : RecordHeader.read(log.position(at + HEADER_AT));
  }

  void put(int partition, Key key, RecordHeader header) {
    int length = KEY_AT + key.bytes().length;
    if (length > log.capacity() || key.bytes().length > KEY_BYTES_MAX) {
      return;
    }
    int entry = find(key);
    int at = offset(entry < 0 ? append(key, length) : index[entry] & POSITION_MASK);
    log.putInt(at + TENANT_AT, key.tenant())
        .putInt(at + PARTITION_AT, partition)
        .putInt(at + GENERATION_AT, generations[partition])
        .putInt(at + LENGTH_AT, key.bytes().length);
    header.writeTo(log.position(at + HEADER_AT));
    log.put(key.bytes());
  }

  void remove(Key key) {
    int entry = find(key);
    if (entry >= 0) {
      index[entry] = 0;
    }
  }

  /** Forgets a partition, in no time; what is forgotten is overwritten as all else is. */
  void forget(int partition) {
    generations[partition]++;
  }

  /** Makes room for a key at the end of the log, and an index entry of it; gives its position. */
  private long append(Key key, int length) {
    if (offset(end) + length > log.capacity()) {
      end += log.capacity() - offset(end); // no key lies across the end of the log
    }
    if (end > POSITION_MASK - log.capacity()) {
      Arrays.fill(index, 0); // after months: positions begin again
      end = log.capacity();
    }
    long position = end;
    end += length;
    long hash = hash(key);
    int bucket = bucket(hash);
    int oldest = bucket;
    for (int entry = bucket + 1; entry < bucket + WAYS; entry++) {
      if ((index[entry] & POSITION_MASK) < (index[oldest] & POSITION_MASK)) {
        oldest = entry;
      }
    }
    index[oldest] = tag(hash) | position;
    return position;
  }

  /** The index entry of a key; negative if it is not there. */
  private int find(Key key) {
    long hash = hash(key);
    long tag = tag(hash);
    int bucket = bucket(hash);
    for (int entry = bucket; entry < bucket + WAYS; entry++) {
      long indexed = index[entry];
      if ((indexed & ~POSITION_MASK) == tag && isAt(indexed & POSITION_MASK, key)) {
        return entry;
      }
    }
    return -1;
  }

  private boolean isAt(long position, Key key) {
    if (position < end - log.capacity() || position == 0) {
      return false; // overwritten, or none
    }
    int at = offset(position);
    byte[] bytes = key.bytes();
    int from = at + KEY_AT;
    return log.getInt(at + TENANT_AT) == key.tenant()
        && log.getInt(at + LENGTH_AT) == bytes.length
        && Arrays.equals(log.array(), from, from + bytes.length, bytes, 0, bytes.length);
  }

  private int offset(long position) {
    return log.capacity() == 0 ? 0 : (int) (position % log.capacity());
  }

  private int bucket(long hash) {
    return ((int) hash & index.length / WAYS - 1) * WAYS;
  }

  private static long tag(long hash) {
    return hash & ~POSITION_MASK;
  }

  /** SplitMix64's finalizer over the key's own hash. */
  private static long hash(Key key) {
    long hash = key.hashCode() * 0x9E3779B97F4A7C15L;
    hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
    return hash ^ hash >>> 31;
  }
}
