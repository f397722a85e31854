package io.quorate.sim.fault;

import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Links carry frames twice, each link its own share; the second comes later.
 *
 * @param most share that a link doubles, at most
 */
record Duplication(double most) implements Fault {
  static Fault draw(SimRandom random) {
    return new Duplication(random.pick(List.of(0.02, 0.2, 0.5)));
  }

  @Override
  public void begin(Reach reach) {
    reach.struck();
    reach.network().adjust(link -> link.withDuplication(most * reach.random().nextDouble()));
  }
}
