package io.quorate.client.internal.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what is unanswered, and refuses what is past the bounds. Calls and bytes share one word,
 * so that admitting a call is one atomic addition.
 */
public final class Admission {
  private static final int BYTES_BITS = 40;
  private static final long BYTES_MASK = (1L << BYTES_BITS) - 1;

  private final int callsMax;
  private final long bytesMax;

  /** Calls in the upper 24 bits, bytes in the lower 40. */
  private final AtomicLong outstanding = new AtomicLong();

  public Admission(int callsMax, long bytesMax) {
    this.callsMax = callsMax;
    this.bytesMax = bytesMax;
  }

  /** Admits a call of this size if there is room. A call alone is always admitted. */
  boolean admit(int bytes) {
    long now = outstanding.addAndGet(one(bytes));
    long calls = now >>> BYTES_BITS;
    if (calls <= callsMax && ((now & BYTES_MASK) <= bytesMax || calls == 1)) {
      return true;
    }
    release(bytes);
    return false;
  }

  void release(int bytes) {
    outstanding.addAndGet(-one(bytes));
  }

  private static long one(int bytes) {
    return (1L << BYTES_BITS) + bytes;
  }

  @Override
  public String toString() {
    long now = outstanding.get();
    return (now >>> BYTES_BITS)
        + " operations and "
        + (now & BYTES_MASK)
        + " bytes are unanswered (bounds: "
        + callsMax
        + " and "
        + bytesMax
        + ")";
  }
}
