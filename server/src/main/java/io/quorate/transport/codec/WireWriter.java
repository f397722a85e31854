package io.quorate.transport.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf fields into one growing array, nested messages in place. Fields that hold their
 * default are left out, as proto3 does, except by the functions that say {@code present}, for
 * members of a oneof.
 */
public final class WireWriter {
  /** A buffer that grew beyond this is let go when it is cleared. */
  private static final int KEPT_BYTES_MAX = 2 << 20;

  private static final int FIRST_BYTES = 4096;
  private static final int VARINT_BYTES_MAX = 10;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** The buffer itself, of which the first {@link #size()} bytes count; valid until it changes. */
  public byte[] buffer() {
    return bytes;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  public void clear() {
    size = 0;
    if (bytes.length > KEPT_BYTES_MAX) {
      bytes = new byte[FIRST_BYTES];
    }
  }

  /** Takes back what was written after the buffer had {@code size} bytes. */
  void truncate(int toSize) {
    size = toSize;
  }

  public void varint(int field, long value) {
    if (value != 0) {
      presentVarint(field, value);
    }
  }

  /** A 32-bit number as uint32. */
  public void uint32(int field, int value) {
    varint(field, Integer.toUnsignedLong(value));
  }

  public void bool(int field, boolean value) {
    varint(field, value ? 1 : 0);
  }

  public void presentVarint(int field, long value) {
    ensure(2 * VARINT_BYTES_MAX);
    raw((long) field << 3 | VARINT);
    raw(value);
  }

  public void fixed64(int field, long value) {
    if (value != 0) {
      presentFixed64(field, value);
    }
  }

  public void presentFixed64(int field, long value) {
    ensure(VARINT_BYTES_MAX + Long.BYTES);
    raw((long) field << 3 | FIXED64);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  /** Fixed64 without a tag: an element of a packed list. */
  public void element64(long value) {
    ensure(Long.BYTES);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  public void bytes(int field, byte[] value) {
    if (value.length > 0) {
      presentBytes(field, value, 0, value.length);
    }
  }

  public void presentBytes(int field, byte[] value) {
    presentBytes(field, value, 0, value.length);
  }

  public void presentBytes(int field, byte[] value, int offset, int length) {
    ensure(2 * VARINT_BYTES_MAX + length);
    raw((long) field << 3 | DELIMITED);
    raw(length);
    System.arraycopy(value, offset, bytes, size, length);
    size += length;
  }

  public void string(int field, String value) {
    if (!value.isEmpty()) {
      presentString(field, value);
    }
  }

  public void presentString(int field, String value) {
    presentBytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Begins a nested message of at most {@code lengthMax} bytes, give or take: its length is written
   * when it ends, into room kept for it here. When the estimate was too high, the length takes a
   * byte or two more than it must, which every protobuf reader accepts; when too low, the message
   * is moved.
   *
   * @return to be given to {@link #end}
   */
  public long begin(int field, int lengthMax) {
    ensure(2 * VARINT_BYTES_MAX);
    raw((long) field << 3 | DELIMITED);
    int width = varintBytes(lengthMax);
    size += width;
    return (long) size << 3 | width;
  }

  public void end(long mark) {
    int start = (int) (mark >>> 3);
    int width = (int) mark & 7;
    int length = size - start;
    int needed = varintBytes(length);
    if (needed > width) {
      ensure(needed - width);
      System.arraycopy(bytes, start, bytes, start + needed - width, length);
      size += needed - width;
      start += needed - width;
      width = needed;
    }
    for (int at = start - width; at < start - 1; at++) {
      bytes[at] = (byte) ((length & 0x7F) | 0x80);
      length >>>= 7;
    }
    bytes[start - 1] = (byte) length;
  }

  private static int varintBytes(int value) {
    return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
  }

  private void raw(long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      bytes[size++] = (byte) ((left & 0x7F) | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }
}
