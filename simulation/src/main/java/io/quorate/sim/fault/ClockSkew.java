package io.quorate.sim.fault;

import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Wall clocks differ from the first moment on, each node's by another amount.
 *
 * @param farMillis how far a clock is off, at most
 */
record ClockSkew(int farMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new ClockSkew(random.pick(List.of(2, 30, 240, 1_000)));
  }

  @Override
  public void begin(Reach reach) {
    reach.struck();
    reach
        .cluster()
        .nodes()
        .forEach(node -> node.skew(reach.random().between(-farMillis, farMillis)));
  }
}
