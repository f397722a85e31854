package io.quorate.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What became of operations that begin by a schedule, tenth of a second by tenth, by tenant. */
final class Flow {
  static final int SLOTS_PER_SECOND = 10;
  private static final long SLOT_NANOS = 1_000_000_000L / SLOTS_PER_SECOND;
  private static final long LATENCY_NANOS_MAX = 120_000_000_000L;

  private final long startNanos;
  private final int slots;
  private final long deadlineNanos;
  private final AtomicLongArray offered;
  private final AtomicLongArray good;
  private final List<Histogram> latencies = new ArrayList<>();
  private final Recorder recent = new Recorder(LATENCY_NANOS_MAX, 2);
  private final AtomicLongArray offeredBy;
  private final AtomicLongArray goodBy;
  private final LongAdder late = new LongAdder();
  private final List<Long> p99Nanos = new ArrayList<>();
  private long leftOut;

  Flow(int seconds, int tenants, long startNanos, long deadlineNanos) {
    this.startNanos = startNanos;
    this.slots = seconds * SLOTS_PER_SECOND;
    this.deadlineNanos = deadlineNanos;
    this.offered = new AtomicLongArray(slots);
    this.good = new AtomicLongArray(slots);
    this.offeredBy = new AtomicLongArray(tenants);
    this.goodBy = new AtomicLongArray(tenants);
    for (int i = 0; i < tenants; i++) {
      latencies.add(new ConcurrentHistogram(LATENCY_NANOS_MAX, 3));
    }
  }

  /** An operation should begin at that time. */
  void offered(int tenant, long intendedNanos) {
    count(offered, intendedNanos);
    offeredBy.incrementAndGet(tenant);
  }

  /**
   * Counts operations that should have begun and were not sent, because the bench itself was late.
   */
  void leftOut(long operations) {
    leftOut += operations;
  }

  /**
   * It succeeded; it is good if that was within its deadline, counted from when it should begin.
   */
  void succeeded(int tenant, long intendedNanos, long nowNanos) {
    long took = nowNanos - intendedNanos;
    long counted = Math.min(took, LATENCY_NANOS_MAX);
    latencies.get(tenant).recordValue(counted);
    recent.recordValue(counted);
    if (took <= deadlineNanos) {
      count(good, nowNanos);
      goodBy.incrementAndGet(tenant);
    } else {
      late.increment();
    }
  }

  private void count(AtomicLongArray counts, long nanos) {
    int slot = (int) ((nanos - startNanos) / SLOT_NANOS);
    if (slot >= 0 && slot < slots) {
      counts.incrementAndGet(slot);
    }
  }

  long startNanos() {
    return startNanos;
  }

  int seconds() {
    return slots / SLOTS_PER_SECOND;
  }

  /** What the schedule wanted, and was not asked for lack of a processor to ask on. */
  double leftOutPerSecond() {
    return (double) leftOut / seconds();
  }

  /** Answers after the deadline. */
  long late() {
    return late.sum();
  }

  double offeredPerSecond() {
    return (double) sum(offered, 0, slots) / seconds();
  }

  /** Answers within the deadline per second. */
  double goodput() {
    return (double) sum(good, 0, slots) / seconds();
  }

  /** Good answers of each second. */
  List<Long> goodBySecond() {
    List<Long> bySecond = new ArrayList<>();
    for (int slot = 0; slot < slots; slot += SLOTS_PER_SECOND) {
      bySecond.add(sum(good, slot, slot + SLOTS_PER_SECOND));
    }
    return bySecond;
  }

  /** Another second has passed, as far as latencies are told by second. */
  void endSecond() {
    p99Nanos.add(recent.getIntervalHistogram().getValueAtPercentile(99));
  }

  /** Good answers and latencies of each second that has passed. */
  List<Window.Second> bySecond() {
    List<Long> goodBySecond = goodBySecond();
    return IntStream.range(0, Math.min(p99Nanos.size(), goodBySecond.size()))
        .mapToObj(i -> new Window.Second(goodBySecond.get(i), p99Nanos.get(i)))
        .toList();
  }

  /**
   * Seconds until from then on, over any second, so much of what was offered was answered in time;
   * -1 if that was never so.
   */
  double secondsUntilServed(double share) {
    int window = SLOTS_PER_SECOND;
    int from = slots - window + 1;
    while (from > 0 && isServed(from - 1, window, share)) {
      from--;
    }
    return from > slots - window ? -1 : (double) from / SLOTS_PER_SECOND;
  }

  private boolean isServed(int from, int window, double share) {
    return sum(good, from, from + window) >= share * (double) sum(offered, from, from + window);
  }

  private static long sum(AtomicLongArray counts, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /** Of all tenants together. */
  Histogram latencies() {
    Histogram all = new Histogram(LATENCY_NANOS_MAX, 3);
    latencies.forEach(all::add);
    return all;
  }

  Histogram latencies(int tenant) {
    return latencies.get(tenant);
  }

  long offered(int tenant) {
    return offeredBy.get(tenant);
  }

  long good(int tenant) {
    return goodBy.get(tenant);
  }
}
