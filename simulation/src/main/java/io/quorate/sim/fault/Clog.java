package io.quorate.sim.fault;

import io.quorate.model.NodeId;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * A link holds back all that is on it, for a while, and then lets it go at once: a full buffer, a
 * retransmission timer, a slow firewall. No node sees a connection break.
 *
 * @param everyMillis between two of them, on average
 * @param lastMillis how long one lasts, on average
 * @param wholeNode how often all links of a node are clogged, both ways
 */
record Clog(int everyMillis, int lastMillis, double wholeNode) implements Fault {
  static Fault draw(SimRandom random) {
    return new Clog(
        random.pick(List.of(100, 400, 1_000)),
        random.pick(List.of(20, 300, 1_500)),
        random.pick(List.of(0.0, 0.5)));
  }

  @Override
  public void begin(Reach reach) {
    reach.every(everyMillis, () -> strike(reach));
  }

  private void strike(Reach reach) {
    NodeId one = reach.anyNode().knownId();
    NodeId other = reach.anyNode().knownId();
    boolean all = reach.random().chance(wholeNode);
    if (one == null || other == null || one.equals(other)) {
      return;
    }
    reach.struck();
    if (!all) {
      clog(reach, one, other);
      return;
    }
    for (NodeId each : reach.ids()) {
      if (!each.equals(one)) {
        clog(reach, one, each);
        clog(reach, each, one);
      }
    }
  }

  private void clog(Reach reach, NodeId from, NodeId to) {
    reach.network().clog(from, to);
    reach.later(reach.aboutMillis(lastMillis), () -> reach.network().unclog(from, to));
  }
}
