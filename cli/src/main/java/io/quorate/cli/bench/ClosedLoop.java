package io.quorate.cli.bench;

import io.quorate.cli.bench.checked.Operations;
import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.bench.checked.Tenants;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.cli.command.FailureKind;
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

  private final Operations operations;
  private final Tenants tenants;
  private final Workload workload;
  private final KeyChooser keys;
  private final int keyCount;
  private final Tally tally;

  /** By thread, and not only in the threads: those that rest a slot forget what is theirs. */
  private final Map<Thread, Worker> workers = new ConcurrentHashMap<>();

  private final ThreadLocal<Worker> worker = ThreadLocal.withInitial(this::hire);
  private final CountDownLatch drained;
  private final Executor resting =
      CompletableFuture.delayedExecutor(REST_MILLIS, TimeUnit.MILLISECONDS);
  private volatile Phase phase = Phase.WARMING;

  private enum Phase {
    WARMING,
    TIMED,
    STOPPING
  }

  ClosedLoop(BenchSetup setup, int outstanding, Workload workload, KeyChooser keys) {
    this.operations = setup.operations();
    this.tenants = setup.tenants();
    this.workload = workload;
    this.keys = keys;
    this.keyCount = setup.keys();
    this.tally = setup.tally();
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

  private final class Slot implements Operations.Done {
    private int key;
    private boolean reading;
    private long startNanos;

    private void issue(Worker w) {
      if (phase == Phase.STOPPING) {
        drained.countDown();
        return;
      }
      key = tenants.deal(keys.next(w.random), keyCount, w.random);
      reading = workload.reads(w.random.nextInt(1000));
      startNanos = System.nanoTime();
      if (reading) {
        operations.read(key, w.random, this);
      } else {
        operations.write(key, w.random, this);
      }
    }

    @Override
    public void answered(Verdict verdict, Object what) {
      long now = System.nanoTime();
      Worker w = worker.get();
      tally.verdict(verdict, what);
      tally.success();
      if (phase == Phase.TIMED) {
        long took = Math.min(now - startNanos, LATENCY_NANOS_MAX);
        (reading ? w.reads : w.writes).recordValue(took);
        w.recent.recordValue(took);
      }
      w.go(this);
    }

    @Override
    public void missing(Verdict verdict, Object what) {
      tally.verdict(verdict, what);
      failed("missing", "key " + key + " has no value");
    }

    @Override
    public void failed(@Nullable Throwable failure) {
      failed(FailureKind.of(failure), failure == null ? "" : failure.getMessage());
    }

    private void failed(String kind, @Nullable String message) {
      tally.failure(kind, message, System.nanoTime());
      resting.execute(() -> worker.get().go(this));
    }
  }
}
