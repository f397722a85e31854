package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which nodes are given up that owe answers: nodes without a network, and a clock of the test. */
class SilentNodesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ManualLoop loop = new ManualLoop();
  private final Map<String, ScriptedNode> nodes = new LinkedHashMap<>();
  private final GetPlacementResponse placement = ScriptedClient.placement(0xC1, 1, "a:1", "b:1");
  private final ScriptedNode a = node("a:1");
  private final ScriptedNode b = node("b:1");
  private final Engine engine =
      ScriptedClient.engine(loop, new ClusterView(new Session(1)), nodes, "a:1", "b:1");

  private ScriptedNode node(String address) {
    ScriptedNode made = new ScriptedNode(address, loop, () -> placement);
    nodes.put(address, made);
    return made;
  }

  @BeforeEach
  void connect() {
    engine.start();
    loop.pass(3 * SECOND);
    assertThat(put()).allMatch(call -> call.future.isDone());
    assertThat(a.operations).isNotEmpty();
    assertThat(b.operations).isNotEmpty();
  }

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  /** Some of them are each node's. */
  private List<Call<?>> put() {
    List<Call<?>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Call<?> call = ScriptedClient.put(loop, "k" + i);
      engine.submit(call);
      calls.add(call);
    }
    loop.pass(0);
    return calls;
  }

  @Test
  void aNodeThatIsSilentIsGivenUpAndAnotherOneAsked() {
    a.silent = true;
    a.answersTakeNanos = 600 * SECOND;
    List<Call<?>> calls = put();
    assertThat(calls).anyMatch(call -> !call.future.isDone());
    loop.pass(2 * SECOND);
    assertThat(calls).allMatch(call -> call.future.isDone());
  }

  /** A call that is given up takes its place in flight with it, but not what the node owes. */
  @Test
  void aNodeThatIsSilentIsGivenUpHoweverShortTheCallsAre() {
    stop(a);
    for (int i = 0; i < 9; i++) {
      Call<?> call = ScriptedClient.put(loop, "default", keyOf(a), 0, SECOND / 5);
      engine.submit(call);
      loop.pass(SECOND / 5 + 20_000_000);
    }
    assertThat(engine.nodes().at("a:1").ready()).as("it was found to be gone").isFalse();
    int asked = a.operations.size();
    assertThat(put()).as("at the other one").allMatch(call -> call.future.isDone());
    assertThat(a.operations).hasSize(asked);
  }

  /** With no call after it, too. */
  @Test
  void aNodeThatOwesNothingAnyMoreIsStillGivenUp() {
    stop(a);
    engine.submit(ScriptedClient.put(loop, "default", keyOf(a), 0, SECOND / 5));
    loop.pass(3 * SECOND);
    int asked = a.operations.size();
    assertThat(put()).as("at the other one").allMatch(call -> call.future.isDone());
    assertThat(a.operations).hasSize(asked);
  }

  /** What one question has found out, calls need not. */
  @Test
  void aNodeThatAQuestionFoundToBeGoneIsGivenUpByCalls() {
    loop.pass(SECOND);
    stop(a);
    List<String> told = new ArrayList<>();
    Connection connection = engine.nodes().at("a:1");
    connection.askIfThere(() -> told.add("there"), () -> told.add("gone"));
    connection.askIfThere(() -> told.add("there"), () -> told.add("gone"));
    assertThat(told).as("the second one waits for the first").isEmpty();
    loop.pass(SECOND);
    assertThat(told).containsExactly("gone", "gone");
    int asked = a.operations.size();
    assertThat(put()).as("at the other one").allMatch(call -> call.future.isDone());
    assertThat(a.operations).hasSize(asked);
  }

  /**
   * On the old one the system sends nothing for a minute or two after the host is back. But clients
   * of a node that stands still for a moment need not shake hands again.
   */
  @Test
  void aNodeThatStaysSilentIsAskedByANewConnection() {
    stop(a);
    engine.submit(ScriptedClient.put(loop, "default", keyOf(a), 0, SECOND / 5));
    loop.pass(2 * SECOND);
    assertThat(engine.nodes().at("a:1").ready()).isFalse();
    assertThat(a.connectionsLeft).isZero();
    loop.pass(10 * SECOND);
    assertThat(a.connectionsLeft).isPositive();
    a.silent = false;
    loop.pass(5 * SECOND);
    assertThat(engine.nodes().at("a:1").ready()).isTrue();
  }

  /** It may refuse since it has too many connections. */
  @Test
  void aNodeThatRefusesKeepsItsConnection() {
    a.questionRefusal =
        Failure.newBuilder()
            .setReason(Failure.Reason.REASON_OVERLOADED)
            .setMessage("too many clients")
            .build();
    loop.pass(1);
    a.breaksConnections();
    loop.pass(20 * SECOND);
    assertThat(engine.nodes().at("a:1").ready()).isFalse();
    assertThat(a.connectionsLeft).isZero();
  }

  /** Who waits for its answer may wait on. */
  @Test
  void aNodeThatRefusesToBeAskedIsThere() {
    a.questionRefusal =
        Failure.newBuilder().setReason(Failure.Reason.REASON_NOT_SERVING).setMessage("no").build();
    List<String> told = new ArrayList<>();
    engine.nodes().at("a:1").askIfThere(() -> told.add("there"), () -> told.add("gone"));
    loop.pass(SECOND);
    assertThat(told).containsExactly("there");
  }

  private static void stop(ScriptedNode node) {
    node.silent = true;
    node.answersTakeNanos = 600 * SECOND;
  }

  /** A key whose calls go to a node. */
  private String keyOf(ScriptedNode node) {
    return node.operations.get(0).getPut().getKey().toStringUtf8();
  }

  /** As one does that has stood still: the question may have waited for longer than its sender. */
  @Test
  void aNodeThatRefusesTheQuestionWhetherItIsThereIsThere() {
    a.answersTakeNanos = 3 * SECOND;
    a.questionRefusal =
        Failure.newBuilder()
            .setReason(Failure.Reason.REASON_NOT_SERVING)
            .setMessage("this node stood still")
            .build();
    int asked = a.questions.size();
    List<Call<?>> calls = put();
    int elsewhere = b.operations.size();
    loop.pass(3 * SECOND - 1);
    assertThat(a.questions).as("it was asked").hasSizeGreaterThan(asked);
    assertThat(calls).anyMatch(call -> !call.future.isDone());
    assertThat(a.pipesOpened).isEqualTo(1);
    assertThat(b.operations).hasSize(elsewhere);
    loop.pass(1);
    assertThat(calls).allMatch(call -> call.future.isDone());
    assertThat(b.operations).as("no call was sent twice").hasSize(elsewhere);
  }
}
