package io.quorate.sim.fault;

import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Links differ: each draws how long it takes at least and on average, one way not as the other, and
 * some are slow.
 *
 * @param meanNanosMax what a link takes beyond its least, on average, at most
 * @param slow how many links take far more
 * @param slowNanos what a slow link takes at least
 */
record UnevenLinks(long meanNanosMax, double slow, long slowNanos) implements Fault {
  static Fault draw(SimRandom random) {
    return new UnevenLinks(
        random.pick(List.of(300_000L, 3_000_000L, 30_000_000L)),
        random.pick(List.of(0.0, 0.15, 0.4)),
        random.pick(List.of(10_000_000L, 80_000_000L, 300_000_000L)));
  }

  @Override
  public void begin(Reach reach) {
    reach.struck();
    SimRandom random = reach.random();
    reach
        .network()
        .adjust(
            link -> {
              long mean = random.between(20_000, meanNanosMax);
              long least = random.between(30_000, 200_000);
              return link.withLatency(random.chance(slow) ? slowNanos : least, mean);
            });
  }
}
