package io.quorate.client.internal.locks;

import io.quorate.client.internal.net.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * For how long an owner holds a lock under one token. Owned by the loop; any thread may ask {@link
 * #isHeld}, which needs no turn of the loop: a process that was paused for longer than the time of
 * the lock must see at once that it is over.
 */
final class Tenure {
  /**
   * One part in this many of the time to live is not relied on, for clocks that do not run at quite
   * the same rate. Clocks that are steered differ by less than a thousandth.
   */
  private static final int MARGIN_PART = 100;

  final String name;
  final String owner;
  final long token;
  final long ttlNanos;
  final Mode mode;
  private final Loop loop;

  /** Those that hold it. */
  final List<OpenLock> holders = new ArrayList<>();

  /** Whether the client renews it. */
  boolean renewed;

  /** Looks after its end. */
  Loop.@Nullable Timer endTimer;

  /** Whether its time was over before the end was known to be decided. */
  boolean ranOut;

  /** When the request was sent that acquired or last renewed it. */
  private long sinceNanos;

  private volatile long untilNanos;
  private volatile boolean ended;

  Tenure(Loop loop, String name, String owner, long token, Acquisition wanted, long sentNanos) {
    this.loop = loop;
    this.name = name;
    this.owner = owner;
    this.token = token;
    this.ttlNanos = TimeUnit.MILLISECONDS.toNanos(wanted.ttlMillis());
    this.mode = wanted.mode();
    this.sinceNanos = sentNanos;
    this.untilNanos = sentNanos + reliedNanos(ttlNanos);
  }

  /** For how long after it has asked for it an owner relies on a lock. */
  static long reliedNanos(long ttlNanos) {
    return ttlNanos - ttlNanos / MARGIN_PART;
  }

  boolean isHeld() {
    return leftNanos() > 0;
  }

  /** How long it is held without another renewal; 0 if it is not. */
  long leftNanos() {
    return ended ? 0 : Math.max(0, untilNanos - loop.nanos());
  }

  boolean hasEnded() {
    return ended;
  }

  void end() {
    ended = true;
    Loop.Timer timer = endTimer;
    if (timer != null) {
      timer.cancel();
    }
  }

  /** It was renewed by a request that was sent then. */
  void renewed(long sentNanos) {
    if (sentNanos > sinceNanos) {
      sinceNanos = sentNanos;
      untilNanos = sentNanos + reliedNanos(ttlNanos);
    }
  }

  /** When it is to be renewed: a third of its time has passed, and there is time to try again. */
  long renewAtNanos() {
    return sinceNanos + ttlNanos / 3;
  }

  long untilNanos() {
    return untilNanos;
  }
}
