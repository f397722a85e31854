package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Processes die and start again on the disk they had. Of what was not synced chance keeps a part,
 * as a disk does.
 *
 * @param everyMillis between two crashes of any node, on average
 * @param clockSetBack how often a node's clock is set back meanwhile, to before it died
 */
record Crash(int everyMillis, double clockSetBack) implements Fault {
  private static final long MILLIS = 1_000_000;

  static Fault draw(SimRandom random) {
    return new Crash(random.pick(List.of(300, 1_000)), random.pick(List.of(0.0, 0.3)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(
        everyMillis,
        () -> {
          reach.struck();
          strike(reach, reach.anyNode(), clockSetBack);
        });
  }

  /** A node dies now and comes back later, unless it is started before. */
  static void strike(Reach reach, SimNode node, double clockSetBack) {
    node.crash();
    SimRandom random = reach.random();
    reach.later(
        random.between(1, 1_500) * MILLIS,
        () -> {
          if (!node.isUp()) {
            if (random.chance(clockSetBack)) {
              reach.cluster().windows().enter("restart with the clock set back");
              node.skew(-random.between(0, 3_000));
            }
            node.start();
          }
        });
  }
}
