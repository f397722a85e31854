package io.quorate.client.internal.engine;

import io.quorate.client.internal.net.Loop;
import java.util.PriorityQueue;

/** A loop whose tasks run when a test says so, by a clock of its own. */
public final class ManualLoop extends Loop {
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
  public long nanos() {
    return nanos;
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    Timer unused = schedule(task, 0);
  }

  @Override
  public Timer schedule(Runnable task, long delayNanos) {
    Task scheduled = new Task(nanos + Math.max(delayNanos, 0), queued++, task);
    tasks.add(scheduled);
    return () -> tasks.remove(scheduled);
  }

  /** Tasks that are not run yet. */
  public int scheduled() {
    return tasks.size();
  }

  /** Time goes by, and what is due meanwhile is run. */
  public void pass(long forNanos) {
    long until = nanos + forNanos;
    for (Task next = tasks.peek(); next != null && next.atNanos() <= until; next = tasks.peek()) {
      tasks.remove();
      nanos = Math.max(nanos, next.atNanos());
      next.work().run();
    }
    nanos = until;
  }

  /** Time goes by, and nothing is run: the process is paused. */
  public void pause(long forNanos) {
    nanos += forNanos;
  }
}
