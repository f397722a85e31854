package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Processes are paused, and go on later without noticing (SIGSTOP, a long garbage collection, the
 * migration of a virtual machine).
 *
 * @param everyMillis between two pauses of any node, on average
 * @param lastMillis how long one lasts, on average
 */
record Pause(int everyMillis, int lastMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new Pause(random.pick(List.of(300, 1_000)), random.pick(List.of(30, 300, 1_000)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(
        everyMillis,
        () -> {
          reach.struck();
          strike(reach, reach.anyNode(), lastMillis);
        });
  }

  static void strike(Reach reach, SimNode node, int lastMillis) {
    node.pause();
    reach.later(reach.aboutMillis(lastMillis), node::resume);
  }
}
