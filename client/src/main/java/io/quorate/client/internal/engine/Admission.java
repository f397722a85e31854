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

  /** Admits a call if there is room for its size. A call alone is always admitted. */
  boolean admit(Call<?> call) {
    long now = outstanding.addAndGet(one(call));
    long calls = now >>> BYTES_BITS;
    call.admitted = calls <= callsMax && ((now & BYTES_MASK) <= bytesMax || calls == 1);
    if (!call.admitted) {
      outstanding.addAndGet(-one(call));
    }
    return call.admitted;
  }

  /** Gives back the room that a call has, if it has any. */
  void release(Call<?> call) {
    if (call.admitted) {
      call.admitted = false;
      outstanding.addAndGet(-one(call));
    }
  }

  /** Calls that may be admitted before the bound is reached. */
  long callsLeft() {
    return callsMax - (outstanding.get() >>> BYTES_BITS);
  }

  /** Bytes that may be admitted before the bound is reached; below 0 if one large call is alone. */
  long bytesLeft() {
    return bytesMax - (outstanding.get() & BYTES_MASK);
  }

  private static long one(Call<?> call) {
    return (1L << BYTES_BITS) + call.bytes;
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
