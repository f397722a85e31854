package io.quorate.sim.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * All events, as one running hash. If two runs of one seed differ in it, some code is not
 * determined by the seed. On demand, also lines for people, see {@link Timeline}.
 */
public final class SimJournal {
  /** Lines kept; the end of a run tells more than its beginning. */
  private static final int LINES_MAX = 200_000;

  private final Deque<Line> lines = new ArrayDeque<>();

  /** What people call what a program knows by a long name. */
  private final Map<String, String> shortNames = new TreeMap<>();

  private final boolean readable;
  private long hash;

  /** What a line tells of. */
  public enum Topic {
    /** What becomes of machines, links, clocks and disks. */
    WORLD,
    /** A message on its way. */
    MESSAGE,
    /** A client's call. */
    CALL,
    /** What a node says of itself. */
    NODE
  }

  /** One thing that happened. */
  record Line(long nanos, Topic topic, String who, String what) {}

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

  void line(long nowNanos, Topic topic, String who, Supplier<String> what) {
    if (!readable) {
      return;
    }
    if (lines.size() == LINES_MAX) {
      lines.removeFirst();
    }
    lines.add(new Line(nowNanos, topic, who, what.get()));
  }

  /** From now on people read {@code shortName} where a program says {@code name}. */
  public void call(String name, String shortName) {
    if (readable) {
      shortNames.put(name, shortName);
    }
  }

  public long hash() {
    return hash;
  }

  public boolean isReadable() {
    return readable;
  }

  /** The last lines; empty unless the world was made to be read. */
  public String text() {
    return timeline().text();
  }

  /** The last lines, to choose from. */
  public Timeline timeline() {
    return new Timeline(List.copyOf(lines), shortNames);
  }
}
