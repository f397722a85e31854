package io.quorate.sim.fault;

import io.quorate.model.NodeId;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.SimRegions;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A region is cut off from all others for a while, in both directions or in one.
 *
 * @param everyMillis between the end of one cut and the next, on average
 * @param lastMillis how long one lasts, on average
 * @param oneWay how often messages are lost in one direction only
 * @param whileMoving how often it comes while replicas change in some region: to that region or to
 *     another one
 */
record RegionCut(int everyMillis, int lastMillis, double oneWay, double whileMoving)
    implements Fault {
  private static final long MILLIS = 1_000_000;

  /** How often it is looked whether replicas change somewhere, and how often at most. */
  private static final long LOOK_NANOS = 20 * MILLIS;

  private static final int LOOKS_MAX = 100;

  static Fault draw(SimRandom random) {
    return new RegionCut(
        random.pick(List.of(200, 600)),
        random.pick(List.of(700, 3_000, 6_000)),
        random.pick(List.of(0.0, 0.3)),
        random.pick(List.of(0.0, 0.6)));
  }

  private enum Form {
    BOTH_WAYS,
    OUT_ONLY,
    IN_ONLY
  }

  private record Way(NodeId from, NodeId to) {}

  @Override
  public void begin(Reach reach) {
    next(reach);
  }

  private void next(Reach reach) {
    boolean moving = reach.random().chance(whileMoving);
    reach.later(reach.aboutMillis(everyMillis), () -> choose(reach, moving ? LOOKS_MAX : 0));
  }

  private void choose(Reach reach, int looksLeft) {
    SimRegions regions = reach.regions();
    Set<String> changing = looksLeft > 0 ? regions.changing() : Set.of();
    if (!changing.isEmpty()) {
      List<String> others = new ArrayList<>(regions.names());
      others.removeAll(changing);
      boolean other = !others.isEmpty() && reach.random().chance(0.5);
      cut(reach, regions, reach.random().pick(other ? others : List.copyOf(changing)));
    } else if (looksLeft > 0) {
      reach.later(LOOK_NANOS, () -> choose(reach, looksLeft - 1));
    } else {
      cut(reach, regions, reach.random().pick(regions.names()));
    }
  }

  private void cut(Reach reach, SimRegions regions, String region) {
    Form form =
        !reach.random().chance(oneWay)
            ? Form.BOTH_WAYS
            : reach.random().chance(0.5) ? Form.OUT_ONLY : Form.IN_ONLY;
    List<Way> cuts = new ArrayList<>();
    for (SimNode here : regions.in(region)) {
      for (SimNode there : reach.cluster().present()) {
        NodeId inside = here.knownId();
        NodeId outside = there.knownId();
        if (!regions.regionOf(there).equals(region) && inside != null && outside != null) {
          if (form != Form.IN_ONLY) {
            cuts.add(new Way(inside, outside));
          }
          if (form != Form.OUT_ONLY) {
            cuts.add(new Way(outside, inside));
          }
        }
      }
    }
    reach.struck();
    reach.enter("region cut", form);
    cuts.forEach(way -> reach.network().cut(way.from, way.to));
    reach.later(
        lastMillis * MILLIS / 2 + reach.aboutMillis(lastMillis / 2),
        () -> {
          cuts.forEach(way -> reach.network().heal(way.from, way.to));
          next(reach);
        });
  }
}
