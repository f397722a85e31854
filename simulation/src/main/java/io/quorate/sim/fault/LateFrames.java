package io.quorate.sim.fault;

import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Now and then a frame takes much longer, and all behind it wait.
 *
 * @param share of frames
 * @param nanos how much longer, at most
 */
record LateFrames(double share, long nanos) implements Fault {
  static Fault draw(SimRandom random) {
    return new LateFrames(
        random.pick(List.of(0.002, 0.02)), random.pick(List.of(20_000_000L, 400_000_000L)));
  }

  @Override
  public void begin(Reach reach) {
    reach.struck();
    reach.network().adjust(link -> link.withLateness(share, nanos));
  }
}
