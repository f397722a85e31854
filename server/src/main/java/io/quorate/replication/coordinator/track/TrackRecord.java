package io.quorate.replication.coordinator.track;

import io.quorate.replication.health.BreakerConfig;
import io.quorate.replication.health.CircuitBreaker;

/** How one replica has dealt with what this coordinator asked of it lately. */
public final class TrackRecord {
  /** Weight of the newest measurement in the moving average is one over this. */
  private static final int SMOOTHING = 8;

  /** While its breaker is open, a replica may owe this share of what it may otherwise. */
  private static final int SHARE_WHILE_OPEN = 16;

  final CircuitBreaker breaker;
  private final BreakerConfig config;

  /** Smoothed time to the answer to a read, ns. */
  private long latencyNanos;

  /** Writes sent to it that it has not answered. Between two censuses, by what comes and goes. */
  private int outstanding;

  /** As of the last census: since when it has owed the answer to a write, or been owed a hint. */
  private long lagNanos;

  /** Of the census under way. */
  private int counted;

  private long oldestNanos;

  /** Whether it lags so far that others are asked first. */
  boolean lags;

  /** Whether it lags so far that it was said. */
  boolean lagTold;

  /** The lag that was told last, ms. */
  long lagTellMillis;

  TrackRecord(BreakerConfig config) {
    this.config = config;
    this.breaker = new CircuitBreaker(config);
  }

  /** Whether others are asked before it, since it does not cope. */
  public boolean isSpared() {
    return breaker.isOpen();
  }

  /** Smoothed time to the answer to a read; 0 until one was answered. */
  public long latencyNanos() {
    return latencyNanos;
  }

  void measured(long nanos) {
    latencyNanos = latencyNanos == 0 ? nanos : latencyNanos + (nanos - latencyNanos) / SMOOTHING;
  }

  /** Whether it can be sent one more write, or owes too many answers. */
  public boolean hasRoom() {
    int most = config.outstandingMax();
    return outstanding < (breaker.isOpen() ? Math.max(1, most / SHARE_WHILE_OPEN) : most);
  }

  /** A write was sent to it. */
  public void sent() {
    outstanding++;
  }

  void answered() {
    if (outstanding > 0) {
      outstanding--;
    }
  }

  int outstanding() {
    return outstanding;
  }

  /** How long it has owed the answer to a write, or been owed a hint, as of the last census. */
  public long lagNanos() {
    return lagNanos;
  }

  void beginCensus() {
    counted = 0;
    oldestNanos = 0;
  }

  /** It has owed the answer to a write for this long. */
  void count(long ageNanos) {
    counted++;
    oldestNanos = Math.max(oldestNanos, ageNanos);
  }

  /** Messages get lost, and requests end without their answers: what was counted is right. */
  void endCensus(long hintAgeNanos) {
    outstanding = counted;
    lagNanos = Math.max(oldestNanos, hintAgeNanos);
  }
}
