package io.quorate.cli.transfer;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The highest line such that it and all lines before it are dealt with, while records are stored
 * out of order: where a later run may go on. Used by one thread at a time.
 */
final class Watermark {
  private final Deque<Mark> open = new ArrayDeque<>();
  private long line;

  /** A record under way. */
  static final class Mark {
    private final long lastLine;
    private boolean done;

    private Mark(long lastLine) {
      this.lastLine = lastLine;
    }
  }

  /**
   * @param line the line that an earlier run got to; 0 if there was none
   */
  Watermark(long line) {
    this.line = line;
  }

  /** A record begins to be dealt with. Records begin in the order of their lines. */
  Mark begin(long lastLine) {
    Mark mark = new Mark(lastLine);
    open.add(mark);
    return mark;
  }

  /** A record is stored, or reported as bad. One that is never done holds the watermark. */
  void done(Mark mark) {
    mark.done = true;
    for (Mark first = open.peek(); first != null && first.done; first = open.peek()) {
      line = first.lastLine;
      open.remove();
    }
  }

  long line() {
    return line;
  }
}
