package io.quorate.cluster.codec;

import io.quorate.model.ByteFormat;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Takes values from bytes, and refuses what a {@link Writer} does not write: there are no two
 * encodings of one value, and nothing is left over.
 */
final class Reader {
  private final String what;
  private final byte[] bytes;
  private int position;

  /**
   * @param what what the bytes are meant to be, for messages
   */
  Reader(String what, byte[] bytes) {
    this.what = what;
    this.bytes = bytes;
  }

  MalformedBytesException malformed(String why) {
    return new MalformedBytesException(describe(why));
  }

  MalformedBytesException malformed(IllegalArgumentException cause) {
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
  int readFormat(ByteFormat known, int newestVersion) {
    int format = readByte();
    if (!known.isReadAt(newestVersion, format)) {
      int newest = known.at(newestVersion);
      String why =
          "format %d, and this release of Quorate reads format %d: %s release wrote it"
              .formatted(format, newest, format > newest ? "a later" : "an earlier");
      throw format > newest ? new LaterFormatException(describe(why)) : malformed(why);
    }
    return format;
  }

  int readByte() {
    if (position == bytes.length) {
      throw malformed("it ends too early");
    }
    return bytes[position++] & 0xFF;
  }

  long readVarint() {
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

  /** Any int. */
  int readInt() {
    long value = readVarint();
    if (value >>> Integer.SIZE != 0) {
      throw malformed("number %s has more than 32 bits".formatted(Long.toUnsignedString(value)));
    }
    return (int) value;
  }

  /** A number from 0 to {@code max}. */
  int readInt(int max) {
    long value = readVarint();
    if (value < 0 || value > max) {
      throw malformed(
          "number %s, where at most %d fits".formatted(Long.toUnsignedString(value), max));
    }
    return (int) value;
  }

  /** How many elements follow; each takes a byte or more, so damage cannot ask for much memory. */
  int readCount() {
    int count = readInt(Integer.MAX_VALUE);
    if (count > bytes.length - position) {
      throw malformed(
          "%d elements or characters announced, and it ends too early".formatted(count));
    }
    return count;
  }

  long readFixed() {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = (value << 8) | readByte();
    }
    return value;
  }

  String readString() {
    int length = readCount();
    ByteBuffer utf8 = ByteBuffer.wrap(bytes, position, length);
    position += length;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException notText) {
      throw malformed("a name that is not UTF-8 (" + notText.getMessage() + ")");
    }
  }

  void expectEnd() {
    if (position != bytes.length) {
      throw malformed("%d bytes are left over".formatted(bytes.length - position));
    }
  }
}
