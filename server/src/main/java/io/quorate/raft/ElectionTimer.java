package io.quorate.raft;

import java.util.function.IntUnaryOperator;

/**
 * Measures how long no leader was heard. Each timeout is drawn by chance from one to two election
 * times, so that one node campaigns before the others do (3.4).
 */
final class ElectionTimer {
  private final ElectionTime time;
  private final IntUnaryOperator chance;

  /** Since the leader was heard, a vote was given, or a campaign began. */
  private int elapsedTicks;

  /** The election time when it was restarted; a change counts from the next restart. */
  private int electionTicks;

  private int timeoutTicks;

  ElectionTimer(ElectionTime time, IntUnaryOperator chance) {
    this.time = time;
    this.chance = chance;
    restart();
  }

  void restart() {
    elapsedTicks = 0;
    electionTicks = time.ticks();
    timeoutTicks = electionTicks + chance.applyAsInt(electionTicks);
  }

  void tick() {
    elapsedTicks++;
  }

  /** Whether it is time to campaign. */
  boolean isOver() {
    return elapsedTicks >= timeoutTicks;
  }

  /** Whether it was restarted less than the shortest timeout ago. */
  boolean isRecent() {
    return elapsedTicks < electionTicks;
  }
}
