package io.quorate.group;

import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.runtime.Clock;
import java.util.function.BooleanSupplier;

/**
 * Counts the time of a Raft, which sees no clock. Ticks that were missed are not made up for, or a
 * leader that was paused would give up before it hears any other node; Raft is told instead.
 */
public final class RaftTicks {
  private final Raft raft;
  private final BooleanSupplier admits;
  private final Clock clock;
  private final long lateNanos;
  private long tickedNanos;

  /**
   * @param admits whether a tick may be taken in
   */
  public RaftTicks(
      Raft raft, BooleanSupplier admits, Clock clock, RaftConfig config, long tickNanos) {
    this.raft = raft;
    this.admits = admits;
    this.clock = clock;
    this.lateNanos = config.answerTicks() * tickNanos;
    this.tickedNanos = clock.nanos();
  }

  /**
   * Is called once a tick; later, after a pause. While the disk is busy, Raft does not tick.
   *
   * @param electionTicks the election time from now on
   */
  public void tick(int electionTicks) {
    long now = clock.nanos();
    if (now - tickedNanos > lateNanos) {
      raft.stoodStill();
    }
    if (admits.getAsBoolean()) {
      tickedNanos = now;
      raft.setElectionTicks(electionTicks);
      raft.tick();
    }
  }
}
