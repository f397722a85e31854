package io.quorate.runtime;

import java.util.PriorityQueue;

/** A lane with its clock, whose tasks run when a test says so. */
public final class ManualLane implements Lane, Clock {
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long nanos;
  private long queued;

  private record Task(long atNanos, long number, Runnable work) implements Comparable<Task> {
    @Override
    public int compareTo(Task that) {
      int byTime = Long.compare(atNanos, that.atNanos);
      return byTime != 0 ? byTime : Long.compare(number, that.number);
    }
  }

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
    return true;
  }

  /** Time goes by, and what is due meanwhile is run; returns how many tasks that was. */
  public int pass(long forNanos) {
    long until = nanos + forNanos;
    int ran = 0;
    for (Task next = tasks.peek(); next != null && next.atNanos() <= until; next = tasks.peek()) {
      tasks.remove();
      nanos = Math.max(nanos, next.atNanos());
      next.work().run();
      ran++;
    }
    nanos = until;
    return ran;
  }

  /** Time goes by, and nothing is run: the process is paused. */
  public void standStill(long forNanos) {
    nanos += forNanos;
  }

  @Override
  public long wallMillis() {
    return nanos / 1_000_000;
  }

  @Override
  public long nanos() {
    return nanos;
  }
}
