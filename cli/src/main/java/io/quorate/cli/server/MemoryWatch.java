package io.quorate.cli.server;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Notices a heap that is full without ever overflowing: each collection finds a little room, and
 * nearly all time goes into collections. The JVM ends with the first allocation that fails, but
 * this may be minutes away, and meanwhile the node answers no request.
 */
final class MemoryWatch {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** Looks in a row with next to no time for anything but collections. */
  static final int LOOKS_MAX = 10;

  private static final double COLLECTING_SHARE_MAX = 0.9;
  private static final double FULL_SHARE = 0.9;

  private int inARow;

  private MemoryWatch() {}

  static MemoryWatch create() {
    return new MemoryWatch();
  }

  /** Starts a thread that looks every second for as long as the process runs. */
  static void start(Consumer<String> onFull) {
    Thread thread = new Thread(() -> watch(onFull), "memory-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private static void watch(Consumer<String> onFull) {
    MemoryWatch watch = create();
    Runtime runtime = Runtime.getRuntime();
    long before = System.nanoTime();
    long collectingBefore = collectingMillis();
    try {
      while (true) {
        Thread.sleep(LOOK_EVERY);
        long now = System.nanoTime();
        long collecting = collectingMillis();
        double share = (collecting - collectingBefore) * 1e6 / (now - before);
        double used = (runtime.totalMemory() - runtime.freeMemory()) / (double) runtime.maxMemory();
        if (watch.isFull(share, used)) {
          onFull.accept(
              "the heap of %d MiB is full, and %d s went into collecting garbage"
                  .formatted(runtime.maxMemory() >> 20, LOOKS_MAX));
        }
        before = now;
        collectingBefore = collecting;
      }
    } catch (InterruptedException processEnds) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Takes in one look.
   *
   * @param collectingShare of the time since the look before
   * @param usedShare of the heap
   */
  boolean isFull(double collectingShare, double usedShare) {
    inARow = collectingShare > COLLECTING_SHARE_MAX && usedShare > FULL_SHARE ? inARow + 1 : 0;
    return inARow >= LOOKS_MAX;
  }

  private static long collectingMillis() {
    long millis = 0;
    for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
      millis += each.getCollectionTime();
    }
    return millis;
  }
}
