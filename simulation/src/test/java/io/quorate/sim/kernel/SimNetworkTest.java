package io.quorate.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.runtime.Network;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);

  private final SimWorld world = SimWorld.of(1);
  private final SimNetwork net = new SimNetwork(world);
  private final SimLane laneA = new SimLane(world, "a", world.random("a"));
  private final SimLane laneB = new SimLane(world, "b", world.random("b"));
  private final List<String> atA = new ArrayList<>();
  private final List<String> atB = new ArrayList<>();
  private final Network<String> fromA = join(A, laneA, atA);
  private final Network<String> fromB = join(B, laneB, atB);

  @BeforeEach
  void connect() {
    settle();
  }

  @Test
  void messagesOfOneTurnTravelAsOneFrameInOrder() {
    laneA.execute(() -> fromA.send(B, "one"));
    laneA.execute(() -> fromA.send(B, "two"));
    settle();

    assertThat(atB).containsExactly("one", "two");
    assertThat(net.traffic().delivered()).isEqualTo(1);
  }

  @Test
  void oneWayCutLetsTheWayBackOpen() {
    net.cut(A, B);
    sendBothWays();

    assertThat(atB).isEmpty();
    assertThat(atA).containsExactly("b to a");
  }

  @Test
  void cloggedLinkHoldsBackAndThenDeliversInOrder() {
    net.clog(A, B);
    sendBothWays();
    sendBothWays();
    assertThat(atB).isEmpty();
    assertThat(atA).hasSize(2);
    assertThat(fromA.isConnected(B)).as("nobody sees a connection break").isTrue();

    net.unclog(A, B);
    settle();
    assertThat(atB).containsExactly("a to b", "a to b");
    assertThat(net.traffic().held()).isEqualTo(2);
    assertThat(net.traffic().lost()).isZero();
  }

  @Test
  void cutIsNoticedByTheSenderAfterAWhileAndHealedLater() {
    net.cut(A, B);
    assertThat(fromA.isConnected(B)).isTrue();
    settle();
    assertThat(fromA.isConnected(B)).isFalse();

    net.healAll();
    settle();
    assertThat(fromA.isConnected(B)).isTrue();
  }

  @Test
  void isolatedNodeHearsNobodyAndIsHeardByNobody() {
    net.isolate(A);
    sendBothWays();

    assertThat(atA).isEmpty();
    assertThat(atB).isEmpty();
  }

  @Test
  void nothingReachesANodeThatIsGone() {
    laneA.execute(() -> fromA.send(B, "on its way"));
    world.runFor(Duration.ofNanos(45_000)); // sent, and not there before the least latency
    laneB.kill();
    net.leave(B);
    settle();

    assertThat(atB).isEmpty();
    assertThat(net.traffic().lost()).isPositive();
  }

  @Test
  void conditionsLoseDoubleAndScatter() {
    net.setConditions(new LinkConditions(10, 1_000_000, 0.2, 0.2, 0.5, 0, 0));
    for (int i = 0; i < 200; i++) {
      String even = "m" + 2 * i;
      String odd = "m" + (2 * i + 1);
      laneA.execute(() -> fromA.send(B, even));
      laneA.execute(() -> fromA.send(B, odd));
      world.runFor(Duration.ofNanos(100_000));
    }
    settle();

    List<Integer> order = atB.stream().map(name -> Integer.valueOf(name.substring(1))).toList();
    assertThat(order.stream().distinct().count()).as("some lost").isBetween(250L, 390L);
    assertThat(order.size())
        .as("some doubled")
        .isGreaterThan((int) order.stream().distinct().count());
    assertThat(order.stream().sorted().toList()).as("some overtaken").isNotEqualTo(order);
  }

  @Test
  void ruleTakesAMessageOffTheNetworkAndReleasesItLater() {
    List<SimRule.Sent<String>> held = new ArrayList<>();
    net.addRule(
        String.class,
        sent -> {
          held.add(sent);
          return null;
        });
    sendBothWays();
    assertThat(held).extracting(SimRule.Sent::message).containsExactly("a to b", "b to a");
    assertThat(atA).isEmpty();

    held.get(1).release();
    settle();
    assertThat(atA).containsExactly("b to a");
  }

  @Test
  void ruleChangesWhatIsSaid() {
    net.addRule(String.class, sent -> sent.from().equals(A) ? "a lie" : sent.message());
    sendBothWays();

    assertThat(atB).containsExactly("a lie");
    assertThat(atA).containsExactly("b to a");
  }

  private void sendBothWays() {
    laneA.execute(() -> fromA.send(B, "a to b"));
    laneB.execute(() -> fromB.send(A, "b to a"));
    settle();
  }

  private Network<String> join(NodeId node, SimLane lane, List<String> inbox) {
    return net.join(node, lane).open("text", new TextCodec(), (from, text) -> inbox.add(text));
  }

  private void settle() {
    world.runFor(Duration.ofSeconds(3));
  }

  /** One line per message. */
  static final class TextCodec implements SimCodec<String> {
    @Override
    public byte[] encode(List<String> messages) {
      return String.join("\n", messages).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<String> decode(byte[] frame) {
      return List.of(new String(frame, StandardCharsets.UTF_8).split("\n", -1));
    }
  }
}
