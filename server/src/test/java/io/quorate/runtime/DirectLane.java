package io.quorate.runtime;

/** A lane that runs at once what it is given, for one thread; a test keeps what is for later. */
public record DirectLane(Later later) implements Lane {
  /** What becomes of tasks for later. */
  public interface Later {
    Timer schedule(long delayNanos, Runnable task);
  }

  @Override
  public void execute(Runnable task) {
    task.run();
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    return later.schedule(delayNanos, task);
  }

  @Override
  public boolean isCurrent() {
    return true;
  }
}
