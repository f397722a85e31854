package io.quorate.sim.fault;

import io.quorate.sim.cluster.Moment;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * A node is struck in the middle of something: at a moment of a kind, or shortly after. This way a
 * process dies at any point at which it waits, and not only where time happens to be long.
 *
 * @param moments that it waits for
 * @param perMoment of a hundred thousand such moments, how many are used; in the order of moments
 * @param withinNanos how much later it strikes, at most; 0: at once
 */
record Ambush(List<Moment> moments, List<Integer> perMoment, long withinNanos) implements Fault {
  Ambush {
    moments = List.copyOf(moments);
    perMoment = List.copyOf(perMoment);
  }

  static Fault draw(SimRandom random) {
    List<Moment> moments = new ArrayList<>();
    List<Integer> perMoment = new ArrayList<>();
    double share = random.pick(List.of(0.2, 0.5));
    for (Moment moment : Moment.values()) {
      if (random.chance(share)) {
        moments.add(moment);
        perMoment.add(random.pick(frequencies(moment)));
      }
    }
    return new Ambush(moments, perMoment, random.pick(List.of(0L, 300_000L, 4_000_000L)));
  }

  /** Chances per 100,000 moments: rare moments have higher ones. */
  private static List<Integer> frequencies(Moment moment) {
    return switch (moment) {
      case CALLED, ACKNOWLEDGED, SYNC_BEGINS, SYNC_ENDED -> List.of(500, 2_000, 10_000);
      case SENT, RECEIVED -> List.of(50, 200, 1_000);
      case RESTAMPED -> List.of(10_000, 50_000);
      case ELECTED -> List.of(30_000, 100_000);
    };
  }

  @Override
  public void begin(Reach reach) {
    reach
        .cluster()
        .watch(
            (moment, node) -> {
              int which = moments.indexOf(moment);
              if (which >= 0 && !reach.isOver()) {
                lieInWait(reach, moment, node, perMoment.get(which));
              }
            });
  }

  private void lieInWait(Reach reach, Moment moment, SimNode node, int frequency) {
    SimRandom random = reach.random();
    if (random.nextInt(100_000) < frequency) {
      int how = random.nextInt(4);
      reach.later(random.between(0, withinNanos), () -> strike(reach, moment, node, how));
    }
  }

  private static void strike(Reach reach, Moment moment, SimNode node, int how) {
    if (!node.isUp()) {
      return;
    }
    reach.struck();
    reach.enter("ambush", moment);
    switch (how) {
      case 0 -> Pause.strike(reach, node, 300);
      case 1 -> node.skew(reach.random().between(-3_000, 3_000));
      default -> Crash.strike(reach, node, 0.2);
    }
  }
}
