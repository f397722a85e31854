package io.quorate.sim.fault;

import io.quorate.model.NodeId;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.SimRegions;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A region is cut off from all others for a while, in both directions or in one. Or some of its
 * nodes are cut off, from the rest of the region, too: each of the two parts may have half of those
 * that a local level waits for.
 *
 * @param everyMillis between the end of one cut and the next, on average
 * @param lastMillis how long one lasts, on average
 * @param oneWay how often messages are lost in one direction only
 * @param some how often only some of its nodes are cut off
 * @param whileMoving how often it comes while replicas change in some region: to that region or to
 *     another one
 */
record RegionCut(int everyMillis, int lastMillis, double oneWay, double some, double whileMoving)
    implements Fault {
  private static final long MILLIS = 1_000_000;

  /** How often it is looked whether replicas change somewhere, and how often at most. */
  private static final long LOOK_NANOS = 20 * MILLIS;

  private static final int LOOKS_MAX = 100;

  /** So that a move may go on without some of a region's nodes, it gives them up for now. */
  private static final int SOME_LAST_MILLIS_MIN = 4_000;

  static Fault draw(SimRandom random) {
    return new RegionCut(
        random.pick(List.of(200, 600)),
        random.pick(List.of(700, 3_000, 6_000)),
        random.pick(List.of(0.0, 0.3)),
        random.pick(List.of(0.0, 0.5)),
        random.pick(List.of(0.0, 0.6)));
  }

  private enum Form {
    BOTH_WAYS,
    OUT_ONLY,
    IN_ONLY,
    SOME_NODES
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
      if (reach.random().chance(some)) {
        // Some have applied the step, and others have not.
        cutSome(reach, reach.random().pick(List.copyOf(changing)));
        return;
      }
      boolean other = !others.isEmpty() && reach.random().chance(0.5);
      cutAll(reach, reach.random().pick(other ? others : List.copyOf(changing)));
    } else if (looksLeft > 0) {
      reach.later(LOOK_NANOS, () -> choose(reach, looksLeft - 1));
    } else if (reach.random().chance(some)) {
      cutSome(reach, reach.random().pick(regions.names()));
    } else {
      cutAll(reach, reach.random().pick(regions.names()));
    }
  }

  private void cutAll(Reach reach, String region) {
    Form form =
        !reach.random().chance(oneWay)
            ? Form.BOTH_WAYS
            : reach.random().chance(0.5) ? Form.OUT_ONLY : Form.IN_ONLY;
    cut(reach, reach.regions().in(region), form, lastMillis);
  }

  private void cutSome(Reach reach, String region) {
    List<SimNode> left = new ArrayList<>(reach.regions().in(region));
    long wanted = left.size() < 2 ? left.size() : reach.random().between(1, left.size() - 1);
    List<SimNode> some = new ArrayList<>();
    while (some.size() < wanted) {
      some.add(left.remove(reach.random().nextInt(left.size())));
    }
    cut(reach, some, Form.SOME_NODES, Math.max(lastMillis, SOME_LAST_MILLIS_MIN));
  }

  private void cut(Reach reach, List<SimNode> nodes, Form form, long meanMillis) {
    List<Way> cuts = new ArrayList<>();
    for (SimNode here : nodes) {
      for (SimNode there : reach.cluster().present()) {
        NodeId inside = here.knownId();
        NodeId outside = there.knownId();
        if (!nodes.contains(there) && inside != null && outside != null) {
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
        meanMillis * MILLIS / 2 + reach.aboutMillis(meanMillis / 2),
        () -> {
          cuts.forEach(way -> reach.network().heal(way.from, way.to));
          next(reach);
        });
  }
}
