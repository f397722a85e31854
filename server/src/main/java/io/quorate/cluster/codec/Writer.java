package io.quorate.cluster.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Appends values to bytes. Each value has one encoding only. */
final class Writer {
  private byte[] bytes = new byte[256];
  private int length;

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  void writeByte(int value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) value;
  }

  /** 7 bits to a byte, lowest first: 1 to 10 bytes. */
  void writeVarint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      writeByte(((int) rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    writeByte((int) rest);
  }

  /** Any int, as a varint of 1 to 5 bytes; negative ones take 5. */
  void writeInt(int value) {
    writeVarint(Integer.toUnsignedLong(value));
  }

  /** 8 bytes, highest first; for ids and doubles, whose bits are all in use. */
  void writeFixed(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      writeByte((int) (value >>> shift));
    }
  }

  void writeString(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    writeVarint(utf8.length);
    for (byte b : utf8) {
      writeByte(b);
    }
  }
}
