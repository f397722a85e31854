package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * A node starts with an empty disk under its address: a volume that was not mounted, a device that
 * was replaced. It has forgotten votes and writes that others count on, so its cluster must refuse
 * it, and it must say nothing to anybody, until its own disk is back. Never more than a minority at
 * a time, and not before all have joined: else nobody may be left to refuse it.
 *
 * @param everyMillis between two such starts, on average
 * @param lastMillis until the old disk is back, on average
 */
record EmptyDisk(int everyMillis, int lastMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new EmptyDisk(random.pick(List.of(700, 1_500)), random.pick(List.of(200, 1_000)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(everyMillis, () -> strike(reach));
  }

  private void strike(Reach reach) {
    List<SimNode> nodes = reach.cluster().nodes();
    long lost = nodes.stream().filter(SimNode::hasLostDisk).count();
    SimNode node = reach.anyNode();
    boolean formed = nodes.stream().allMatch(SimNode::hasJoined);
    if (!formed || node.hasLostDisk() || lost + 1 > (nodes.size() - 1) / 2) {
      return;
    }
    reach.struck();
    node.loseDisk();
    reach.later(reach.random().between(1, 50_000_000), () -> startAgain(node));
    reach.later(
        reach.aboutMillis(lastMillis),
        () -> {
          node.findDisk();
          startAgain(node);
        });
  }

  private static void startAgain(SimNode node) {
    if (!node.isUp()) {
      node.start();
    }
  }
}
