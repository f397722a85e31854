package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.client.ResultInfo;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what went right and wrong during a run. Safe for many threads. */
public final class Tally {
  private final LongAdder succeeded = new LongAdder();
  private final Map<Verdict, LongAdder> verdicts = new EnumMap<>(Verdict.class);
  private final Map<String, Failing> failures = new ConcurrentHashMap<>();
  private final Map<Verdict, String> examples = new ConcurrentHashMap<>();
  private volatile boolean potentiallyStale;

  /**
   * The failures of one kind.
   *
   * @param firstNanos when the first happened, by the monotonic clock
   * @param lastNanos when the last happened
   * @param example message of the first
   */
  public record Failures(long count, long firstNanos, long lastNanos, String example) {}

  /** The same while it is counted: failures come in floods, and must cost little. */
  private static final class Failing {
    private final LongAdder count = new LongAdder();
    private final long firstNanos;
    private final String example;
    private volatile long lastNanos;

    Failing(long firstNanos, String example) {
      this.firstNanos = firstNanos;
      this.example = example;
    }

    Failures counted() {
      return new Failures(count.sum(), firstNanos, lastNanos, example);
    }
  }

  public Tally() {
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(verdict, new LongAdder());
    }
  }

  public void success() {
    succeeded.increment();
  }

  public void failure(String kind, @Nullable String message, long nanos) {
    Failing failing = failures.get(kind);
    if (failing == null) {
      failing =
          failures.computeIfAbsent(kind, first -> new Failing(nanos, String.valueOf(message)));
    }
    failing.count.increment();
    failing.lastNanos = nanos;
  }

  /** Counts a verdict; {@code what} tells the first of its kind to people. */
  public void verdict(Verdict verdict, Object what) {
    if (verdict != Verdict.KEPT) {
      adder(verdict).increment();
      examples.computeIfAbsent(verdict, first -> what.toString());
    }
  }

  public long successes() {
    return succeeded.sum();
  }

  public long count(Verdict verdict) {
    return adder(verdict).sum();
  }

  private LongAdder adder(Verdict verdict) {
    return Objects.requireNonNull(verdicts.get(verdict));
  }

  /** The first of each kind of broken promise. */
  public Map<Verdict, String> examples() {
    return new TreeMap<>(examples);
  }

  public long errors() {
    return failures.values().stream().mapToLong(failing -> failing.count.sum()).sum();
  }

  /** By kind, in the order of the first of each. */
  public Map<String, Failures> failures() {
    Map<String, Failures> ordered = new LinkedHashMap<>();
    failures.entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> entry.getValue().firstNanos))
        .forEach(entry -> ordered.put(entry.getKey(), entry.getValue().counted()));
    return ordered;
  }

  /** Forgets failures so far: those of a warm-up are not those of the timed window. */
  public void forgetFailures() {
    failures.clear();
  }

  /**
   * What comes of a verdict on a read, by what the read says of itself: one that says that it may
   * miss acknowledged writes breaks no promise if it does. No other read is excused by that, and no
   * value that was never written.
   */
  Verdict ofRead(Verdict verdict, ResultInfo info) {
    if (!info.potentiallyStale()) {
      return verdict;
    }
    if (!potentiallyStale) {
      potentiallyStale = true;
    }
    return verdict == Verdict.STALE_READ || verdict == Verdict.LOST_WRITE
        ? Verdict.TOLD_STALE
        : verdict;
  }

  /** Whether some read said that it may miss acknowledged writes. */
  public boolean isPotentiallyStale() {
    return potentiallyStale;
  }

  /** Whether a promise was broken. */
  public boolean broken() {
    long breaks =
        count(Verdict.STALE_READ) + count(Verdict.LOST_WRITE) + count(Verdict.WRONG_VALUE);
    return breaks > 0;
  }
}
