package io.quorate.storage.memory;

import io.quorate.runtime.Lane;
import java.util.PriorityQueue;

/**
 * A lane in virtual time: its tasks run when a test says so, in order of time, then of queueing.
 */
final class VirtualLane implements Lane {
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long nanos;
  private long queued;
  private boolean running;

  @Override
  public void execute(Runnable task) {
    Timer unused = schedule(0, task);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    Task scheduled = new Task(nanos + delayNanos, queued++, task);
    tasks.add(scheduled);
    return () -> tasks.remove(scheduled);
  }

  @Override
  public boolean isCurrent() {
    return running;
  }

  /** Runs the next task; false if there is none. */
  boolean runOne() {
    Task next = tasks.poll();
    if (next == null) {
      return false;
    }
    nanos = next.atNanos();
    running = true;
    next.work().run();
    running = false;
    return true;
  }

  long nanos() {
    return nanos;
  }

  private record Task(long atNanos, long number, Runnable work) implements Comparable<Task> {
    @Override
    public int compareTo(Task that) {
      int byTime = Long.compare(atNanos, that.atNanos);
      return byTime != 0 ? byTime : Long.compare(number, that.number);
    }
  }
}
