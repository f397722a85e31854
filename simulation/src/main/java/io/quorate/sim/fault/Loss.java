package io.quorate.sim.fault;

import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Links lose frames, each link its own share.
 *
 * @param most share that a link loses, at most
 */
record Loss(double most) implements Fault {
  static Fault draw(SimRandom random) {
    return new Loss(random.pick(List.of(0.02, 0.1, 0.3)));
  }

  @Override
  public void begin(Reach reach) {
    reach.struck();
    reach.network().adjust(link -> link.withLoss(most * reach.random().nextDouble()));
  }
}
