package io.quorate.raft;

import java.util.SplittableRandom;

/**
 * What one run is like. Each run draws its own rates ("swarm testing"): bugs hide where everything
 * happens at once as well as where one thing happens all the time. Rates are per 10,000 units of
 * time; a tick is {@link RaftSimulation#TICK} units. A bad moment for a leader to crash is just
 * after it wrote, before it sent, or just after it committed; for a voter, just after it voted.
 */
record SimSetting(
    int chaosUnits,
    int voters,
    int spares,
    RaftConfig config,
    int lossRate,
    int doubleRate,
    int delayMax,
    int lateRate,
    int diskDelayMax,
    int crashRate,
    int leaderCrashRate,
    int badMomentRate,
    int voteCrashRate,
    int downMax,
    int cutRate,
    int cutMax,
    int proposeRate,
    int readRate,
    int membershipRate,
    int transferRate,
    int compactRate,
    int clockRate) {

  static SimSetting draw(SplittableRandom random) {
    return switch (random.nextInt(16)) {
      case 0, 1 -> leaderStorm(random);
      case 2 -> voteStorm(random);
      default -> swarm(random);
    };
  }

  /**
   * Many candidates in one term, since there is no pre-vote and messages are late; voters die right
   * after their vote and are soon back. A voter that had forgotten its vote would vote again.
   */
  private static SimSetting voteStorm(SplittableRandom random) {
    RaftConfig config =
        new RaftConfig(
            3,
            1,
            random.nextBoolean(),
            1 << 20,
            200,
            8,
            1 << 20,
            1 << 20,
            64,
            1 << 20,
            1_000,
            1_000,
            1_000);
    return new SimSetting(
        6_000,
        pick(random, 3, 3, 3, 5),
        0,
        config,
        pick(random, 0, 500),
        0,
        pick(random, 12, 24, 36),
        pick(random, 0, 500),
        0,
        0,
        0,
        0,
        pick(random, 3_000, 8_000),
        pick(random, 1, 3, 6),
        0,
        30,
        30,
        0,
        0,
        0,
        0,
        0);
  }

  /** Leaders die young and appends carry one entry: the weather of figure 3.7. */
  private static SimSetting leaderStorm(SplittableRandom random) {
    RaftConfig config =
        new RaftConfig(
            10, 2, true, 1 << 20, 1, 1, 1 << 20, 1 << 20, 64, 1 << 20, 1_000, 1_000, 1_000);
    return new SimSetting(
        6_000,
        pick(random, 3, 3, 5),
        0,
        config,
        0,
        0,
        4,
        0,
        2,
        0,
        50,
        4_000,
        0,
        60,
        0,
        30,
        400,
        100,
        0,
        0,
        0,
        0);
  }

  private static SimSetting swarm(SplittableRandom random) {
    int[] sizes = {1, 2, 3, 3, 3, 3, 4, 5, 5};
    RaftConfig config =
        new RaftConfig(
            10,
            2,
            random.nextInt(10) > 0,
            1 << 20,
            pick(random, 1, 40, 200, 1 << 20),
            pick(random, 1, 2, 8, 64),
            1 << 20,
            pick(random, 1, 100, 1 << 20),
            pick(random, 24, 64, 1 << 16),
            1 << 20,
            1_000,
            pick(random, 0, 0, 5, 1_000),
            pick(random, 5, 1_000));
    return new SimSetting(
        1_600,
        sizes[random.nextInt(sizes.length)],
        random.nextInt(4),
        config,
        pick(random, 0, 0, 300, 1_500),
        pick(random, 0, 0, 300, 1_500),
        pick(random, 2, 4, 12),
        pick(random, 0, 0, 100, 500),
        pick(random, 0, 1, 6, 20),
        pick(random, 0, 10, 40),
        pick(random, 0, 0, 60, 200),
        pick(random, 0, 0, 200),
        pick(random, 0, 0, 1_000),
        pick(random, 20, 100, 300),
        pick(random, 0, 20, 60, 150),
        pick(random, 30, 150, 400),
        pick(random, 200, 1_000, 4_000),
        pick(random, 0, 200, 1_500),
        pick(random, 0, 0, 30, 150, 1_000),
        pick(random, 0, 0, 20, 80),
        pick(random, 0, 50, 300),
        pick(random, 0, 0, 300));
  }

  private static int pick(SplittableRandom random, int... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
