package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.storage.memory.DiskSpeed;
import java.util.List;

/**
 * Disks are slow for a while.
 *
 * @param everyMillis between two such disks, on average
 */
record SlowDisk(int everyMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new SlowDisk(random.pick(List.of(200, 500)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(
        everyMillis,
        () -> {
          reach.struck();
          SimNode node = reach.anyNode();
          DiskSpeed before = node.disk().speed();
          node.disk().speed(DiskSpeed.SLOW);
          if (!before.equals(DiskSpeed.SLOW)) {
            reach.later(reach.aboutMillis(300), () -> node.disk().speed(before));
          }
        });
  }
}
