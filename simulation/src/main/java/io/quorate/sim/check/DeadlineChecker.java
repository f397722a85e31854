package io.quorate.sim.check;

import io.quorate.replication.api.Outcome;
import java.util.function.Supplier;

/** Every call ends once, by its deadline and a little more, unless its node was paused or died. */
final class DeadlineChecker implements Checker {
  static final String NAME = "deadlines";

  private final long lateNanosMax;

  /**
   * @param lateNanosMax how much later than its deadline a call may end
   */
  DeadlineChecker(long lateNanosMax) {
    this.lateNanosMax = lateNanosMax;
  }

  @Override
  public void ends(Attempt attempt, Outcome outcome) {
    if (attempt.answers() > 1) {
      throw new PromiseBroken(NAME, attempt + " was answered again, now with " + outcome);
    }
    inTime(() -> attempt + " ended", attempt.deadlineNanos(), attempt.answeredNanos());
  }

  /** Checks that a call that ends now, or has not ended, is within its deadline. */
  void inTime(Supplier<String> what, long deadlineNanos, long nowNanos) {
    if (nowNanos > deadlineNanos + lateNanosMax) {
      long lateMillis = (nowNanos - deadlineNanos) / 1_000_000;
      throw new PromiseBroken(NAME, what.get() + ", " + lateMillis + " ms after its deadline");
    }
  }
}
