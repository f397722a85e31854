package io.quorate.sim.kernel;

import io.quorate.runtime.Lane;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The lane of one node in one of its lives. Works in turns: what was queued when a turn began is
 * worked off, what that queues is for the next turn, and every turn takes a little time. Once
 * killed, nothing that was queued or scheduled on it ever runs, as if the process were gone; while
 * paused, everything waits, timers included, and time goes on (SIGSTOP).
 */
public final class SimLane implements Lane {
  /** Time that one turn takes, at most; evenly drawn from 1 microsecond on. */
  private static final long TURN_NANOS_MAX = 20_000;

  /** How late a timer may be; evenly drawn. */
  private static final long TIMER_LATE_NANOS_MAX = 200_000;

  private final SimWorld world;
  private final String name;
  private final SimRandom random;
  private final Deque<Runnable> queue = new ArrayDeque<>();
  private long busyUntilNanos;
  private boolean turnDue;
  private boolean paused;
  private boolean dead;

  public SimLane(SimWorld world, String name, SimRandom random) {
    this.world = world;
    this.name = name;
    this.random = random;
  }

  @Override
  public void execute(Runnable task) {
    if (!dead) {
      queue.add(task);
      scheduleTurn();
    }
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    var timer = new SimTimer(task);
    long late = random.between(0, TIMER_LATE_NANOS_MAX);
    world.schedule(Math.max(0, delayNanos) + late, name, () -> execute(timer));
    return timer;
  }

  @Override
  public boolean isCurrent() {
    return world.current() == this;
  }

  /** The process is gone. */
  public void kill() {
    dead = true;
    queue.clear();
  }

  public boolean isDead() {
    return dead;
  }

  public void pause() {
    paused = true;
  }

  public void resume() {
    paused = false;
    scheduleTurn();
  }

  /** Tasks that wait for a turn. */
  public int queued() {
    return queue.size();
  }

  public boolean isPaused() {
    return paused;
  }

  private void scheduleTurn() {
    if (!turnDue && !paused && !dead && !queue.isEmpty()) {
      turnDue = true;
      world.schedule(busyUntilNanos - world.nowNanos(), name, this::turn);
    }
  }

  private void turn() {
    turnDue = false;
    if (paused || dead) {
      return;
    }
    world.enter(this);
    try {
      for (int left = queue.size(); left > 0 && !dead && !paused; left--) {
        queue.removeFirst().run();
      }
    } catch (RuntimeException | AssertionError broken) {
      throw new SimFailure(name + " at " + world.nowNanos() + " ns: " + broken, broken);
    } finally {
      world.leave();
    }
    busyUntilNanos = world.nowNanos() + random.between(1_000, TURN_NANOS_MAX);
    scheduleTurn();
  }

  private static final class SimTimer implements Timer, Runnable {
    private final Runnable task;
    private boolean cancelled;

    SimTimer(Runnable task) {
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void run() {
      if (!cancelled) {
        task.run();
      }
    }
  }
}
