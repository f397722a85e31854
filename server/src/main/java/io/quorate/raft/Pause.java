package io.quorate.raft;

/**
 * Whether this node stood still a moment ago. No tick passed meanwhile, so an answer of before
 * looks new, and so does one that waited to be read: its sender may have died long since. Both are
 * old once as many ticks have passed as an answer counts for.
 */
final class Pause {
  private final int answerTicks;
  private int ticksLeft;

  Pause(int answerTicks) {
    this.answerTicks = answerTicks;
  }

  /** This node goes on. The tick in which it noticed that it stood still comes next. */
  void ended() {
    ticksLeft = answerTicks + 2;
  }

  void tick() {
    ticksLeft = Math.max(0, ticksLeft - 1);
  }

  boolean isRecent() {
    return ticksLeft > 0;
  }
}
