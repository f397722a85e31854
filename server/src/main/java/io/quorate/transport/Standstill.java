package io.quorate.transport;

import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.util.concurrent.TimeUnit;

/**
 * How long what is read now may have waited for this process to read it. A process that was
 * stopped, or got no processor, finds in its connections what was sent meanwhile, and nothing in it
 * says when that was: the timeout of a gRPC call counts from when its headers are read, and that of
 * an operation that another node forwards from when its frame is read.
 *
 * <p>A timer of the lane notes ten times a second that the lane goes on. What is read while that
 * note is late, and for ten notes in time after it, may have come since the last one before the
 * gap. Ten of them, since connections are emptied in several turns, and what did not fit into them
 * comes when there is room. May be asked on any thread.
 */
public final class Standstill {
  static final long TICK_NANOS = 100_000_000;

  /** Between two notes, without anything being wrong. */
  static final long LATE_NANOS = 250_000_000;

  private static final int INTERVALS = 10;

  private final Clock clock;

  /** When the lane was seen going on, the last times; owned by the lane. */
  private final long[] ticks = new long[INTERVALS + 1];

  private int newest;
  private volatile Note note;

  /**
   * @param sinceNanos what is read now may have come since then, if it is suspect
   */
  private record Note(long atNanos, boolean suspect, long sinceNanos) {}

  public Standstill(Clock clock) {
    this.clock = clock;
    long now = clock.nanos();
    java.util.Arrays.fill(ticks, now);
    this.note = new Note(now, false, now);
  }

  /** Begins to tick on a lane, until the lane ends. */
  public Standstill on(Lane lane) {
    var unused =
        lane.schedule(
            TICK_NANOS,
            () -> {
              tick();
              var unusedNext = on(lane);
            });
    return this;
  }

  /** On the lane. */
  void tick() {
    long now = clock.nanos();
    newest = (newest + 1) % ticks.length;
    ticks[newest] = now;
    boolean suspect = false;
    long since = now;
    for (int i = 1; i < ticks.length && !suspect; i++) {
      long before = ticks[(newest + i) % ticks.length];
      long after = ticks[(newest + i + 1) % ticks.length];
      if (after - before > LATE_NANOS) {
        suspect = true;
        since = before;
      }
    }
    note = new Note(now, suspect, since);
  }

  /** The longest that what is read now may have waited; 0 unless the process stood still. */
  public long waitedNanosMax() {
    Note last = note;
    long now = clock.nanos();
    if (last.suspect()) {
      return now - last.sinceNanos();
    }
    return now - last.atNanos() > LATE_NANOS ? now - last.atNanos() : 0;
  }

  /**
   * The answer to a request that may have waited longer than its sender waits for the answer. To
   * carry it out now could put it above what has been acknowledged since.
   */
  public static Failure tooLate(long waitedNanos) {
    return Failure.refused(
        Reason.NOT_SERVING,
        ("this node stood still, and the request may have waited for it for %d ms, longer than"
                + " its sender waits; nothing was applied")
            .formatted(TimeUnit.NANOSECONDS.toMillis(waitedNanos)));
  }
}
