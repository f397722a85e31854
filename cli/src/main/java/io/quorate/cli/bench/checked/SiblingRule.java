package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a run has learned of every key with siblings, or of every set, and judges each read by
 * what a cluster promises of them:
 *
 * <ul>
 *   <li>a put that was acknowledged before a read began is in what the read returns, unless a put
 *       that had read it was sent before the read ended;
 *   <li>a value whose place was taken by a put that was acknowledged before a read began is not.
 * </ul>
 *
 * <p>Values of other runs are not judged. Safe for many threads.
 */
final class SiblingRule {
  /** Of a key, values are known to be replaced as long as this many others were not later. */
  private static final int REPLACED_MAX = 16;

  /** This run, in the origin of each value it writes. */
  private final long writer;

  private final List<Key> keys;

  /** Rises with each acknowledgement, which has its value: what is at most now was before. */
  private final AtomicLong moment = new AtomicLong();

  /** What is known of a key; its lock is held by what reads or changes it. */
  private static final class Key {
    /** The writes of this run that no other one has certainly taken the place of, by number. */
    private final Map<Long, Put> puts = new HashMap<>(4);

    /** The ones whose place was taken last, by the moment that this was acknowledged. */
    private final Deque<Replaced> replaced = new ArrayDeque<>(2);
  }

  /** A write of this run. */
  private static final class Put {
    /** When it was acknowledged; 0: it is not yet. */
    private long acknowledged;

    /** How many writes that take its place were sent, without those that took no effect. */
    private int covered;
  }

  private record Replaced(long number, long moment) {}

  SiblingRule(int keys, long writer) {
    this.writer = writer;
    this.keys = IntStream.range(0, keys).mapToObj(unused -> new Key()).toList();
  }

  /** To be asked before a read is sent: what {@link #onRead} must know of its beginning. */
  long begin() {
    return moment.get();
  }

  /**
   * A put is about to be sent.
   *
   * @param replaced the values of which it has the context
   */
  void onPut(int number, long write, Collection<Origin> replaced) {
    Key key = keys.get(number);
    synchronized (key) {
      key.puts.put(write, new Put());
    }
    onRemoval(number, replaced);
  }

  /** Values are about to be removed, or to lose their place. */
  void onRemoval(int number, Collection<Origin> removed) {
    Key key = keys.get(number);
    synchronized (key) {
      for (Origin each : removed) {
        Put other = each.writer() == writer ? key.puts.get(each.sequence()) : null;
        if (other != null) {
          other.covered++;
        }
      }
    }
  }

  /** The removal took no effect. */
  void onNotRemoved(int number, Collection<Origin> removed) {
    Key key = keys.get(number);
    synchronized (key) {
      for (Origin each : removed) {
        Put other = each.writer() == writer ? key.puts.get(each.sequence()) : null;
        if (other != null) {
          other.covered--;
        }
      }
    }
  }

  /** That put was acknowledged. */
  void onAcked(int number, long write, Collection<Origin> replaced) {
    Key key = keys.get(number);
    synchronized (key) {
      long now = moment.incrementAndGet();
      Put mine = key.puts.get(write);
      if (mine != null) {
        mine.acknowledged = now;
      }
    }
    onRemoved(number, replaced);
  }

  /** That was acknowledged. */
  void onRemoved(int number, Collection<Origin> removed) {
    Key key = keys.get(number);
    synchronized (key) {
      long now = moment.incrementAndGet();
      for (Origin each : removed) {
        if (each.writer() == writer) {
          key.puts.remove(each.sequence());
          key.replaced.addLast(new Replaced(each.sequence(), now));
        }
      }
      while (key.replaced.size() > REPLACED_MAX) {
        key.replaced.removeFirst();
      }
    }
  }

  /**
   * That put failed.
   *
   * @param mayHaveApplied whether it may be kept all the same
   */
  void onFailed(int number, long write, Collection<Origin> replaced, boolean mayHaveApplied) {
    Key key = keys.get(number);
    synchronized (key) {
      key.puts.remove(write);
    }
    if (!mayHaveApplied) {
      onNotRemoved(number, replaced);
    }
  }

  /**
   * Judges a read.
   *
   * @param began what {@link #begin} said before it was sent
   * @param found what each value says of itself; null if it cannot be one of this run
   */
  Verdict onRead(int number, long began, List<@Nullable Origin> found) {
    for (Origin each : found) {
      if (each == null || each.key() != number) {
        return Verdict.WRONG_VALUE;
      }
    }
    Key key = keys.get(number);
    synchronized (key) {
      for (Map.Entry<Long, Put> each : key.puts.entrySet()) {
        Put put = each.getValue();
        boolean wasThere = put.acknowledged != 0 && put.acknowledged <= began;
        if (wasThere && put.covered == 0 && !has(found, each.getKey())) {
          return found.isEmpty() ? Verdict.LOST_WRITE : Verdict.STALE_READ;
        }
      }
      for (Replaced each : key.replaced) {
        if (each.moment <= began && has(found, each.number)) {
          return Verdict.STALE_READ;
        }
      }
    }
    return Verdict.KEPT;
  }

  private boolean has(List<@Nullable Origin> found, long write) {
    return found.stream()
        .anyMatch(each -> each != null && each.writer() == writer && each.sequence() == write);
  }
}
