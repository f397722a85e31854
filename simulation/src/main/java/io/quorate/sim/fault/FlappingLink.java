package io.quorate.sim.fault;

import io.quorate.model.NodeId;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * The link between two nodes is lost and comes back, again and again: a cable that is loose, a
 * route that is announced and withdrawn. Decisions that depend on which nodes are live must not
 * change as fast.
 *
 * @param everyMillis between two links that begin to flap, on average
 * @param flapMillis how long the link is there and how long it is not, on average
 * @param times how often it is lost
 */
record FlappingLink(int everyMillis, int flapMillis, int times) implements Fault {
  static Fault draw(SimRandom random) {
    return new FlappingLink(
        random.pick(List.of(500, 2_000)),
        random.pick(List.of(20, 150, 400)),
        random.pick(List.of(3, 10)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(
        everyMillis,
        () -> {
          NodeId one = reach.anyNode().knownId();
          NodeId other = reach.anyNode().knownId();
          if (one != null && other != null && !one.equals(other)) {
            reach.struck();
            flap(reach, one, other, times);
          }
        });
  }

  private void flap(Reach reach, NodeId one, NodeId other, int left) {
    if (left == 0) {
      return;
    }
    reach.network().cut(one, other);
    reach.network().cut(other, one);
    reach.later(
        reach.aboutMillis(flapMillis),
        () -> {
          reach.network().heal(one, other);
          reach.network().heal(other, one);
          reach.later(reach.aboutMillis(flapMillis), () -> flap(reach, one, other, left - 1));
        });
  }
}
