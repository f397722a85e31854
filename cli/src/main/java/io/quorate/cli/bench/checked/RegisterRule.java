package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Judges reads of linearizable keys. Their versions say which write gave a value, and not which of
 * two writes came later; so this goes by when writes began and ended. A read is stale if its value
 * was overwritten before it began: the value was there before some write began, and that write had
 * ended, or was read, before the read began. What is judged so is against the promise for certain;
 * {@code .ci/judge} finds more, in histories that are recorded. Safe for many threads.
 */
final class RegisterRule {
  /** Writes of a key that are remembered before those are forgotten that were overwritten. */
  private static final int WRITES_KEPT = 8;

  /**
   * Writes of a key that are remembered at most: of those that failed and may be there all the same
   * the first are forgotten, and with them what can be said of values that are not remembered.
   */
  private static final int WRITES_MAX = 256;

  /** This run, in the origin of each value it writes. */
  private final long writer;

  private final List<Key> keys;

  /** A write of this run. Moments are of its key, which counts what begins and ends there. */
  private static final class Write {
    final long began;

    /** When it was known to be there: acknowledged or read; 0: it may be there or not. */
    long there;

    Write(long began) {
      this.began = began;
    }
  }

  private static final class Key {
    /** By number, in the order in which they began. */
    final Map<Long, Write> writes = new LinkedHashMap<>(4);

    long moment;

    /** When the write began, of those known to be there, that began last. */
    long lastBegan;

    /** Writes that are not remembered were there before this. */
    long forgottenBefore;

    /** Whether one is not remembered that may be there or not. */
    boolean hasForgottenUnknown;
  }

  RegisterRule(int keys, long writer) {
    this.writer = writer;
    this.keys = IntStream.range(0, keys).mapToObj(unused -> new Key()).toList();
  }

  /** A write is about to be sent. */
  void onSent(int number, long write) {
    Key key = keys.get(number);
    synchronized (key) {
      key.writes.put(write, new Write(++key.moment));
    }
  }

  /** It was acknowledged. */
  void onAcked(int number, long write) {
    Key key = keys.get(number);
    synchronized (key) {
      isThere(key, key.writes.get(write));
    }
  }

  /**
   * Takes note that a write failed.
   *
   * @param mayHaveApplied whether it may be there all the same
   */
  void onFailed(int number, long write, boolean mayHaveApplied) {
    Key key = keys.get(number);
    synchronized (key) {
      if (!mayHaveApplied) {
        key.writes.remove(write);
      } else if (key.writes.size() > WRITES_MAX) {
        forgetFirstUnknown(key);
      }
    }
  }

  private static void forgetFirstUnknown(Key key) {
    Iterator<Write> writes = key.writes.values().iterator();
    while (writes.hasNext()) {
      if (writes.next().there == 0) {
        writes.remove();
        key.hasForgottenUnknown = true;
        return;
      }
    }
  }

  private static void isThere(Key key, @Nullable Write write) {
    if (write != null) {
      key.moment++;
      if (write.there == 0) {
        write.there = key.moment;
      }
      key.lastBegan = Math.max(key.lastBegan, write.began);
      if (key.writes.size() > WRITES_KEPT) {
        forgetOverwritten(key);
      }
    }
  }

  private static void forgetOverwritten(Key key) {
    Iterator<Write> writes = key.writes.values().iterator();
    while (writes.hasNext()) {
      Write each = writes.next();
      if (each.there != 0 && each.there < key.lastBegan) {
        writes.remove();
        key.forgottenBefore = Math.max(key.forgottenBefore, each.there + 1);
      }
    }
  }

  /** To be asked before a read is sent: what {@link #onRead} must know of its beginning. */
  long begin(int number) {
    Key key = keys.get(number);
    synchronized (key) {
      return key.lastBegan;
    }
  }

  /**
   * Judges a read that found nothing.
   *
   * @param began what {@link #begin} said before it was sent
   */
  Verdict onMissing(long began) {
    return began == 0 ? Verdict.KEPT : Verdict.LOST_WRITE;
  }

  /**
   * Judges a read that found a value.
   *
   * @param began what {@link #begin} said before it was sent
   * @param origin what the value says of itself; null if it cannot be one of a run
   */
  Verdict onRead(int number, long began, @Nullable Origin origin) {
    if (origin == null || origin.key() != number) {
      return Verdict.WRONG_VALUE;
    }
    if (origin.writer() != writer) {
      return began == 0 ? Verdict.KEPT : Verdict.STALE_READ;
    }
    Key key = keys.get(number);
    synchronized (key) {
      Write write = key.writes.get(origin.sequence());
      if (write == null) {
        return began >= key.forgottenBefore && began != 0 && !key.hasForgottenUnknown
            ? Verdict.STALE_READ
            : Verdict.KEPT;
      }
      boolean isStale = write.there != 0 && write.there < began;
      isThere(key, write);
      return isStale ? Verdict.STALE_READ : Verdict.KEPT;
    }
  }
}
