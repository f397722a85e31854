package io.quorate.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.runtime.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A toy protocol (pass a number on, plus one, to a random node) under every fault. */
class SimDeterminismTest {

  @Test
  void sameSeedIsTheSameWorldAndAnotherSeedIsAnother() {
    for (long seed = 1; seed <= 50; seed++) {
      assertThat(run(SimWorld.of(seed))).isEqualTo(run(SimWorld.of(seed)));
      assertThat(run(SimWorld.of(seed))).isNotEqualTo(run(SimWorld.of(seed + 1)));
    }
  }

  @Test
  void readingTheJournalDoesNotChangeTheWorld() {
    SimWorld readable = SimWorld.readable(7);
    assertThat(run(readable)).isEqualTo(run(SimWorld.of(7)));
    assertThat(readable.journal().text()).contains("cut").contains("heal");
  }

  private static long run(SimWorld world) {
    var net = new SimNetwork(world);
    net.setConditions(new LinkConditions(10_000, 500_000, 0.1, 0.1, 0.2, 0.1, 5_000_000));
    SimRandom random = world.random("schedule");
    List<Gossip> nodes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      nodes.add(new Gossip(world, net, i));
    }
    for (int round = 0; round < 20; round++) {
      Gossip one = nodes.get(random.nextInt(4));
      Gossip other = nodes.get(random.nextInt(4));
      switch (random.nextInt(4)) {
        case 0 -> net.cut(one.id, other.id);
        case 1 -> net.healAll();
        case 2 -> one.lane.pause();
        default -> one.lane.resume();
      }
      one.lane.execute(() -> one.pass(1));
      world.runFor(Duration.ofMillis(random.between(1, 50)));
    }
    nodes.forEach(node -> world.witness(node.sum));
    return world.journal().hash();
  }

  private static final class Gossip {
    private final NodeId id;
    private final SimRandom random;
    private final SimLane lane;
    private final Network<String> network;
    private long sum;

    Gossip(SimWorld world, SimNetwork net, int number) {
      id = new NodeId(number);
      random = world.random("node " + number);
      lane = new SimLane(world, "node " + number, random.split("lane"));
      network =
          net.join(id, lane)
              .open("text", new SimNetworkTest.TextCodec(), (from, text) -> hear(text));
    }

    private void hear(String text) {
      sum += Long.parseLong(text);
      if (sum < 10_000) {
        pass(Integer.parseInt(text) + 1);
      }
    }

    void pass(int number) {
      NodeId to = new NodeId(random.nextInt(4));
      if (!to.equals(id)) {
        network.send(to, Integer.toString(number));
      } else {
        lane.schedule(random.between(0, 1_000_000), () -> pass(number));
      }
    }
  }
}
