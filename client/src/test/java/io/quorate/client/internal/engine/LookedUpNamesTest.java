package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementGrpc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Names are looked up again while nodes do not answer, though no connection to them has ended, as
 * after the loss of their hosts.
 */
class LookedUpNamesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ManualLoop loop = new ManualLoop();
  private final Map<String, ScriptedNode> nodes = new LinkedHashMap<>();
  private final GetPlacementResponse placement = ScriptedClient.placement(0xC1, 5, "a:1", "b:1");
  private final ScriptedNode a = node("a:1");
  private final ScriptedNode b = node("b:1");
  private final ScriptedNode endpoint = node("service:1");

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  @Test
  void theNameOfAMemberThatIsSilentIs() {
    connect();
    int before = a.lookups;
    a.silent = true;
    a.breaksConnections();
    loop.pass(60 * SECOND);
    assertThat(a.lookups).as("one for about every two seconds").isGreaterThan(before + 10);
  }

  /** All members may have moved while the client was cut off. */
  @Test
  void theNameOfAnEndpointIsOnceNoMemberAnswers() {
    connect();
    int before = endpoint.lookups;
    loop.pass(60 * SECOND);
    assertThat(endpoint.lookups).as("while members answer").isEqualTo(before);
    for (ScriptedNode each : nodes.values()) {
      each.silent = true;
      each.breaksConnections();
    }
    loop.pass(60 * SECOND);
    assertThat(endpoint.lookups).isGreaterThan(before + 10);
    assertThat(endpoint.pipesOpened).as("so that is not due to its connection").isZero();
  }

  /** As an operator's question to one node, which is no member as far as the client knows. */
  @Test
  void theNameOfANodeThatIsAskedSomethingIs() {
    Engine engine = engine();
    endpoint.silent = true;
    Connection node = engine.nodes().at(endpoint.address);
    var unused =
        Asking.ask(
            engine,
            PlacementGrpc.getGetPlacementMethod(),
            GetPlacementRequest::getDefaultInstance,
            new Asking.Terms(
                "question",
                Asking.Effect.NONE,
                loop.nanos() + 10 * SECOND,
                round -> SECOND,
                false,
                failure -> true,
                0),
            () -> List.of(node));
    loop.pass(20 * SECOND);
    assertThat(endpoint.lookups).as("one for each attempt").isGreaterThan(3);
  }

  private ScriptedNode node(String address) {
    ScriptedNode made = new ScriptedNode(address, loop, () -> placement);
    nodes.put(address, made);
    return made;
  }

  private Engine engine() {
    return ScriptedClient.engine(loop, new ClusterView(new Session(1)), nodes, endpoint.address);
  }

  private void connect() {
    engine().start();
    loop.pass(3 * SECOND);
    assertThat(a.pipesOpened + b.pipesOpened).isEqualTo(2);
  }
}
