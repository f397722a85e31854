package io.quorate.client.internal.engine;

import io.quorate.proto.v1.RequestId;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Names the writes of one client, each once: a retry carries the same name. For all threads. */
public final class Session {
  /** Low bits of a hybrid logical clock that count within one millisecond. */
  private static final int HLC_COUNTER_BITS = 16;

  private final long id;
  private final AtomicLong lastNumber = new AtomicLong();

  /** Highest clock heard; written by the loop only, and it does no harm to read it late. */
  private final AtomicLong heardHlc = new AtomicLong();

  /** The cluster's clock minus our monotonic one, ms; the highest seen, as of {@code heardHlc}. */
  private final AtomicLong aheadMillis = new AtomicLong(Long.MIN_VALUE);

  public Session(long id) {
    this.id = id;
  }

  public RequestId nextRequest() {
    return RequestId.newBuilder()
        .setHlc(heardHlc.getOpaque())
        .setSession(id)
        .setNumber(lastNumber.incrementAndGet())
        .build();
  }

  /** A node told its clock. On the loop. */
  void onHeard(long hlc, long nowNanos) {
    if (Long.compareUnsigned(hlc, heardHlc.getPlain()) > 0) {
      heardHlc.setOpaque(hlc);
    }
    onClockSet(hlc, nowNanos);
  }

  /**
   * A node told its clock as it refused a request, which may be far ahead of others: only {@link
   * #clusterMillis} goes by it, and not the names of requests, which others would refuse. On the
   * loop.
   */
  void onClockSet(long hlc, long nowNanos) {
    long ahead = (hlc >>> HLC_COUNTER_BITS) - TimeUnit.NANOSECONDS.toMillis(nowNanos);
    if (ahead > aheadMillis.getPlain()) {
      aheadMillis.setOpaque(ahead);
    }
  }

  /** The highest clock heard; 0: none. */
  long heardHlc() {
    return heardHlc.getOpaque();
  }

  /**
   * The cluster's clock now: the highest heard, moved on by the time passed since. Never too low by
   * more than a message takes, so that no request is taken for older than it is.
   *
   * @return milliseconds since 1970; 0 while nothing was heard
   */
  long clusterMillis(long nowNanos) {
    long ahead = aheadMillis.getOpaque();
    return ahead == Long.MIN_VALUE ? 0 : ahead + TimeUnit.NANOSECONDS.toMillis(nowNanos);
  }
}
