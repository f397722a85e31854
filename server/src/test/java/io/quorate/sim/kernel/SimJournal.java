package io.quorate.sim.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * What happened, as one running hash: equal for two runs of one seed, or something in the code is
 * not determined by the seed. On demand also as lines that people read.
 */
public final class SimJournal {
  /** Lines kept; the end of a run tells more than its beginning. */
  private static final int LINES_MAX = 100_000;

  private final Deque<String> lines = new ArrayDeque<>();
  private final boolean readable;
  private long hash;

  SimJournal(boolean readable) {
    this.readable = readable;
  }

  void mix(long number) {
    hash = SimRandom.mix(hash ^ number) + 0x9E3779B97F4A7C15L;
  }

  void mix(byte[] bytes) {
    long sum = bytes.length;
    for (byte b : bytes) {
      sum = sum * 31 + b;
    }
    mix(sum);
  }

  void line(long nowNanos, String who, Supplier<String> what) {
    if (!readable) {
      return;
    }
    if (lines.size() == LINES_MAX) {
      lines.removeFirst();
    }
    lines.add(String.format("%12.6f s  %-8s %s", nowNanos / 1e9, who, what.get()));
  }

  public long hash() {
    return hash;
  }

  public boolean isReadable() {
    return readable;
  }

  /** The last lines; empty unless the world was made to be read. */
  public String text() {
    return String.join("\n", lines);
  }
}
