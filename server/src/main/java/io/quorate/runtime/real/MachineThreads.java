package io.quorate.runtime.real;

import io.quorate.runtime.Threads;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The machine's threads. */
public final class MachineThreads implements Threads {
  private final @Nullable Consumer<Throwable> onBroken;

  /** Threads of a program that is no node: what their tasks throw ends them, and is printed. */
  public MachineThreads() {
    onBroken = null;
  }

  /**
   * Threads of a node.
   *
   * @param onBroken told, on the thread that dies of it, what a task threw: what the thread owned
   *     is half done, and something waits for it for ever
   */
  public MachineThreads(Consumer<Throwable> onBroken) {
    this.onBroken = onBroken;
  }

  @Override
  public Thread unstarted(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    Consumer<Throwable> told = onBroken;
    if (told != null) {
      thread.setUncaughtExceptionHandler((dying, thrown) -> told.accept(thrown));
    }
    return thread;
  }
}
