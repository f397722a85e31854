package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Disks have no room for a while.
 *
 * @param everyMillis between two such disks, on average
 */
record FullDisk(int everyMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new FullDisk(random.pick(List.of(300, 1_000)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(
        everyMillis,
        () -> {
          reach.struck();
          reach.cluster().windows().enter("disk full");
          SimNode node = reach.anyNode();
          node.disk().full(true);
          reach.later(reach.aboutMillis(300), () -> node.disk().full(false));
        });
  }
}
