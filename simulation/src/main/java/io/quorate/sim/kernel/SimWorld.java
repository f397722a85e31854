package io.quorate.sim.kernel;

import io.quorate.sim.kernel.SimJournal.Topic;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time and the events in it: one thread, one queue ordered by time and then by the order in
 * which the events were made, all chance from one seed. The same seed is the same world, event for
 * event.
 */
public final class SimWorld {
  private final long seed;
  private final SimRandom random;
  private final SimJournal journal;
  private final PriorityQueue<SimEvent> queue = new PriorityQueue<>();
  private long nowNanos;
  private long sequence;
  private long events;

  /** Looks at what there is after each event. */
  private Runnable witness = () -> {};

  /** The lane that runs a turn now, if any. */
  private @Nullable SimLane current;

  /** The lane that had a turn in the latest event; null if none had. */
  private @Nullable SimLane turned;

  private SimWorld(long seed, boolean readable) {
    this.seed = seed;
    this.random = new SimRandom(seed);
    this.journal = new SimJournal(readable);
  }

  public static SimWorld of(long seed) {
    return new SimWorld(seed, false);
  }

  /** Like {@link #of}, but the journal can be read afterwards. */
  public static SimWorld readable(long seed) {
    return new SimWorld(seed, true);
  }

  public long seed() {
    return seed;
  }

  /** The generator of one component, by its name. */
  public SimRandom random(String name) {
    return random.split(name);
  }

  public SimJournal journal() {
    return journal;
  }

  /** Time since the world began. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Events that have happened. Orders what happened at one time. */
  public long events() {
    return events;
  }

  /** Schedules an event; events at one time happen in the order of these calls. */
  public SimEvent schedule(long delayNanos, String what, Runnable action) {
    SimEvent event = new SimEvent(nowNanos + Math.max(0, delayNanos), sequence++, what, action);
    queue.add(event);
    return event;
  }

  /** Adds a check that runs after each event and changes nothing. */
  public void afterEachEvent(Runnable looks) {
    witness = looks;
  }

  /** Events that are to happen, cancelled ones among them. */
  public int pending() {
    return queue.size();
  }

  /** A line for people about the world itself; no part of the hash. */
  public void note(String who, Supplier<String> what) {
    note(Topic.WORLD, who, what);
  }

  /** A line for people; no part of the hash. */
  public void note(Topic topic, String who, Supplier<String> what) {
    journal.line(nowNanos, topic, who, what);
  }

  /** Adds to the hash a number that must be the same in every run of this seed. */
  public void witness(long number) {
    journal.mix(number);
  }

  /** Bytes that must be the same in every run of this seed. */
  public void witness(byte[] bytes) {
    journal.mix(bytes);
  }

  /** Runs the next event. False if there is none. */
  public boolean step() {
    SimEvent next = queue.poll();
    while (next != null && next.isCancelled()) {
      next = queue.poll();
    }
    if (next == null) {
      return false;
    }
    nowNanos = next.atNanos();
    events++;
    journal.mix(nowNanos);
    journal.mix(next.what().hashCode());
    turned = null;
    next.run();
    witness.run();
    return true;
  }

  /** Lets time pass. */
  public void runFor(Duration time) {
    long endNanos = nowNanos + time.toNanos();
    runUntil(() -> false, endNanos);
    nowNanos = endNanos;
  }

  /**
   * Runs events until a condition holds.
   *
   * @return false if it does not hold after {@code atMost}, or no event was left
   */
  public boolean runUntil(BooleanSupplier holds, Duration atMost) {
    return runUntil(holds, nowNanos + atMost.toNanos());
  }

  private boolean runUntil(BooleanSupplier holds, long endNanos) {
    while (!holds.getAsBoolean()) {
      SimEvent next = queue.peek();
      if (next == null || next.atNanos() > endNanos) {
        return false;
      }
      step();
    }
    return true;
  }

  @Nullable SimLane current() {
    return current;
  }

  /**
   * Returns the lane that had a turn in the event that happens, or just happened; null if none had.
   */
  public @Nullable SimLane turned() {
    return turned;
  }

  void enter(SimLane lane) {
    current = lane;
    turned = lane;
  }

  void leave() {
    current = null;
  }
}
