package io.quorate.bytes;

import io.quorate.model.ByteFormat;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Takes values from bytes, and refuses what a {@link ByteWriter} does not write: there are no two
 * encodings of one value, and nothing is left over. All methods that read throw {@link
 * MalformedBytesException} if the bytes that follow are no such value.
 */
public final class ByteReader {
  private final String what;
  private final byte[] bytes;
  private int position;

  /**
   * @param what what the bytes are meant to be, for messages
   */
  public ByteReader(String what, byte[] bytes) {
    this(what, bytes, 0);
  }

  /**
   * @param what what the bytes are meant to be, for messages
   * @param from the first of the bytes that are read
   */
  public ByteReader(String what, byte[] bytes, int from) {
    this.what = what;
    this.bytes = bytes;
    this.position = from;
  }

  /** How many bytes have not been read. */
  public int remaining() {
    return bytes.length - position;
  }

  /**
   * Leaves bytes unread.
   *
   * @param count no more than {@link #remaining}
   */
  public void skip(int count) {
    position += Objects.checkIndex(count, remaining() + 1);
  }

  /** To be thrown by the code that finds that a value cannot be so; says where in the bytes. */
  public MalformedBytesException malformed(String why) {
    return new MalformedBytesException(describe(why));
  }

  /** To be thrown where the value itself refuses what was read. */
  public MalformedBytesException malformed(IllegalArgumentException cause) {
    return new MalformedBytesException(describe(String.valueOf(cause.getMessage())), cause);
  }

  private String describe(String why) {
    return "%s of %d bytes is malformed near byte %d: %s"
        .formatted(what, bytes.length, position, why);
  }

  /**
   * Reads the format that the bytes begin with, which must be one that a release reads.
   *
   * @param newestVersion highest cluster version that the release works at
   */
  public int readFormat(ByteFormat known, int newestVersion) {
    int format = readByte();
    if (!known.isReadAt(newestVersion, format)) {
      int newest = known.at(newestVersion);
      String why =
          "%s of %d bytes has format %d, and this release of Quorate reads format %d: %s release wrote it"
              .formatted(
                  what, bytes.length, format, newest, format > newest ? "a later" : "an earlier");
      throw format > newest ? new LaterFormatException(why) : new MalformedBytesException(why);
    }
    return format;
  }

  public int readByte() {
    if (position == bytes.length) {
      throw malformed("it ends too early");
    }
    return bytes[position++] & 0xFF;
  }

  public long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = readByte();
      value |= (long) (next & 0x7F) << shift;
      if ((next & 0x80) == 0) {
        if ((next == 0 && shift > 0) || (shift == 63 && next > 1)) {
          throw malformed("a number that is longer than it needs to be");
        }
        return value;
      }
    }
    throw malformed("a number of more than 64 bits");
  }

  /** Any long; short if it is near 0. */
  public long readSignedVarint() {
    long zigzag = readVarint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** Any int. */
  public int readInt() {
    long value = readVarint();
    if (value >>> Integer.SIZE != 0) {
      throw malformed("number %s has more than 32 bits".formatted(Long.toUnsignedString(value)));
    }
    return (int) value;
  }

  /** A number from 0 to {@code max}. */
  public int readInt(int max) {
    long value = readVarint();
    if (value < 0 || value > max) {
      throw malformed(
          "number %s, where at most %d fits".formatted(Long.toUnsignedString(value), max));
    }
    return (int) value;
  }

  /** A number that is not negative. */
  public long readNumber() {
    long value = readVarint();
    if (value < 0) {
      throw malformed("number %s has 64 bits".formatted(Long.toUnsignedString(value)));
    }
    return value;
  }

  /** One byte, 0 or 1. */
  public boolean readFlag() {
    int value = readByte();
    if (value > 1) {
      throw malformed("a flag is " + value);
    }
    return value == 1;
  }

  /** How many elements follow; each takes a byte or more, so damage cannot ask for much memory. */
  public int readCount() {
    return count(readVarint(), 1);
  }

  /**
   * How many elements follow.
   *
   * @param bytesEach that each of them takes or more
   */
  public int readCount(int bytesEach) {
    return count(readVarint(), bytesEach);
  }

  /** Reads a count of 4 bytes, likewise. */
  public int readFixedCount(int bytesEach) {
    return count(readFixed32(), bytesEach);
  }

  private int count(long count, int bytesEach) {
    if (count < 0 || count > (bytes.length - position) / bytesEach) {
      throw malformed(
          "%s elements or bytes announced, and it ends too early"
              .formatted(Long.toUnsignedString(count)));
    }
    return (int) count;
  }

  /** 4 bytes, highest first. */
  public int readFixed32() {
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value = (value << 8) | readByte();
    }
    return value;
  }

  /** 8 bytes, highest first. */
  public long readFixed64() {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = (value << 8) | readByte();
    }
    return value;
  }

  public String readString() {
    return text(readCount());
  }

  /** What {@link ByteWriter#writeFixedString} wrote. */
  public String readFixedString() {
    return text(readFixedCount(1));
  }

  private String text(int length) {
    ByteBuffer utf8 = ByteBuffer.wrap(bytes, position, length);
    position += length;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException notText) {
      throw malformed("a text that is not UTF-8 (" + notText.getMessage() + ")");
    }
  }

  /** What {@link ByteWriter#writeBytes} wrote. */
  public byte[] readBytes() {
    return readRaw(readCount());
  }

  /** All that is left. */
  public byte[] readRest() {
    return readRaw(bytes.length - position);
  }

  private byte[] readRaw(int length) {
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /** Nothing may be left over. */
  public void expectEnd() {
    if (position != bytes.length) {
      throw malformed("%d bytes are left over".formatted(bytes.length - position));
    }
  }
}
