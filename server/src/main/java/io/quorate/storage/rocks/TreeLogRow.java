package io.quorate.storage.rocks;

import io.quorate.model.ByteFormat;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.TreeStore;
import io.quorate.storage.rocks.format.Seal;
import io.quorate.storage.rocks.writer.Write;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What the writes of one turn have changed of hash trees, on its way to disk: one row for all of
 * them, under the number of the last. So rows below a number hold nothing from there on.
 *
 * <p>Each entry has a varint of how far its number is above the one before it, a byte of how long
 * its change is, and the change. The first is counted from the number that the row begins with.
 */
final class TreeLogRow implements Write {
  private static final byte FORMAT = (byte) ByteFormat.TREE_LOG.only();

  /** Above all partitions that there can be. */
  private static final byte PREFIX = 0x7E;

  private static final int KEY_BYTES = 1 + Long.BYTES;
  private static final int HEAD_BYTES = 1 + Long.BYTES;
  private static final int FIRST_BYTES = 64;
  private static final int VARINT_BYTES_MAX = 10;

  static final byte[] FIRST = key(0);

  private final ColumnFamilyHandle family;
  private final Seal seal;
  private byte[] bytes = new byte[FIRST_BYTES];
  private int length = HEAD_BYTES;
  private long last;

  /**
   * @param first number of its first entry
   */
  TreeLogRow(ColumnFamilyHandle family, Seal seal, long first) {
    this.family = family;
    this.seal = seal;
    this.last = first;
    ByteBuffer unused = ByteBuffer.wrap(bytes).put(FORMAT).putLong(first);
  }

  static byte[] key(long last) {
    return ByteBuffer.allocate(KEY_BYTES).put(PREFIX).putLong(last).array();
  }

  static boolean isKey(byte[] key) {
    return key.length == KEY_BYTES && key[0] == PREFIX;
  }

  /** Adds an entry; gives by how many bytes the row has grown. */
  int add(long number, ByteBuffer change) {
    int before = length;
    int size = change.remaining();
    int needed = length + VARINT_BYTES_MAX + 1 + size;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * needed);
    }
    long gap = number - last;
    while ((gap & ~0x7FL) != 0) {
      bytes[length++] = (byte) (gap | 0x80);
      gap >>>= 7;
    }
    bytes[length++] = (byte) gap;
    bytes[length++] = (byte) size;
    change.get(bytes, length, size);
    length += size;
    last = number;
    return length - before;
  }

  /** Tells what {@link #add} was given; false if it was not, or not by this version. */
  static boolean read(byte[] key, byte[] written, TreeStore.Replay replay) {
    ByteBuffer row = ByteBuffer.wrap(written);
    try {
      if (row.get() != FORMAT) {
        return false;
      }
      long number = row.getLong();
      while (row.hasRemaining()) {
        number += gap(row);
        int size = Byte.toUnsignedInt(row.get());
        if (size > row.remaining()) {
          return false;
        }
        replay.entry(number, row.slice(row.position(), size));
        row.position(row.position() + size);
      }
      return number == ByteBuffer.wrap(key).getLong(1);
    } catch (BufferUnderflowException malformed) {
      return false;
    }
  }

  private static long gap(ByteBuffer row) {
    long gap = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = row.get();
      gap |= (next & 0x7FL) << shift;
      if (next >= 0) {
        break;
      }
    }
    return gap;
  }

  @Override
  public void addTo(WriteBatch batch) throws RocksDBException {
    byte[] key = key(last);
    batch.put(family, key, seal.closeTree(key, Arrays.copyOf(bytes, length)));
  }

  /** What it holds so far: it may grow until its turn ends. */
  @Override
  public long bytes() {
    return length;
  }

  /** The records that it belongs to are told. */
  @Override
  public PutCallback callback() {
    return PutCallback.UNAWAITED;
  }
}
