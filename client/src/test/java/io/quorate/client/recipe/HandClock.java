package io.quorate.client.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A clock that a test moves, in steps of 10 ms. After each step it waits until each thread that had
 * slept long enough sleeps again, and before each until those that it has started sleep or have
 * ended, so that time does not run away from threads of a busy machine.
 */
final class HandClock implements RecipeClock {
  private static final Duration STEP = Duration.ofMillis(10);

  /** How long a thread may take that has ended, or waits for something else. */
  private static final long SETTLE_MILLIS = 40;

  /** How long a thread may be at work; on a busy machine it may be late to begin. */
  private static final long WORK_SECONDS = 2;

  /** How long a test waits, by this clock, for what does not happen; and by the real one. */
  private static final long GIVE_UP_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final long REAL_GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(3);

  private long nanos = TimeUnit.DAYS.toNanos(1);
  private final List<Sleeper> asleep = new ArrayList<>();
  private final List<Runnable> onStep = new ArrayList<>();

  /** Threads that this clock has started, but for those that sleep by it or have ended. */
  private final Set<Thread> atWork = new HashSet<>();

  private record Sleeper(CompletableFuture<?> signal, long untilNanos) {}

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  /** Starts a thread. No step is made while it is at work: it takes no time by this clock. */
  void start(Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } finally {
                ended();
              }
            });
    synchronized (this) {
      atWork.add(thread);
    }
    thread.start();
  }

  private synchronized void ended() {
    atWork.remove(Thread.currentThread());
    notifyAll();
  }

  /** Has something happen at each step, on the thread of the test. */
  synchronized void onStep(Runnable task) {
    onStep.add(task);
  }

  @Override
  public void await(CompletableFuture<?> signal, long atMost) throws InterruptedException {
    var unused =
        signal.whenComplete(
            (result, failure) -> {
              synchronized (this) {
                notifyAll();
              }
            });
    synchronized (this) {
      Sleeper sleeper = new Sleeper(signal, nanos + atMost);
      asleep.add(sleeper);
      boolean wasAtWork = atWork.remove(Thread.currentThread());
      notifyAll();
      try {
        while (!isDue(sleeper)) {
          wait();
        }
      } finally {
        asleep.remove(sleeper);
        if (wasAtWork) {
          atWork.add(Thread.currentThread());
        }
        notifyAll();
      }
    }
  }

  private boolean isDue(Sleeper sleeper) {
    return sleeper.signal().isDone() || sleeper.untilNanos() <= nanos;
  }

  /** Whether any thread sleeps by this clock. */
  synchronized boolean hasSleepers() {
    return !asleep.isEmpty();
  }

  /** Moves the clock at once, as it looks to a process that was paused. */
  synchronized void jump(Duration time) {
    nanos += time.toNanos();
  }

  void pass(Duration time) {
    long until = nanos() + time.toNanos();
    while (nanos() < until) {
      step();
    }
  }

  /** Lets time pass until something has happened. */
  void passUntil(BooleanSupplier happened) {
    long giveUp = nanos() + GIVE_UP_NANOS;
    long realGiveUp = System.nanoTime() + REAL_GIVE_UP_NANOS;
    while (!happened.getAsBoolean()) {
      if (nanos() - giveUp > 0 && System.nanoTime() - realGiveUp > 0) {
        throw new AssertionError("it does not happen");
      }
      letOneSleep();
      step();
    }
  }

  /** Threads that are on their way need no time by this clock. */
  private synchronized void letOneSleep() {
    if (asleep.isEmpty()) {
      try {
        TimeUnit.MILLISECONDS.timedWait(this, 2);
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** Bounded, for one may wait for something else. */
  private synchronized void awaitThoseAtWork() {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(WORK_SECONDS);
    try {
      while (!atWork.isEmpty() && System.nanoTime() - giveUp < 0) {
        TimeUnit.MILLISECONDS.timedWait(this, SETTLE_MILLIS);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  private void step() {
    awaitThoseAtWork();
    int before;
    List<Runnable> tasks;
    synchronized (this) {
      before = asleep.size();
      nanos += STEP.toNanos();
      notifyAll();
      tasks = List.copyOf(onStep);
    }
    tasks.forEach(Runnable::run);
    long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS);
    synchronized (this) {
      try {
        while (asleep.stream().anyMatch(this::isDue)) {
          wait();
        }
        while (asleep.size() < before && System.nanoTime() - giveUp < 0) {
          TimeUnit.MILLISECONDS.timedWait(this, 1);
        }
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      }
    }
  }
}
