package io.quorate.sim.fault;

import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Messages overtake each other, on each link its own share.
 *
 * @param most share of frames that are taken apart, at most
 */
record Reordering(double most) implements Fault {
  static Fault draw(SimRandom random) {
    return new Reordering(random.pick(List.of(0.05, 0.3, 1.0)));
  }

  @Override
  public void begin(Reach reach) {
    reach.struck();
    reach.network().adjust(link -> link.withScatter(most * reach.random().nextDouble()));
  }
}
