package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * A node starts with an empty disk under its address: a volume that was not mounted, a device that
 * was replaced. It has forgotten votes and writes that others count on, so it must send nothing to
 * other nodes until its own disk is back, or an operator has it readmitted: then it is filled from
 * the others, and counts as a replica only once it is full. Never more than a minority at a time,
 * of the metadata group's voters too, and not before all have joined: else no other node may hold
 * what it held.
 *
 * @param everyMillis between two such starts, on average
 * @param lastMillis until the old disk is back, or the operator comes, on average
 * @param forGood how often the old disk may be lost for good
 */
record EmptyDisk(int everyMillis, int lastMillis, double forGood) implements Fault {
  static Fault draw(SimRandom random) {
    return new EmptyDisk(
        random.pick(List.of(300, 1_000)),
        random.pick(List.of(200, 1_000)),
        random.pick(List.of(0.3, 0.9)));
  }

  @Override
  public boolean losesDisks() {
    return true;
  }

  @Override
  public void begin(Reach reach) {
    reach.every(everyMillis, () -> strike(reach));
  }

  private void strike(Reach reach) {
    List<SimNode> nodes = reach.cluster().present();
    SimNode node = reach.anyNode();
    boolean formed = nodes.stream().allMatch(each -> each.hasLostDisk() || each.hasJoined());
    long incomplete = nodes.stream().filter(each -> reach.cluster().mayLack(each)).count();
    if (!formed || node.hasLostDisk() || incomplete + 1 > (nodes.size() - 1) / 2) {
      return;
    }
    reach.struck();
    // Two of three replicas lost for good are no minority, however many nodes there are.
    boolean mayBeLost =
        incomplete == 0 && reach.random().chance(forGood) && reach.keepsVotersWithout(node);
    node.loseDisk(mayBeLost);
    reach.later(reach.random().between(1, 50_000_000), () -> startAgain(node));
    boolean comesBack = !mayBeLost || reach.random().chance(0.2);
    reach.later(
        reach.aboutMillis(lastMillis),
        () -> {
          if (mayBeLost) {
            reach.cluster().operator().readmit(node);
          }
          if (comesBack) {
            reach.later(mayBeLost ? reach.aboutMillis(100) : 0, () -> comeBack(node));
          }
        });
  }

  private static void comeBack(SimNode node) {
    node.findDisk();
    startAgain(node);
  }

  private static void startAgain(SimNode node) {
    if (!node.isUp()) {
      node.start();
    }
  }
}
