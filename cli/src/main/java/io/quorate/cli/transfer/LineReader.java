package io.quorate.cli.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines of an input, as bytes: {@code java.io} readers replace bytes that are not UTF-8 without a
 * word, and an import that changes what it stores has lost it.
 */
final class LineReader {
  private final InputStream in;
  private final int lineBytesMax;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private byte[] line = new byte[256];
  private long number;
  private long bytes;

  /**
   * One line.
   *
   * @param number counted from 1
   * @param text without its line feed; a carriage return before that is kept, for it may be part of
   *     a CSV field; null if the line cannot be used
   * @param problem why it cannot be used; empty if it can
   */
  record Line(long number, @Nullable String text, String problem) {}

  /**
   * @param lineBytesMax longer lines are reported, not kept
   */
  LineReader(InputStream in, int lineBytesMax) {
    this.in = in;
    this.lineBytesMax = lineBytesMax;
  }

  /** The next line; null at the end. */
  @Nullable Line next() throws IOException {
    int length = 0;
    boolean tooLong = false;
    boolean any = false;
    while (true) {
      if (position == limit) {
        limit = in.read(buffer);
        position = 0;
        if (limit <= 0) {
          limit = 0;
          break;
        }
      }
      any = true;
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      int count = end - position;
      tooLong |= length + count > lineBytesMax;
      if (!tooLong) {
        append(length, count);
        length += count;
      }
      boolean ended = end < limit;
      bytes += count + (ended ? 1 : 0);
      position = ended ? end + 1 : end;
      if (ended) {
        break;
      }
    }
    return any ? line(length, tooLong) : null;
  }

  private void append(int length, int count) {
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(length + count, 2 * line.length));
    }
    System.arraycopy(buffer, position, line, length, count);
  }

  private Line line(int length, boolean tooLong) {
    number++;
    if (tooLong) {
      return new Line(number, null, "the line is longer than " + lineBytesMax + " bytes");
    }
    int begin = number == 1 && startsWithByteOrderMark(length) ? 3 : 0;
    try {
      ByteBuffer content = ByteBuffer.wrap(line, begin, length - begin);
      return new Line(number, StandardCharsets.UTF_8.newDecoder().decode(content).toString(), "");
    } catch (CharacterCodingException notText) {
      return new Line(number, null, "the line is not UTF-8");
    }
  }

  private boolean startsWithByteOrderMark(int length) {
    return length >= 3
        && line[0] == (byte) 0xEF
        && line[1] == (byte) 0xBB
        && line[2] == (byte) 0xBF;
  }

  /** Bytes of the lines returned so far. */
  long bytes() {
    return bytes;
  }
}
