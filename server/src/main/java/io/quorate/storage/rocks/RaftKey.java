package io.quorate.storage.rocks;

import java.nio.ByteBuffer;

/**
 * Keys of column family {@code raft}: {@code h} hard state, {@code s} head of the snapshot, {@code
 * c} + number (4 bytes) its chunks, {@code e} + index (8) the entries of the log.
 */
final class RaftKey {
  static final byte[] HARD_STATE = {'h'};
  static final byte[] SNAPSHOT = {'s'};

  /** Past every chunk. */
  static final byte[] CHUNKS_END = {'c' + 1};

  /** Past every entry. */
  static final byte[] ENTRIES_END = {'e' + 1};

  private RaftKey() {}

  static byte[] chunk(int number) {
    return ByteBuffer.allocate(1 + Integer.BYTES).put((byte) 'c').putInt(number).array();
  }

  static byte[] entry(long index) {
    return ByteBuffer.allocate(1 + Long.BYTES).put((byte) 'e').putLong(index).array();
  }

  static boolean isEntry(byte[] key) {
    return key.length == 1 + Long.BYTES && key[0] == 'e';
  }

  static long indexOf(byte[] entryKey) {
    return ByteBuffer.wrap(entryKey, 1, Long.BYTES).getLong();
  }
}
