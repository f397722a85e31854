package io.quorate.sim.workload;

import io.quorate.sim.check.PromiseBroken;
import java.util.HashSet;
import java.util.Set;

/**
 * What clients have counted under one key. Each increment adds a power of two of its own, and is
 * taken away by at most one decrement; so a value says which of them it counts. One that was
 * acknowledged, or read, is counted in each later read, and none is counted twice.
 */
final class CounterHistory {
  static final int INCREMENTS_MAX = 60;

  private final String name;
  private final String key;
  private int increments;

  /** That reads must count, unless their decrement has begun. */
  private long mustBe;

  /** Whose decrement has begun. */
  private long mayBeGone;

  /** Whose decrement was acknowledged, or read. */
  private long gone;

  CounterHistory(String name, String key) {
    this.name = name;
    this.key = key;
  }

  /** What was known of the key when something began. */
  record Then(long mustBe, long gone) {}

  Then now() {
    return new Then(mustBe, gone);
  }

  boolean isFull() {
    return increments == INCREMENTS_MAX;
  }

  /** An increment begins; returns what it adds. */
  long incrementBegins() {
    increments++;
    return 1L << (increments - 1);
  }

  void incrementAcknowledged(long added) {
    mustBe |= added;
  }

  /**
   * Returns an increment that was read or acknowledged, and is not taken away yet; 0 if there is
   * none.
   */
  long anyToTakeAway() {
    return Long.lowestOneBit(mustBe & ~mayBeGone);
  }

  void decrementBegins(long taken) {
    mayBeGone |= taken;
  }

  void decrementAcknowledged(long taken) {
    gone |= taken;
  }

  /**
   * A read ends.
   *
   * <p>Of a decrement that was under way while the read was, it may count that one and not the
   * increment that the decrement takes away, if that began after the read did.
   *
   * @param begun what was known when it began
   * @param count that it returned
   * @throws PromiseBroken if that cannot be
   */
  void read(Then begun, long count) {
    Set<Long> rests = Set.of(count);
    boolean isClear = true;
    for (int i = 0; i < increments; i++) {
      long bit = 1L << i;
      boolean mustBeIn = (begun.mustBe() & bit) != 0;
      boolean mustBeOut = (begun.gone() & bit) != 0;
      boolean mayBeOut = (mayBeGone & bit) != 0;
      isClear &= mustBeIn || !mayBeOut;
      Set<Long> next = new HashSet<>();
      for (int in = mustBeIn ? 1 : 0; in <= 1; in++) {
        for (int out = mustBeOut ? 1 : 0; out <= (mayBeOut ? 1 : 0); out++) {
          for (long rest : rests) {
            if ((rest - in + out) % 2 == 0) {
              next.add((rest - in + out) / 2);
            }
          }
        }
      }
      rests = next;
    }
    if (!rests.contains(0L)) {
      throw new PromiseBroken(
          name,
          "%s counts %x of %d increments, of which %x must be in it, %x must not, and %x may not"
              .formatted(key, count, increments, begun.mustBe(), begun.gone(), mayBeGone));
    }
    if (isClear) {
      gone |= begun.mustBe() & ~count;
      mustBe |= count;
    }
  }
}
