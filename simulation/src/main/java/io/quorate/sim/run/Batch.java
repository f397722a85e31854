package io.quorate.sim.run;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Many seeds on all cores. Each thread has one world at a time, and a world never leaves its
 * thread: threads share the number of the next seed, and nothing that is simulated.
 */
public final class Batch {
  /** Bounds a run's recursion, which is deep where messages are answered at once. */
  private static final long STACK_BYTES = 4L << 20;

  private final List<RunSpec> specs;

  /** The seed that is run as the first one (0), as the second, and so on. */
  private final LongUnaryOperator seedAt;

  private final long seeds;
  private int threads = Runtime.getRuntime().availableProcessors();
  private boolean twice;
  private BooleanSupplier timeIsUp = () -> false;
  private Consumer<RunResult> listener = result -> {};

  /**
   * @param specs each seed is run with each of them
   * @param first seed
   * @param seeds how many
   */
  public Batch(List<RunSpec> specs, long first, long seeds) {
    this(specs, index -> first + index, seeds);
  }

  /** Runs certain seeds. */
  public Batch(List<RunSpec> specs, List<Long> seeds) {
    this(specs, index -> seeds.get((int) index), seeds.size());
  }

  private Batch(List<RunSpec> specs, LongUnaryOperator seedAt, long seeds) {
    this.specs = List.copyOf(specs);
    this.seedAt = seedAt;
    this.seeds = seeds;
  }

  /** Sets how many worlds run at a time; by default, one for each core. */
  public Batch onThreads(int count) {
    threads = count;
    return this;
  }

  /** Runs every seed twice; a second run that differs from the first in any event is a failure. */
  public Batch twice() {
    twice = true;
    return this;
  }

  /** Begins no further seed once this is true. */
  public Batch until(BooleanSupplier timeIsUpNow) {
    timeIsUp = timeIsUpNow;
    return this;
  }

  /** Tells the result of each run as it ends, on the thread that ran it: on several at a time. */
  public Batch telling(Consumer<RunResult> toListener) {
    listener = toListener;
    return this;
  }

  /** Runs until all seeds are done. A seed that fails does not stop the others. */
  public BatchReport run() {
    long began = System.nanoTime();
    AtomicLong next = new AtomicLong();
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      workers.add(new Worker(next));
    }
    workers.forEach(Worker::start);
    BatchReport report = new BatchReport();
    for (Worker worker : workers) {
      worker.await();
      report.addAll(worker.report);
    }
    report.tookNanos(System.nanoTime() - began);
    return report;
  }

  private final class Worker {
    private final AtomicLong next;
    private final BatchReport report = new BatchReport();
    private final Thread thread = new Thread(null, this::work, "simulation", STACK_BYTES);

    /** What ended this thread; not a finding of a run, but a failure of the batch itself. */
    private volatile @Nullable Throwable broken;

    Worker(AtomicLong next) {
      this.next = next;
    }

    void start() {
      thread.setDaemon(true);
      thread.start();
    }

    void await() {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while seeds were running", interrupted);
      }
      if (broken != null) {
        throw new IllegalStateException("a thread of the batch ended early", broken);
      }
    }

    private void work() {
      try {
        long index = next.getAndIncrement();
        while (index < seeds && !timeIsUp.getAsBoolean()) {
          for (RunSpec spec : specs) {
            runOne(seedAt.applyAsLong(index), spec);
          }
          index = next.getAndIncrement();
        }
        report.usedCpuNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
      } catch (Throwable thrown) {
        broken = thrown;
      }
    }

    private void runOne(long seed, RunSpec spec) {
      RunResult result = RunResult.of(seed, spec);
      report.add(result);
      listener.accept(result);
      if (twice) {
        RunResult again = RunResult.of(seed, spec);
        if (again.hash() != result.hash()) {
          report.fail(
              seed,
              spec,
              new Finding(
                  "determinism",
                  "two runs of one seed: %x and %x".formatted(result.hash(), again.hash())));
        }
      }
    }
  }
}
