package io.quorate.sim.fault;

import io.quorate.sim.cluster.Moments;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * A node is struck in the middle of something: shortly after a client's call arrived at it.
 *
 * @param chance how often that follows
 * @param withinNanos how much later at most
 */
record Ambush(double chance, long withinNanos) implements Fault {
  static Fault draw(SimRandom random) {
    return new Ambush(
        random.pick(List.of(0.02, 0.1)), random.pick(List.of(300_000L, 4_000_000L, 40_000_000L)));
  }

  @Override
  public void begin(Reach reach) {
    reach
        .cluster()
        .watch(
            new Moments() {
              @Override
              public void called(SimNode node) {
                lieInWait(reach, node);
              }
            });
  }

  private void lieInWait(Reach reach, SimNode node) {
    SimRandom random = reach.random();
    if (!reach.isOver() && random.chance(chance)) {
      int how = random.nextInt(4);
      reach.later(random.between(0, withinNanos), () -> strike(reach, node, how));
    }
  }

  private static void strike(Reach reach, SimNode node, int how) {
    reach.struck();
    switch (how) {
      case 0 -> Pause.strike(reach, node, 300);
      case 1 -> node.skew(reach.random().between(-3_000, 3_000));
      default -> Crash.strike(reach, node, 0.2);
    }
  }
}
