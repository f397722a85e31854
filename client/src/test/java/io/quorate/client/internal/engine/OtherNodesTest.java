package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.GetPlacementResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that are asked for their status by their address, and are no members, as pods that go. */
class OtherNodesTest {
  private final ManualLoop loop = new ManualLoop();
  private final Map<String, ScriptedNode> nodes = new LinkedHashMap<>();
  private final GetPlacementResponse placement = ScriptedClient.placement(0xC1, 1, "a:1");
  private final Engine engine = engine();

  private Engine engine() {
    add("a:1");
    others().forEach(this::add);
    return ScriptedClient.engine(loop, new ClusterView(new Session(1)), nodes, "a:1");
  }

  private void add(String address) {
    nodes.put(address, new ScriptedNode(address, loop, () -> placement));
  }

  private static List<String> others() {
    return IntStream.range(0, 100).mapToObj(i -> "pod-" + i + ":1").toList();
  }

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  @Test
  void areGivenNoCallsAndNotKeptForEver() {
    engine.start();
    loop.pass(TimeUnit.SECONDS.toNanos(3));
    others().forEach(address -> assertThat(engine.nodes().at(address)).isNotNull());
    assertThat(engine.nodes().all()).extracting(Connection::address).containsExactly("a:1");
    assertThat(openOthers()).isBetween(1L, 64L);
    Connection last = engine.nodes().at("pod-99:1");
    assertThat(engine.nodes().at("pod-99:1")).as("is asked on its connection").isSameAs(last);

    engine.close(() -> {});
    loop.pass(0);
    assertThat(openOthers()).isZero();
  }

  private long openOthers() {
    return others().stream().filter(address -> !node(address).isShutdown()).count();
  }

  private ScriptedNode node(String address) {
    return Objects.requireNonNull(nodes.get(address), address);
  }
}
