package io.quorate.transport.peer;

import io.quorate.runtime.Lane;
import java.util.ArrayList;
import java.util.List;

/** A lane on which timers of one delay wait until the test says that their time is over. */
final class HeldTimers implements Lane {
  private final Lane lane;
  private final long delayNanos;

  /** Accessed by the lane. */
  private final List<Runnable> held = new ArrayList<>();

  HeldTimers(Lane lane, long delayNanos) {
    this.lane = lane;
    this.delayNanos = delayNanos;
  }

  /** Runs those that wait; called on the lane. */
  void elapse() {
    List<Runnable> due = List.copyOf(held);
    held.clear();
    due.forEach(Runnable::run);
  }

  @Override
  public void execute(Runnable task) {
    lane.execute(task);
  }

  @Override
  public Timer schedule(long nanos, Runnable task) {
    if (nanos != delayNanos) {
      return lane.schedule(nanos, task);
    }
    held.add(task);
    return () -> held.remove(task);
  }

  @Override
  public boolean isCurrent() {
    return lane.isCurrent();
  }
}
