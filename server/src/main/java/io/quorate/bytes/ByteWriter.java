package io.quorate.bytes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Appends values to bytes. Each value has one encoding only. */
public final class ByteWriter {
  private static final int FIRST_BYTES = 256;
  private static final int VARINT_BYTES_MAX = 10;

  private byte[] bytes;
  private int length;

  public ByteWriter() {
    this(FIRST_BYTES);
  }

  /**
   * @param expectedBytes more are copied once or a few times
   */
  public ByteWriter(int expectedBytes) {
    bytes = new byte[Math.max(expectedBytes, VARINT_BYTES_MAX)];
  }

  /** What was written; the writer is not used after that. */
  public byte[] toBytes() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  public void writeByte(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  /** One byte, 0 or 1. */
  public void writeFlag(boolean value) {
    writeByte(value ? 1 : 0);
  }

  /** 7 bits to a byte, lowest first: 1 to 10 bytes. */
  public void writeVarint(long value) {
    ensure(VARINT_BYTES_MAX);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  /** Any long; short if it is near 0. */
  public void writeSignedVarint(long value) {
    writeVarint((value << 1) ^ (value >> (Long.SIZE - 1))); // zigzag, as in protobuf
  }

  /** Any int, as a varint of 1 to 5 bytes; negative ones take 5. */
  public void writeInt(int value) {
    writeVarint(Integer.toUnsignedLong(value));
  }

  /** 4 bytes, highest first. */
  public void writeFixed32(int value) {
    ensure(Integer.BYTES);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  /** 8 bytes, highest first; for ids, hashes and doubles, whose bits are all in use. */
  public void writeFixed64(long value) {
    ensure(Long.BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  /** Its length as a varint, and its UTF-8. */
  public void writeString(String value) {
    writeBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Its length in 4 bytes, and its UTF-8. */
  public void writeFixedString(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    writeFixed32(utf8.length);
    writeRaw(utf8);
  }

  /** Their number as a varint, and the bytes. */
  public void writeBytes(byte[] value) {
    writeVarint(value.length);
    writeRaw(value);
  }

  /** The bytes alone: the reader knows how many there are. */
  public void writeRaw(byte[] value) {
    ensure(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
