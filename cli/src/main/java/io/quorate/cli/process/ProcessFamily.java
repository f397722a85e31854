package io.quorate.cli.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process with those that it has started. */
public final class ProcessFamily {
  private static final long LOOK_MILLIS = 20;

  /** How long SIGKILL may take, which no process can put off. */
  private static final long KILLED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private ProcessFamily() {}

  /**
   * Asks all of them to end, and has them end when their time is over.
   *
   * @param grace between SIGTERM and SIGKILL
   */
  public static void stop(Process running, Duration grace) {
    long killNanos = System.nanoTime() + grace.toNanos();
    Set<ProcessHandle> all = new LinkedHashSet<>(startedBy(Set.of(running.toHandle())));
    all.add(running.toHandle());
    all.forEach(ProcessHandle::destroy);
    while (anyAlive(all) && System.nanoTime() - killNanos < 0) {
      pause();
      all.addAll(startedBy(all)); // meanwhile; by any of them, since those that end disown theirs
    }
    all.forEach(ProcessHandle::destroyForcibly);
    long lookedNanos = System.nanoTime();
    while (anyAlive(all) && System.nanoTime() - lookedNanos < KILLED_NANOS) {
      pause(); // one that is dead may be listed until its parent asks for it
    }
  }

  private static List<ProcessHandle> startedBy(Set<ProcessHandle> some) {
    List<ProcessHandle> started = new ArrayList<>();
    for (ProcessHandle each : some) {
      try (Stream<ProcessHandle> its = each.descendants()) {
        its.forEach(started::add);
      }
    }
    return started;
  }

  private static boolean anyAlive(Set<ProcessHandle> all) {
    return all.stream().anyMatch(ProcessHandle::isAlive);
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
