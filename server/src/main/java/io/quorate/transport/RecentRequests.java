package io.quorate.transport;

/**
 * How many requests of clients a node has answered of late, and how many of these by saying that it
 * is asked too much. Counts over the last ten to twenty seconds. Used on the lane only.
 */
public final class RecentRequests {
  private static final long SPAN_NANOS = 10_000_000_000L;

  private Counts before = Counts.NONE;
  private int answered;
  private int refused;
  private long beganNanos;

  /**
   * What was answered in a span of time.
   *
   * @param answered all of them
   * @param refused of these, for being too much
   */
  public record Counts(int answered, int refused) {
    static final Counts NONE = new Counts(0, 0);
  }

  /** A request was answered. */
  public void answered(boolean refusedAsTooMuch, long nowNanos) {
    turn(nowNanos);
    answered++;
    if (refusedAsTooMuch) {
      refused++;
    }
  }

  /** What was answered of late. */
  public Counts counts(long nowNanos) {
    turn(nowNanos);
    return new Counts(before.answered() + answered, before.refused() + refused);
  }

  private void turn(long nowNanos) {
    long since = nowNanos - beganNanos;
    if (since < SPAN_NANOS) {
      return;
    }
    before = since < 2 * SPAN_NANOS ? new Counts(answered, refused) : Counts.NONE;
    answered = 0;
    refused = 0;
    beganNanos = nowNanos;
  }
}
