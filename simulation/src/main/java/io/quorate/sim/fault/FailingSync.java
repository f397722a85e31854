package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * A sync fails. Only a restart helps a disk that may have lost what it was given.
 *
 * @param everyMillis between two failures, on average
 */
record FailingSync(int everyMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new FailingSync(random.pick(List.of(300, 1_000)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(
        everyMillis,
        () -> {
          reach.struck();
          reach.cluster().windows().enter("sync failed");
          SimNode node = reach.anyNode();
          node.disk().failNextSync();
          reach.later(reach.aboutMillis(300), () -> Crash.strike(reach, node, 0));
        });
  }
}
