package io.quorate.storage.rocks;

import java.nio.ByteBuffer;

/**
 * Keys of one group in column family {@code raft}: {@code h} hard state, {@code s} head of the
 * snapshot, {@code c} + number (4 bytes) its chunks, {@code e} + index (8) the entries of the log.
 * Those of the metadata group stand alone; before those of another group are {@code g} and its
 * number.
 */
final class RaftKey {
  static final RaftKey METADATA = new RaftKey(new byte[0]);
  static final RaftKey LOCKS = new RaftKey(new byte[] {'g', 1});

  private final byte[] group;

  private RaftKey(byte[] group) {
    this.group = group;
  }

  byte[] hardState() {
    return key('h', 0).array();
  }

  byte[] snapshot() {
    return key('s', 0).array();
  }

  /** Past every chunk. */
  byte[] chunksEnd() {
    return key('c' + 1, 0).array();
  }

  /** Past every entry. */
  byte[] entriesEnd() {
    return key('e' + 1, 0).array();
  }

  byte[] chunk(int number) {
    return key('c', Integer.BYTES).putInt(number).array();
  }

  byte[] entry(long index) {
    return key('e', Long.BYTES).putLong(index).array();
  }

  boolean isEntry(byte[] key) {
    if (key.length != group.length + 1 + Long.BYTES || key[group.length] != 'e') {
      return false;
    }
    for (int at = 0; at < group.length; at++) {
      if (key[at] != group[at]) {
        return false;
      }
    }
    return true;
  }

  long indexOf(byte[] entryKey) {
    return ByteBuffer.wrap(entryKey, group.length + 1, Long.BYTES).getLong();
  }

  private ByteBuffer key(int kind, int bytes) {
    return ByteBuffer.allocate(group.length + 1 + bytes).put(group).put((byte) kind);
  }
}
