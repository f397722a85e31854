package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * All nodes of a region die at once, and start again one after the other, if they are not started
 * before.
 *
 * @param everyMillis between two such deaths, on average
 * @param lastMillis until the first of them starts again, on average
 */
record RegionDown(int everyMillis, int lastMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new RegionDown(
        random.pick(List.of(1_000, 3_000)), random.pick(List.of(500, 3_000, 20_000)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(everyMillis, () -> strike(reach));
  }

  private void strike(Reach reach) {
    String region = reach.random().pick(reach.regions().names());
    reach.struck();
    long wait = reach.aboutMillis(lastMillis);
    for (SimNode node : reach.regions().in(region)) {
      node.crash();
      reach.later(
          wait + reach.aboutMillis(50),
          () -> {
            if (!node.isUp()) {
              node.start();
            }
          });
    }
  }
}
