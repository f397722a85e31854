package io.quorate.replication.background;

import io.quorate.runtime.Clock;

/**
 * By how much clients' operations take longer while other work is done than while it rests. Both
 * are measured within the same second, over and over: so neither more load, nor a process that has
 * just started, nor a disk that is slow today is taken for what the other work does.
 *
 * <p>Lives on one lane.
 */
public final class Slowdown {
  /** What {@link #percent} says of a node that has no clients to speak of. */
  public static final int NO_CLIENTS = 0;

  /** What it says when clients feel nothing. */
  public static final int NONE = 100;

  private static final int MOST = 10_000;

  /** Of fewer operations than this in a part of a second, the mean means nothing. */
  private static final int SAMPLES_MIN = 8;

  /** After this many seconds without a client's operation there are no clients to protect. */
  private static final int FORGOTTEN_AFTER_SECONDS = 2;

  /** Weight of the last second. */
  private static final double NEWS = 0.4;

  private final Clock clock;
  private final Mean resting = new Mean();
  private final Mean working = new Mean();
  private long second;
  private long knownSecond;
  private double ratio;

  /** A mean of latencies. */
  private static final class Mean {
    private double sum;
    private int count;

    void add(long nanos) {
      sum += (double) nanos;
      count++;
    }

    boolean isKnown() {
      return count >= SAMPLES_MIN;
    }

    double nanos() {
      return sum / count;
    }

    void clear() {
      sum = 0;
      count = 0;
    }
  }

  public Slowdown(Clock clock) {
    this.clock = clock;
    this.second = secondNow();
    this.knownSecond = second - FORGOTTEN_AFTER_SECONDS - 1;
  }

  private long secondNow() {
    return Math.floorDiv(clock.wallMillis(), Rest.SECOND_MILLIS);
  }

  /** An operation of a client has ended; some of them are enough. */
  public void took(long nanos) {
    turn();
    switch (Rest.partOf(clock.wallMillis())) {
      case REST -> resting.add(nanos);
      case WORK -> working.add(nanos);
      case BETWEEN -> {}
    }
  }

  private void turn() {
    long now = secondNow();
    if (now == second) {
      return;
    }
    if (resting.isKnown() && working.isKnown()) {
      double last = working.nanos() / resting.nanos();
      boolean fresh = second - knownSecond > FORGOTTEN_AFTER_SECONDS;
      ratio = fresh ? last : ratio + NEWS * (last - ratio);
      knownSecond = second;
    }
    resting.clear();
    working.clear();
    second = now;
  }

  /**
   * How long operations take while other work is done, in percent of what they take while it rests;
   * {@link #NO_CLIENTS} if there are too few to tell.
   */
  public int percent() {
    turn();
    return Math.abs(second - knownSecond) > FORGOTTEN_AFTER_SECONDS
        ? NO_CLIENTS
        : (int) Math.min(Math.max(Math.round(100 * ratio), 1), MOST);
  }
}
