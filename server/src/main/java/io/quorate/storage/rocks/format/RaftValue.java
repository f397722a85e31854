package io.quorate.storage.rocks.format;

import io.quorate.storage.RaftStore.HardState;
import io.quorate.storage.RaftStore.LogEntry;
import java.nio.ByteBuffer;

/**
 * Values of column family {@code raft}: of the hard state term (8 bytes) and vote (8), of the head
 * of a snapshot index (8), term (8) and bytes of the payload (4), of an entry its term (8) and its
 * payload.
 */
public final class RaftValue {
  private static final int HARD_STATE_BYTES = 2 * Long.BYTES;
  private static final int HEAD_BYTES = 2 * Long.BYTES + Integer.BYTES;

  private RaftValue() {}

  /** What is known of a snapshot before its chunks are read. */
  public record Head(long index, long term, int payloadBytes) {}

  public static byte[] of(HardState hardState) {
    return ByteBuffer.allocate(HARD_STATE_BYTES)
        .putLong(hardState.term())
        .putLong(hardState.votedFor())
        .array();
  }

  public static HardState hardState(byte[] value) throws MalformedValueException {
    requireBytes(value.length == HARD_STATE_BYTES, value);
    ByteBuffer bytes = ByteBuffer.wrap(value);
    return new HardState(bytes.getLong(), bytes.getLong());
  }

  public static byte[] of(Head head) {
    return ByteBuffer.allocate(HEAD_BYTES)
        .putLong(head.index())
        .putLong(head.term())
        .putInt(head.payloadBytes())
        .array();
  }

  public static Head head(byte[] value) throws MalformedValueException {
    requireBytes(value.length == HEAD_BYTES, value);
    ByteBuffer bytes = ByteBuffer.wrap(value);
    Head head = new Head(bytes.getLong(), bytes.getLong(), bytes.getInt());
    if (head.payloadBytes() < 0) {
      throw new MalformedValueException("a payload of " + head.payloadBytes() + " bytes");
    }
    return head;
  }

  public static byte[] of(LogEntry entry) {
    return ByteBuffer.allocate(Long.BYTES + entry.payload().length)
        .putLong(entry.term())
        .put(entry.payload())
        .array();
  }

  public static LogEntry entry(long index, byte[] value) throws MalformedValueException {
    requireBytes(value.length >= Long.BYTES, value);
    ByteBuffer bytes = ByteBuffer.wrap(value);
    long term = bytes.getLong();
    byte[] payload = new byte[bytes.remaining()];
    bytes.get(payload);
    return new LogEntry(index, term, payload);
  }

  private static void requireBytes(boolean known, byte[] value) throws MalformedValueException {
    if (!known) {
      throw new MalformedValueException(value.length + " bytes, which this version does not know");
    }
  }
}
