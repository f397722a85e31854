package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.VersionRule.Verdict;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holds what a run has counted in every key, and judges each read: it has all that was acknowledged
 * before it began, and no more than was sent before it ended. What earlier runs have counted is
 * known from the reads themselves, within bounds that each read narrows, so that it must be read
 * before this run counts there; other runs at the same time would be taken for faults. Safe for
 * many threads.
 */
final class CounterRule {
  private final List<Key> keys;

  /** What is known of a key; its lock is held by what reads or changes it. */
  private static final class Key {
    private long sent;
    private long acknowledged;

    /** What earlier runs have counted: at least, and at most. */
    private long baseMin = Long.MIN_VALUE;

    private long baseMax = Long.MAX_VALUE;
  }

  CounterRule(int keys) {
    this.keys = IntStream.range(0, keys).mapToObj(unused -> new Key()).toList();
  }

  /** An increment of 1 is about to be sent. */
  void onSent(int number) {
    Key key = keys.get(number);
    synchronized (key) {
      key.sent++;
    }
  }

  /** One was acknowledged. */
  void onAcked(int number) {
    Key key = keys.get(number);
    synchronized (key) {
      key.acknowledged++;
    }
  }

  /** To be asked before a read is sent: what {@link #onRead} must know of its beginning. */
  long begin(int number) {
    Key key = keys.get(number);
    synchronized (key) {
      return key.acknowledged;
    }
  }

  /**
   * Judges a read.
   *
   * @param began what {@link #begin} said before it was sent
   * @param mayMiss whether the read may miss what was acknowledged: then it does not tell what
   *     earlier runs have counted at most
   */
  Verdict onRead(int number, long began, long count, boolean mayMiss) {
    Key key = keys.get(number);
    synchronized (key) {
      long baseMax = mayMiss ? key.baseMax : Math.min(key.baseMax, count - began);
      long baseMin = Math.max(key.baseMin, count - key.sent);
      // Below what was acknowledged, by what is known of earlier runs.
      boolean isStale = count - began < key.baseMin;
      if (baseMin > baseMax) { // or above what was sent
        return isStale ? Verdict.STALE_READ : Verdict.WRONG_VALUE;
      }
      key.baseMin = baseMin;
      key.baseMax = baseMax;
      return isStale ? Verdict.STALE_READ : Verdict.KEPT;
    }
  }
}
