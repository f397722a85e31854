package io.quorate.sim.fault;

import io.quorate.model.Releases;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.time.Duration;
import java.util.List;

/**
 * Nodes are stopped, or die, and start again with the later release; some go back to the one
 * before, and an operator asks for the upgrade to be finalized, sometimes too early.
 *
 * @param everyMillis between two such starts, on average
 * @param downMillis until the node starts again, on average
 * @param back how often a node that runs the later release goes back
 * @param early how often it is finalized before all nodes run the later release
 */
record Upgrade(int everyMillis, int downMillis, double back, double early) implements Fault {
  private static final Duration STOPS_WITHIN = Duration.ofMillis(50);

  static Fault draw(SimRandom random) {
    return new Upgrade(
        random.pick(List.of(200, 500)),
        random.pick(List.of(1, 100)),
        random.pick(List.of(0.05, 0.3)),
        random.pick(List.of(0.05, 0.3)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(everyMillis, () -> strike(reach));
  }

  private void strike(Reach reach) {
    List<SimNode> nodes = reach.cluster().present();
    if (!nodes.stream().allMatch(SimNode::hasJoined)) {
      return; // it is formed, or joined, with the release that there was
    }
    List<SimNode> left =
        nodes.stream().filter(each -> !each.release().equals(Releases.THIS)).toList();
    if (reach.random().chance(left.isEmpty() ? 0.8 : early)) {
      reach.cluster().operator().raiseClusterVersion();
      if (left.isEmpty() && reach.random().chance(0.5)) {
        // The others may hear of its start before the version is raised, or after.
        restart(reach, reach.random().pick(nodes), reach.random().between(1, 30_000_000));
      }
    } else if (reach.random().chance(back)) {
      restart(reach, reach.random().pick(nodes), reach.aboutMillis(downMillis));
    } else if (!left.isEmpty()) {
      restart(reach, reach.random().pick(left), reach.aboutMillis(downMillis));
    }
  }

  /** A node comes back with the other release. */
  private static void restart(Reach reach, SimNode node, long downNanos) {
    reach.struck();
    boolean goesBack = node.release().equals(Releases.THIS);
    reach.enter("upgrade", goesBack ? Step.WENT_BACK : Step.NODE_UPGRADED);
    node.install(goesBack ? Releases.BEFORE : Releases.THIS);
    long stopNanos = 0;
    if (reach.random().chance(0.5)) {
      node.crash();
    } else {
      node.shutDown(STOPS_WITHIN);
      stopNanos = STOPS_WITHIN.toNanos();
    }
    reach.later(
        stopNanos + downNanos,
        () -> {
          if (!node.isUp()) {
            node.start();
          }
        });
  }

  private enum Step {
    NODE_UPGRADED,
    WENT_BACK
  }
}
