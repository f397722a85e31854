package io.quorate.replication.background;

import io.quorate.runtime.Lane;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Does a piece of background work again and again, until it is stopped. The work says each time how
 * long it may rest: longer while there is nothing to do. Lives on one lane.
 */
public final class Recurring {
  private final Lane lane;
  private final LongSupplier work;
  private Lane.@Nullable Timer timer;
  private boolean stopped;

  /**
   * Does nothing before {@link #start}.
   *
   * @param work returns the time until it is done again, ns
   */
  public Recurring(Lane lane, LongSupplier work) {
    this.lane = lane;
    this.work = work;
  }

  /** Does it for the first time, at once. */
  public void start() {
    run();
  }

  /** It is not done again, not even if this is called while it is done. */
  public void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void run() {
    if (!stopped) {
      timer = lane.schedule(work.getAsLong(), this::run);
    }
  }
}
