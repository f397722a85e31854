package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.time.Duration;
import java.util.List;

/**
 * Nodes are stopped in order and started again, as when an operator restarts one after another.
 *
 * @param everyMillis between two of them, on average
 * @param finishMillis how long what is under way may take to end
 * @param downMillis until the node starts again, on average
 */
record Shutdown(int everyMillis, int finishMillis, int downMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new Shutdown(
        random.pick(List.of(200, 1_000)),
        random.pick(List.of(0, 50, 1_000)),
        random.pick(List.of(1, 100, 1_000)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(everyMillis, () -> strike(reach, reach.anyNode()));
  }

  private void strike(Reach reach, SimNode node) {
    reach.struck();
    node.shutDown(Duration.ofMillis(finishMillis));
    reach.later(
        finishMillis * 1_000_000L + reach.aboutMillis(downMillis),
        () -> {
          if (!node.isUp()) {
            node.start();
          }
        });
  }
}
