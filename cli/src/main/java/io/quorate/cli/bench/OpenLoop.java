package io.quorate.cli.bench;

import io.quorate.cli.bench.checked.Operations;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.cli.command.FailureKind;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Open-loop load: operations begin by a schedule, whether or not the ones before have ended, as
 * they do when many people ask who know nothing of each other. Latency counts from the moment at
 * which an operation should have begun, so that what a slow answer keeps waiting is not left out.
 *
 * <p>What this loop itself is too late to ask, as it got no processor for so long, is left out and
 * counted: asked late, it would look as if the cluster had been slow.
 */
final class OpenLoop {
  private static final long NAP_NANOS = 500_000;
  private static final long LAG_NANOS_MAX = 100_000_000;

  private final BenchSetup setup;
  private final Workload workload;
  private final KeyChooser keys;
  private final double perSecond;
  private final Flow flow;
  private final AtomicLong underWay = new AtomicLong();
  private final SplittableRandom random = new SplittableRandom(System.nanoTime());
  private final long startNanos;

  /**
   * @param deadlineNanos an answer that comes later is not counted as good
   */
  OpenLoop(
      BenchSetup setup,
      Workload workload,
      KeyChooser keys,
      double perSecond,
      int seconds,
      long deadlineNanos) {
    this.setup = setup;
    this.workload = workload;
    this.keys = keys;
    this.perSecond = perSecond;
    this.startNanos = System.nanoTime();
    this.flow = new Flow(seconds, setup.tenants().count(), startNanos, deadlineNanos);
  }

  /** What becomes of what it asks. */
  Flow flow() {
    return flow;
  }

  /** Asks by the schedule until its end; {@code eachSecond} is run in between. */
  Flow run(Runnable eachSecond) {
    long end = startNanos + TimeUnit.SECONDS.toNanos(flow.seconds());
    long nextSecond = startNanos;
    long asked = 0;
    for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
      long due = dueBy(now);
      long lost = dueBy(now - LAG_NANOS_MAX) - asked;
      if (lost > 0) {
        flow.leftOut(lost);
        asked += lost;
      }
      while (asked < due) {
        new Arrival(startNanos + (long) ((double) asked++ / perSecond * 1e9)).begin();
      }
      if (now >= nextSecond) {
        if (nextSecond > startNanos) {
          flow.endSecond();
        }
        nextSecond += TimeUnit.SECONDS.toNanos(1);
        eachSecond.run();
      }
      LockSupport.parkNanos(NAP_NANOS);
    }
    flow.endSecond();
    return flow;
  }

  private long dueBy(long nanos) {
    return (long) ((double) (nanos - startNanos) / 1e9 * perSecond);
  }

  /** Waits until all that was asked has ended; whether that was in time. */
  boolean awaitEnd(long seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (underWay.get() > 0 && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return underWay.get() == 0;
  }

  /** One operation. */
  private final class Arrival implements Operations.Done {
    private final long intendedNanos;
    private final int key = setup.tenants().deal(keys.next(random), setup.keys(), random);
    private final int tenant = setup.tenants().of(key);

    Arrival(long intendedNanos) {
      this.intendedNanos = intendedNanos;
    }

    void begin() {
      flow.offered(tenant, intendedNanos);
      underWay.incrementAndGet();
      if (workload.reads(random.nextInt(1000))) {
        setup.operations().read(key, random, this);
      } else {
        setup.operations().write(key, random, this);
      }
    }

    @Override
    public void answered(Verdict verdict, Object what) {
      setup.tally().verdict(verdict, what);
      setup.tally().success();
      flow.succeeded(tenant, intendedNanos, System.nanoTime());
      underWay.decrementAndGet();
    }

    @Override
    public void missing(Verdict verdict, Object what) {
      answered(verdict, what);
    }

    @Override
    public void failed(@Nullable Throwable failure) {
      setup
          .tally()
          .failure(
              FailureKind.of(failure),
              failure == null ? "" : failure.getMessage(),
              System.nanoTime());
      underWay.decrementAndGet();
    }
  }
}
