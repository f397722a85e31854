package io.quorate.sim.run;

import io.quorate.sim.cluster.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What came of many runs. Sums and sorts, so that the order in which runs ended is not seen. */
public final class BatchReport {
  private final SortedMap<Scope, Long> runs = new TreeMap<>();
  private final SortedMap<Scope, Windows> windows = new TreeMap<>();
  private final List<RunFailure> failures = new ArrayList<>();
  private Duration virtual = Duration.ZERO;
  private long tookNanos;
  private long cpuNanos;

  /** A run that was broken off. */
  public record RunFailure(long seed, RunSpec spec, Finding finding) {
    @Override
    public String toString() {
      return "%s, seed %d, %s: %s%n  replay: %s"
          .formatted(
              spec.scope().word(), seed, finding.checker(), finding.what(), spec.replay(seed));
    }
  }

  void add(RunResult result) {
    Scope scope = result.spec().scope();
    runs.merge(scope, 1L, Long::sum);
    windowsOf(scope).addAll(result.windows());
    virtual = virtual.plus(result.time());
    if (result.finding() != null) {
      fail(result.seed(), result.spec(), result.finding());
    }
  }

  void fail(long seed, RunSpec spec, Finding finding) {
    failures.add(new RunFailure(seed, spec, finding));
  }

  void addAll(BatchReport other) {
    other.runs.forEach((scope, count) -> runs.merge(scope, count, Long::sum));
    other.windows.forEach((scope, more) -> windowsOf(scope).addAll(more));
    failures.addAll(other.failures);
    virtual = virtual.plus(other.virtual);
    tookNanos += other.tookNanos;
    cpuNanos += other.cpuNanos;
  }

  void tookNanos(long nanos) {
    tookNanos = nanos;
  }

  void usedCpuNanos(long nanos) {
    cpuNanos += nanos;
  }

  private Windows windowsOf(Scope scope) {
    return windows.computeIfAbsent(scope, unseen -> new Windows());
  }

  /** Runs made, by what ran in them. */
  public SortedMap<Scope, Long> runs() {
    return runs;
  }

  /** Runs that failed, by seed. */
  public List<RunFailure> failures() {
    return failures.stream()
        .sorted(
            Comparator.comparingLong(RunFailure::seed)
                .thenComparing(failure -> failure.spec().scope()))
        .toList();
  }

  /** What was entered in the runs of a scope. */
  public Windows windows(Scope scope) {
    return windows.getOrDefault(scope, new Windows());
  }

  /** What was entered in any run. */
  public Windows allWindows() {
    var all = new Windows();
    windows.values().forEach(all::addAll);
    return all;
  }

  /** Windows that the runs of a scope must have entered and did not. */
  public List<String> neverEntered(Scope scope) {
    return neverEntered(scope, runs.getOrDefault(scope, 0L));
  }

  /** Windows that this number of runs must have entered, and that the runs of a scope did not. */
  List<String> neverEntered(Scope scope, long seeds) {
    Windows entered = windows(scope);
    return RequiredWindows.of(scope, seeds).stream()
        .filter(name -> entered.count(name) == 0)
        .toList();
  }

  /** Time that passed in all worlds together. */
  public Duration virtualTime() {
    return virtual;
  }

  /** Time that the batch took. */
  public Duration realTime() {
    return Duration.ofNanos(tookNanos);
  }

  /** Processor time of the threads that ran worlds; a busy machine does not change it much. */
  public Duration cpuTime() {
    return Duration.ofNanos(cpuNanos);
  }

  /** How much faster time passed in the worlds than outside. */
  public double speed() {
    return tookNanos == 0 ? 0 : (double) virtual.toNanos() / tookNanos;
  }

  /** Operations that simulated clients made. */
  public long operations() {
    return allWindows().group("call: ").values().stream().mapToLong(Long::longValue).sum();
  }

  public double operationsPerSecond() {
    return tookNanos == 0 ? 0 : operations() * 1e9 / tookNanos;
  }

  public double operationsPerCpuSecond() {
    return cpuNanos == 0 ? 0 : operations() * 1e9 / cpuNanos;
  }

  /** No run failed, and all windows that this number of seeds must enter were entered. */
  public boolean isGood() {
    return failures.isEmpty()
        && runs.entrySet().stream()
            .allMatch(
                each ->
                    each.getValue() < RequiredWindows.seedsMin(each.getKey())
                        || neverEntered(each.getKey()).isEmpty());
  }
}
