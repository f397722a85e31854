package io.quorate.runtime.real;

import io.quorate.runtime.Threads;

/** The machine's threads. */
public final class MachineThreads implements Threads {
  @Override
  public Thread unstarted(String name, Runnable task) {
    return new Thread(task, name);
  }
}
