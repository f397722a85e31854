package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractLongAssert;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Operations say when they were sent by the clock of the node that judges it, also after that clock
 * was set: nodes without a network, and a clock that a test moves.
 */
class SentByTheNodesClockTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long HOUR_MILLIS = 3_600_000;
  private static final long START_MILLIS = 1_700_000_000_000L;

  private final ManualLoop loop = new ManualLoop();
  private final Map<String, ScriptedNode> nodes = new LinkedHashMap<>();
  private GetPlacementResponse placement = GetPlacementResponse.getDefaultInstance();
  private final ScriptedNode a = node("a:1");
  private final ScriptedNode b = node("b:1");

  /** How far the clock of node a is ahead of that of node b, which nothing moves. */
  private long aheadMillis;

  private @Nullable Engine engine;

  @BeforeEach
  void tellClocks() {
    a.wallMillis = () -> millis() + aheadMillis;
    b.wallMillis = this::millis;
  }

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  @Test
  void clockThatWasSetForwardAndBackIsFollowed() {
    connect(a, b);
    aheadMillis = HOUR_MILLIS;
    putKeys();
    loop.pass(7 * SECOND);
    assertSentAt(a).isCloseTo(millis() + HOUR_MILLIS, Offset.offset(1L));
    assertSentAt(b).isCloseTo(millis(), Offset.offset(1L));

    aheadMillis = 0;
    putKeys();
    loop.pass(7 * SECOND);
    assertSentAt(a).isCloseTo(millis(), Offset.offset(1L));
    assertSentAt(b).isCloseTo(millis(), Offset.offset(1L));
  }

  /** Else the node would take what is sent next for as old as that answer. */
  @Test
  void answerThatWasLongOnItsWayIsNotTakenForAClockThatWasSetBack() {
    connect(a);
    a.answersTakeNanos = 30 * SECOND;
    putKeys();
    loop.pass(31 * SECOND);
    assertSentAt(a).isCloseTo(millis(), Offset.offset(1L));
  }

  @Test
  void answersThatWaitedHereWhileTheProcessWasPausedAreNotEither() {
    connect(a);
    a.answersTakeNanos = 1;
    Call<?> sent = put("k");
    loop.pass(0);
    assertThat(sent.future).isNotDone();
    loop.pause(30 * SECOND);
    assertSentAt(a).isCloseTo(millis(), Offset.offset(1L));
    assertThat(sent.future).isDone();
  }

  private void connect(ScriptedNode... to) {
    String[] members = Stream.of(to).map(node -> node.address).toArray(String[]::new);
    placement = ScriptedClient.placement(0xC1, 1, members);
    engine = ScriptedClient.engine(loop, new ClusterView(new Session(1)), nodes, members);
    engine.start();
    loop.pass(3 * SECOND);
    putKeys();
    assertThat(to).noneMatch(node -> node.operations.isEmpty());
  }

  /** What the next operation that goes to the node says. */
  private AbstractLongAssert<?> assertSentAt(ScriptedNode node) {
    node.operations.clear();
    a.answersTakeNanos = 0;
    loop.pass(0);
    putKeys();
    List<Operation> sent = node.operations;
    return assertThat(sent.get(sent.size() - 1).getSentAtMs());
  }

  /** Some of them are each node's. */
  private void putKeys() {
    for (int i = 0; i < 20; i++) {
      put("k" + i);
    }
    loop.pass(0);
  }

  private Call<?> put(String name) {
    Call<?> call = ScriptedClient.put(loop, name);
    Objects.requireNonNull(engine, "not connected").submit(call);
    return call;
  }

  private long millis() {
    return START_MILLIS + TimeUnit.NANOSECONDS.toMillis(loop.nanos());
  }

  private ScriptedNode node(String address) {
    ScriptedNode made = new ScriptedNode(address, loop, () -> placement);
    nodes.put(address, made);
    return made;
  }
}
