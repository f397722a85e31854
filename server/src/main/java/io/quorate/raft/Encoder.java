package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.Arrays;

/** Writes the compact encoding: unsigned varints of 7 bits, low bits first; node ids in 8 bytes. */
final class Encoder {
  private byte[] bytes;
  private int size;

  Encoder(int expectedBytes) {
    bytes = new byte[Math.max(expectedBytes, 16)];
  }

  void u8(int value) {
    grow(1);
    bytes[size++] = (byte) value;
  }

  void flag(boolean value) {
    u8(value ? 1 : 0);
  }

  /** A number that is not negative. */
  void varint(long value) {
    grow(9);
    long left = value;
    while (left > 0x7f) {
      bytes[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
  }

  /** Any 64 bits, high byte first. */
  void fixed64(long value) {
    grow(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  void node(NodeId node) {
    fixed64(node.value());
  }

  void id(EntryId id) {
    varint(id.index());
    varint(id.term());
  }

  /** Length, then the bytes. */
  void bytes(byte[] value) {
    varint(value.length);
    raw(value);
  }

  void raw(byte[] value) {
    grow(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  byte[] toBytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void grow(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
