package io.quorate.cli.bench;

import io.quorate.cli.bench.BenchData.Origin;
import io.quorate.cli.bench.VersionRule.Verdict;
import io.quorate.cli.command.FailureKind;
import io.quorate.client.AsyncKeyValue;
import io.quorate.client.GetResult;
import io.quorate.client.Version;
import io.quorate.client.WriteResult;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Closed-loop load: a number of slots, each with one operation in flight at any time. A completion
 * is timed, judged and followed by the slot's next operation on the completing thread, so that
 * operations issued while one read of the socket is worked off share one frame.
 */
final class ClosedLoop {
  private static final long LATENCY_NANOS_MAX = TimeUnit.SECONDS.toNanos(120);

  /** A slot whose operation failed rests, else failing fast would mean spinning. */
  private static final long REST_MILLIS = 10;

  private final AsyncKeyValue store;
  private final Tenants tenants;
  private final Workload workload;
  private final KeyChooser keys;
  private final byte[][] keyBytes;
  private final BenchData data;
  private final VersionRule rule;
  private final Tally tally;
  private final long writer;

  private final AtomicLong sequence = new AtomicLong();

  /** By thread, and not only in the threads: those that rest a slot forget what is theirs. */
  private final Map<Thread, Worker> workers = new ConcurrentHashMap<>();

  private final ThreadLocal<Worker> worker = ThreadLocal.withInitial(this::hire);
  private final CountDownLatch drained;
  private final Executor resting =
      CompletableFuture.delayedExecutor(REST_MILLIS, TimeUnit.MILLISECONDS);
  private volatile Phase phase = Phase.WARMING;
  private volatile boolean potentiallyStale;

  private enum Phase {
    WARMING,
    TIMED,
    STOPPING
  }

  ClosedLoop(BenchSetup setup, int outstanding, Workload workload, KeyChooser keys) {
    this.store = setup.store();
    this.tenants = setup.tenants();
    this.workload = workload;
    this.keys = keys;
    this.keyBytes = setup.keyBytes();
    this.data = setup.data();
    this.rule = setup.rule();
    this.tally = setup.tally();
    this.writer = setup.writer();
    this.drained = new CountDownLatch(outstanding);
  }

  private Worker hire() {
    return workers.computeIfAbsent(Thread.currentThread(), thread -> new Worker());
  }

  /** Starts every slot. */
  void start() {
    for (long i = drained.getCount(); i > 0; i--) {
      worker.get().go(new Slot());
    }
  }

  /** From here on latencies are recorded. */
  void beginTimedWindow() {
    phase = Phase.TIMED;
  }

  /** Lets what is under way end and starts nothing more; whether all ended in time. */
  boolean stop(long seconds) throws InterruptedException {
    phase = Phase.STOPPING;
    return drained.await(seconds, TimeUnit.SECONDS);
  }

  /** Latencies of reads in the timed window, in nanoseconds. To be asked after {@link #stop}. */
  Histogram readLatencies() {
    return merged(workers.values().stream().map(w -> w.reads).toList());
  }

  /** Latencies of writes in the timed window, in nanoseconds. To be asked after {@link #stop}. */
  Histogram writeLatencies() {
    return merged(workers.values().stream().map(w -> w.writes).toList());
  }

  /** Latencies in the timed window since this was last asked, in nanoseconds; by one thread. */
  Histogram recentLatencies() {
    return merged(workers.values().stream().map(w -> w.recent.getIntervalHistogram()).toList());
  }

  private static Histogram merged(List<Histogram> parts) {
    Histogram all = new Histogram(LATENCY_NANOS_MAX, 3);
    parts.forEach(all::add);
    return all;
  }

  /** Whether the levels in use let reads miss writes, so that stale reads break no promise. */
  boolean potentiallyStale() {
    return potentiallyStale;
  }

  /**
   * What a completing thread keeps to itself. Slots ready to go on wait here, so that operations
   * which complete at once cannot recurse.
   */
  private static final class Worker {
    private final SplittableRandom random = new SplittableRandom(System.nanoTime());
    private final Histogram reads = new Histogram(LATENCY_NANOS_MAX, 3);
    private final Histogram writes = new Histogram(LATENCY_NANOS_MAX, 3);
    private final SingleWriterRecorder recent = new SingleWriterRecorder(LATENCY_NANOS_MAX, 2);
    private final Queue<Slot> ready = new ArrayDeque<>();
    private boolean running;

    private void go(Slot slot) {
      ready.add(slot);
      if (running) {
        return;
      }
      running = true;
      try {
        for (Slot next = ready.poll(); next != null; next = ready.poll()) {
          next.issue(this);
        }
      } finally {
        running = false;
      }
    }
  }

  private final class Slot {
    private final BiConsumer<@Nullable GetResult, @Nullable Throwable> onRead = this::onRead;
    private final BiConsumer<@Nullable WriteResult, @Nullable Throwable> onWrite = this::onWrite;
    private int key;
    private long startNanos;
    private @Nullable Version floor;
    private long writeSequence;

    private void issue(Worker w) {
      if (phase == Phase.STOPPING) {
        drained.countDown();
        return;
      }
      key = tenants.deal(keys.next(w.random), keyBytes.length, w.random);
      if (workload.reads(w.random.nextInt(1000))) {
        floor = rule.floor(key);
        startNanos = System.nanoTime();
        var unused = store.get(keyBytes[key], tenants.read(key)).whenComplete(onRead);
      } else {
        floor = rule.ackedFloor(key);
        writeSequence = sequence.incrementAndGet();
        byte[] value = data.value(new Origin(key, writer, writeSequence), w.random);
        startNanos = System.nanoTime();
        var unused = store.put(keyBytes[key], value, tenants.write(key)).whenComplete(onWrite);
      }
    }

    private void onRead(@Nullable GetResult result, @Nullable Throwable failure) {
      long now = System.nanoTime();
      Worker w = worker.get();
      if (result == null) {
        failed(failure, now);
        return;
      }
      potentiallyStale |= result.info().potentiallyStale();
      byte[] value = result.value();
      Version version = result.version();
      if (value == null || version == null) {
        tally.verdict(rule.onMissing(floor), this);
        failed("missing", "key " + key + " has no value", now);
        return;
      }
      Verdict verdict = rule.onRead(key, floor, version, data.origin(value));
      if (verdict != Verdict.KEPT) {
        tally.verdict(verdict, this + ", read " + version + " of " + data.origin(value));
      }
      succeeded(w, w.reads, now);
    }

    private void onWrite(@Nullable WriteResult result, @Nullable Throwable failure) {
      long now = System.nanoTime();
      Worker w = worker.get();
      if (result == null) {
        failed(failure, now);
        return;
      }
      Verdict verdict = rule.onAcked(key, floor, result.version(), writeSequence);
      if (verdict != Verdict.KEPT) {
        tally.verdict(verdict, this + ", acknowledged " + result.version());
      }
      succeeded(w, w.writes, now);
    }

    private void succeeded(Worker w, Histogram latencies, long now) {
      tally.success();
      if (phase == Phase.TIMED) {
        long took = Math.min(now - startNanos, LATENCY_NANOS_MAX);
        latencies.recordValue(took);
        w.recent.recordValue(took);
      }
      w.go(this);
    }

    private void failed(@Nullable Throwable failure, long now) {
      failed(FailureKind.of(failure), failure == null ? "" : failure.getMessage(), now);
    }

    private void failed(String kind, @Nullable String message, long now) {
      tally.failure(kind, message, now);
      resting.execute(() -> worker.get().go(this));
    }

    @Override
    public String toString() {
      return "key " + key + ", known before " + floor;
    }
  }
}
