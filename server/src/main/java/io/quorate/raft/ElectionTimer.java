package io.quorate.raft;

import java.util.function.IntUnaryOperator;

/**
 * Measures how long no leader was heard. Each timeout is drawn by chance from one to two election
 * times, so that one node campaigns before the others do (3.4).
 */
final class ElectionTimer {
  private final int electionTicks;
  private final IntUnaryOperator chance;

  /** Since the leader was heard, a vote was given, or a campaign began. */
  private int elapsedTicks;

  private int timeoutTicks;

  ElectionTimer(int electionTicks, IntUnaryOperator chance) {
    this.electionTicks = electionTicks;
    this.chance = chance;
    restart();
  }

  void restart() {
    elapsedTicks = 0;
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
