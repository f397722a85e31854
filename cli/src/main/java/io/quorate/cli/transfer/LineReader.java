package io.quorate.cli.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lines of an input, as bytes: {@code java.io} readers replace bytes that are not UTF-8 without a
 * word, and an import that changes what it stores has lost it.
 */
final class LineReader {
  private static final int READ_BYTES = 1 << 16;

  private final InputStream in;
  private final int lineBytesMax;

  /** What was read: up to {@link #position} lines were made of it, up to {@link #limit} it goes. */
  private byte[] buffer = new byte[READ_BYTES];

  private int position;
  private int limit;
  private byte[] line = new byte[256];
  private long number;
  private long bytes;

  /** The most that {@link #bytes} has been. */
  private long furthest;

  private @Nullable Mark mark;

  /** A place to go back to; from its {@link #position} on, the buffer is kept. */
  private static final class Mark {
    private final long number;
    private final long bytes;
    private final int bytesMax;
    private int position;

    private Mark(LineReader at, int bytesMax) {
      this.number = at.number;
      this.bytes = at.bytes;
      this.bytesMax = bytesMax;
      this.position = at.position;
    }
  }

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

  /** The next line; null at the end, and if it ends {@linkplain #isTooFar too far} from a mark. */
  @Nullable Line next() throws IOException {
    int length = 0;
    boolean tooLong = false;
    boolean any = false;
    while (true) {
      if (position == limit && !readMore()) {
        break;
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
    furthest = Math.max(furthest, bytes);
    return any && !isTooFar() ? line(length, tooLong) : null;
  }

  /** Reads on behind what is kept; false at the end, and too far from a mark. */
  private boolean readMore() throws IOException {
    if (isTooFar()) {
      return false;
    }
    int from = mark == null ? limit : mark.position;
    int kept = limit - from;
    int size = kept == 0 ? READ_BYTES : kept == buffer.length ? 2 * kept : buffer.length;
    if (from > 0 || size != buffer.length) {
      byte[] next = size == buffer.length ? buffer : new byte[size];
      System.arraycopy(buffer, from, next, 0, kept);
      buffer = next;
    }
    position = kept;
    limit = kept;
    if (mark != null) {
      mark.position = 0;
    }
    int count = in.read(buffer, limit, buffer.length - limit);
    limit += Math.max(count, 0);
    return count > 0;
  }

  /**
   * Keeps what is read from here on, so that {@link #reset} comes back to it, until {@link
   * #unmark}.
   *
   * @param bytesMax how much is kept: no line is returned that ends behind that
   */
  void mark(int bytesMax) {
    mark = new Mark(this, bytesMax);
  }

  /** Whether more was read since the mark than is to be kept. */
  boolean isTooFar() {
    return mark != null && position - mark.position > mark.bytesMax;
  }

  /** Returns the lines since the mark as they are, without the last line feed. */
  String sinceMark() {
    int from = marked().position;
    int to = position > from && buffer[position - 1] == '\n' ? position - 1 : position;
    return new String(buffer, from, to - from, StandardCharsets.UTF_8);
  }

  /**
   * Goes back to the mark, which stays.
   *
   * @return the bytes that will be read again
   */
  long reset() {
    Mark to = marked();
    long again = bytes - to.bytes;
    position = to.position;
    number = to.number;
    bytes = to.bytes;
    return again;
  }

  void unmark() {
    mark = null;
  }

  private Mark marked() {
    return Objects.requireNonNull(mark, "no mark");
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

  /** Bytes of the lines read so far, whether they are read again or not. */
  long bytes() {
    return furthest;
  }
}
