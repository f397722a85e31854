package io.quorate.replication.admission;

/**
 * Allows so much per second on average, and a second's worth at once. A request that comes while it
 * is above zero is let in and may leave it in debt, for what a read costs is known afterwards; the
 * next requests wait until the debt is paid, so the average holds whatever single requests cost.
 */
final class TokenBucket {
  private static final double SECOND = 1e9;

  private double perNano;
  private double capacity;
  private double tokens;
  private long filledNanos;

  TokenBucket(long nowNanos) {
    filledNanos = nowNanos;
  }

  /** From now on it allows another rate; 0: everything. */
  void setRate(double perSecond, long nowNanos) {
    boolean first = perNano == 0;
    fill(nowNanos);
    perNano = perSecond / SECOND;
    capacity = Math.max(perSecond, 1);
    tokens = first ? capacity : Math.min(tokens, capacity);
  }

  boolean isUnlimited() {
    return perNano == 0;
  }

  boolean allows(long nowNanos) {
    if (isUnlimited()) {
      return true;
    }
    fill(nowNanos);
    return tokens > 0;
  }

  /** Takes tokens, or gives some back if negative. */
  void take(long count) {
    tokens = Math.min(tokens - count, capacity);
  }

  /**
   * How long until it allows again, when so many others were told to come back as well.
   *
   * @param each what one of them takes
   */
  long waitNanos(int others, long each) {
    double missing = Math.max(-tokens, 0) + (double) others * each + 1;
    return (long) Math.min(missing / perNano, Long.MAX_VALUE / 2.0);
  }

  private void fill(long nowNanos) {
    tokens = Math.min(capacity, tokens + (nowNanos - filledNanos) * perNano);
    filledNanos = nowNanos;
  }
}
