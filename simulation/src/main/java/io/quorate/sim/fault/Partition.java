package io.quorate.sim.fault;

import io.quorate.model.NodeId;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The network falls apart for a while, in the shapes that Jepsen uses.
 *
 * @param everyMillis between two cuts, on average
 * @param lastMillis how long one lasts, on average
 * @param shapes that occur
 */
record Partition(int everyMillis, int lastMillis, List<PartitionShape> shapes) implements Fault {
  Partition {
    shapes = List.copyOf(shapes);
  }

  /** Draws one of the shapes, some, or all. */
  static Fault draw(SimRandom random) {
    double share = random.pick(List.of(0.2, 0.5, 1.0));
    List<PartitionShape> shapes = new ArrayList<>();
    for (PartitionShape shape : PartitionShape.values()) {
      if (random.chance(share)) {
        shapes.add(shape);
      }
    }
    return new Partition(
        random.pick(List.of(300, 1_000)),
        random.pick(List.of(50, 700, 2_500)),
        shapes.isEmpty() ? List.of(random.pick(List.of(PartitionShape.values()))) : shapes);
  }

  @Override
  public void begin(Reach reach) {
    reach.every(everyMillis, () -> cut(reach));
  }

  private void cut(Reach reach) {
    SimRandom random = reach.random();
    List<SimNode> nodes = shuffled(reach.cluster().present(), random);
    PartitionShape shape = random.pick(shapes);
    List<Way> cuts = new ArrayList<>();
    boolean[][] deaf = shape.deaf(nodes.size(), random);
    for (int to = 0; to < nodes.size(); to++) {
      for (int from = 0; from < nodes.size(); from++) {
        NodeId one = nodes.get(from).knownId();
        NodeId other = nodes.get(to).knownId();
        if (deaf[to][from] && one != null && other != null) {
          cuts.add(new Way(one, other));
        }
      }
    }
    reach.struck();
    reach.enter("partition", shape);
    cuts.forEach(way -> reach.network().cut(way.from, way.to));
    reach.later(
        reach.aboutMillis(lastMillis),
        () -> cuts.forEach(way -> reach.network().heal(way.from, way.to)));
  }

  private static List<SimNode> shuffled(List<SimNode> nodes, SimRandom random) {
    List<SimNode> left = new ArrayList<>(nodes);
    List<SimNode> shuffled = new ArrayList<>();
    while (!left.isEmpty()) {
      shuffled.add(left.remove(random.nextInt(left.size())));
    }
    return shuffled;
  }

  private record Way(NodeId from, NodeId to) {}
}
