package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.Arrays;

/**
 * Reads what {@link Encoder} writes and refuses everything else; never allocates more than it got.
 */
final class Decoder {
  private final byte[] bytes;
  private int at;

  Decoder(byte[] bytes) {
    this.bytes = bytes;
  }

  int u8() {
    need(1);
    return bytes[at++] & 0xff;
  }

  boolean flag() {
    int value = u8();
    if (value > 1) {
      throw new MalformedRaftBytesException("flag is " + value + " at byte " + (at - 1));
    }
    return value == 1;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        if (next == 0 && shift > 0) {
          throw new MalformedRaftBytesException("number padded with zeros before byte " + at);
        }
        return value;
      }
    }
    throw new MalformedRaftBytesException("number longer than 63 bits before byte " + at);
  }

  long fixed64() {
    need(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (bytes[at++] & 0xff);
    }
    return value;
  }

  NodeId node() {
    return new NodeId(fixed64());
  }

  EntryId id() {
    long index = varint();
    return new EntryId(index, varint());
  }

  /** A count of things of which each takes at least {@code bytesEach}: a lie is found at once. */
  int count(int bytesEach) {
    long count = varint();
    if (count > (bytes.length - at) / bytesEach) {
      throw new MalformedRaftBytesException(
          "count " + count + " is more than fits in the bytes left after byte " + at);
    }
    return (int) count;
  }

  byte[] bytes() {
    int length = count(1);
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  byte[] rest() {
    int from = at;
    at = bytes.length;
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** Everything must have been read. */
  void finish() {
    if (at != bytes.length) {
      throw new MalformedRaftBytesException(
          (bytes.length - at) + " bytes too many after byte " + at);
    }
  }

  private void need(int count) {
    if (bytes.length - at < count) {
      throw new MalformedRaftBytesException("ends at byte " + bytes.length + ", too short");
    }
  }
}
