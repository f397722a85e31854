package io.quorate.replication.replica;

import io.quorate.runtime.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Records that wait until a cut is sealed: for a fixed time at most, and a fixed number of them, so
 * that data is served when no seal comes.
 */
final class HeldBack {
  private static final int RECORDS_MAX = 4096;
  private static final long WAIT_NANOS = 2_000_000_000L;

  private final Clock clock;
  private List<Waiting> waiting = new ArrayList<>();

  private record Waiting(long untilNanos, Runnable again) {}

  HeldBack(Clock clock) {
    this.clock = clock;
  }

  /** Keeps one; false if there is no room. */
  boolean add(Runnable again) {
    if (waiting.size() >= RECORDS_MAX) {
      return false;
    }
    waiting.add(new Waiting(clock.nanos() + WAIT_NANOS, again));
    return true;
  }

  /** There is nothing to wait for any more. */
  void release() {
    List<Waiting> all = waiting;
    waiting = new ArrayList<>();
    all.forEach(each -> each.again().run());
  }

  /** Lets those go that have waited for long enough. */
  void expire() {
    if (waiting.isEmpty()) {
      return;
    }
    long now = clock.nanos();
    List<Waiting> all = waiting;
    waiting = new ArrayList<>();
    List<Waiting> ended = new ArrayList<>();
    for (Waiting each : all) {
      (each.untilNanos() - now > 0 ? waiting : ended).add(each);
    }
    ended.forEach(each -> each.again().run());
  }
}
