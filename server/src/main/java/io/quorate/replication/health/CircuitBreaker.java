package io.quorate.replication.health;

/**
 * Whether a replica that is live copes with what it is asked. Closed as long as it does; open, and
 * left alone where others can do its work, after failures in a row; then half open: one question
 * now and then tries it, and some good answers in a row close it again (Nygard, <i>Release It!</i>,
 * 2007). An opinion for choosing which node to ask first: it never decides what counts.
 */
public final class CircuitBreaker {
  private static final int GOOD_TO_CLOSE = 3;
  private static final int REST_GROWS_TO = 8;
  private static final int PROBES_PER_REST = 10;

  private final BreakerConfig config;
  private boolean open;
  private int failuresInRow;
  private int goodInRow;

  /** How long it is left alone this time, and until when. */
  private long restNanos;

  private long restsUntilNanos;

  private long nextProbeNanos;

  public CircuitBreaker(BreakerConfig config) {
    this.config = config;
    this.restNanos = config.restNanos();
  }

  public boolean isOpen() {
    return open;
  }

  /**
   * It answered well.
   *
   * @return whether that closed the breaker
   */
  public boolean succeeded(long nowNanos) {
    failuresInRow = 0;
    if (!open || nowNanos - restsUntilNanos < 0 || ++goodInRow < GOOD_TO_CLOSE) {
      return false;
    }
    open = false;
    restNanos = config.restNanos();
    return true;
  }

  /**
   * It refused, or did not answer for long.
   *
   * @return whether that opened the breaker
   */
  public boolean failed(long nowNanos) {
    goodInRow = 0;
    if (open) {
      if (nowNanos - restsUntilNanos >= 0) {
        restNanos = Math.min(2 * restNanos, REST_GROWS_TO * config.restNanos());
        restsUntilNanos = nowNanos + restNanos;
      }
      return false;
    }
    if (++failuresInRow < config.failuresMax()) {
      return false;
    }
    open = true;
    failuresInRow = 0;
    restsUntilNanos = nowNanos + restNanos;
    nextProbeNanos = restsUntilNanos;
    return true;
  }

  /**
   * Whether, though it is open, one question may try the replica as if it were not: now and then
   * only, since a question to a slow replica costs the coordinator time.
   */
  public boolean takeProbe(long nowNanos) {
    if (!open || nowNanos - restsUntilNanos < 0 || nowNanos - nextProbeNanos < 0) {
      return false;
    }
    nextProbeNanos = nowNanos + config.restNanos() / PROBES_PER_REST;
    return true;
  }
}
