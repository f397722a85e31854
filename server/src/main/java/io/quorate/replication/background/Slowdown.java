package io.quorate.replication.background;

import io.quorate.runtime.Clock;

/**
 * By how much clients' operations take longer while other work is done than while it rests. Both
 * are measured within the same second, over and over: so neither more load, nor a process that has
 * just started, nor a disk that is slow today is taken for what the other work does. With few
 * clients it takes the operations of some seconds to tell.
 *
 * <p>Lives on one lane.
 */
public final class Slowdown {
  /** What {@link #percent} says of a node that no client asks for anything. */
  public static final int NO_CLIENTS = 0;

  /** What it says when clients feel nothing, or are too few for anyone to tell. */
  public static final int NONE = 100;

  private static final int MOST = 10_000;

  /** Of fewer operations than this, the mean means nothing. */
  private static final int SAMPLES_MIN = 8;

  /** After this many seconds without a client's operation there are no clients to protect. */
  private static final int FORGOTTEN_AFTER_SECONDS = 2;

  /** Operations are gathered for at most this long until there are enough of them. */
  private static final int GATHERED_SECONDS_MAX = 10;

  /** Weight of what was measured last. */
  private static final double NEWS = 0.4;

  private final Clock clock;
  private final Mean resting = new Mean();
  private final Mean working = new Mean();
  private long second;

  /** In which the last operation ended. */
  private long heardSecond;

  /** Since which operations are gathered. */
  private long gatheredSecond;

  /** In which the ratio was measured last. */
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
    this.gatheredSecond = second;
    this.heardSecond = second - FORGOTTEN_AFTER_SECONDS - 1;
    this.knownSecond = second - GATHERED_SECONDS_MAX - 1;
  }

  private long secondNow() {
    return Math.floorDiv(clock.wallMillis(), Rest.SECOND_MILLIS);
  }

  /** An operation of a client has ended. */
  public void took(long nanos) {
    turn();
    heardSecond = second;
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
      ratio = isKnown() ? ratio + NEWS * (last - ratio) : last;
      knownSecond = second;
      gatherAgain(now);
    } else if (Math.abs(now - gatheredSecond) >= GATHERED_SECONDS_MAX) {
      gatherAgain(now);
    }
    second = now;
  }

  private void gatherAgain(long now) {
    resting.clear();
    working.clear();
    gatheredSecond = now;
  }

  private boolean isKnown() {
    return Math.abs(second - knownSecond) <= GATHERED_SECONDS_MAX;
  }

  /**
   * How long operations take while other work is done, in percent of what they take while it rests;
   * {@link #NO_CLIENTS} if there are none.
   */
  public int percent() {
    turn();
    if (Math.abs(second - heardSecond) > FORGOTTEN_AFTER_SECONDS) {
      return NO_CLIENTS;
    }
    return isKnown() ? (int) Math.min(Math.max(Math.round(100 * ratio), 1), MOST) : NONE;
  }
}
