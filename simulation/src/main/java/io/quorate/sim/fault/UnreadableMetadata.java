package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.storage.memory.MemoryDisk;
import java.util.List;

/**
 * A node restarts, and what it must not forget cannot be read from its disk for a while: it must
 * not start, for it would vote and serve without it.
 *
 * @param everyMillis between two such restarts, on average
 */
record UnreadableMetadata(int everyMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new UnreadableMetadata(random.pick(List.of(700, 1_500)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(everyMillis, () -> strike(reach, reach.anyNode()));
  }

  private static void strike(Reach reach, SimNode node) {
    if (!node.hasJoined()) {
      return;
    }
    reach.struck();
    MemoryDisk disk = node.disk();
    disk.makeRaftUnreadable();
    Crash.strike(reach, node, 0);
    reach.later(
        reach.random().between(1, 2_000_000_000),
        () -> {
          disk.mend();
          if (!node.isUp()) {
            node.start();
          }
        });
  }
}
