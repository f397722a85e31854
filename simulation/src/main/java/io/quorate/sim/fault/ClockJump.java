package io.quorate.sim.fault;

import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Wall clocks jump, forward and back.
 *
 * @param everyMillis between two jumps of any clock, on average
 * @param farMillis how far off a clock is afterwards, at most
 */
record ClockJump(int everyMillis, int farMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new ClockJump(random.pick(List.of(200, 1_000)), random.pick(List.of(5, 50, 400, 5_000)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(
        everyMillis,
        () -> {
          reach.struck();
          reach.anyNode().skew(reach.random().between(-farMillis, farMillis));
        });
  }
}
