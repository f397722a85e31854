package io.quorate.storage.rocks.format;

import java.nio.ByteBuffer;

/**
 * Keys of one group in column family {@code raft}: {@code h} hard state, {@code s} head of the
 * snapshot, {@code c} + number (4 bytes) its chunks, {@code e} + index (8) the entries of the log.
 * Those of the metadata group stand alone; before those of another group are {@code g} and its
 * number.
 */
public final class RaftKey {
  public static final RaftKey METADATA = new RaftKey(new byte[0]);
  public static final RaftKey LOCKS = new RaftKey(new byte[] {'g', 1});

  private final byte[] group;

  private RaftKey(byte[] group) {
    this.group = group;
  }

  public byte[] hardState() {
    return key('h', 0).array();
  }

  public byte[] snapshot() {
    return key('s', 0).array();
  }

  /** Past every chunk. */
  public byte[] chunksEnd() {
    return key('c' + 1, 0).array();
  }

  /** Past every entry. */
  public byte[] entriesEnd() {
    return key('e' + 1, 0).array();
  }

  public byte[] chunk(int number) {
    return key('c', Integer.BYTES).putInt(number).array();
  }

  public byte[] entry(long index) {
    return key('e', Long.BYTES).putLong(index).array();
  }

  public boolean isEntry(byte[] key) {
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

  public long indexOf(byte[] entryKey) {
    return ByteBuffer.wrap(entryKey, group.length + 1, Long.BYTES).getLong();
  }

  private ByteBuffer key(int kind, int bytes) {
    return ByteBuffer.allocate(group.length + 1 + bytes).put(group).put((byte) kind);
  }
}
