package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.UnavailableException;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of a question that no node has answered. */
class AskingTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ManualLoop loop = new ManualLoop();
  private final ScriptedNode node =
      new ScriptedNode("a:1", loop, () -> ScriptedClient.placement(0xC1, 1, "a:1"));
  private final Engine engine =
      ScriptedClient.engine(loop, new ClusterView(new Session(1)), Map.of("a:1", node), "a:1");

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  /** The last attempt may be too short for an answer. */
  @Test
  void theReasonThatOneNodeGaveOutlastsItsSilence() {
    reasonOutlastsSilence(true);
  }

  /** Nor is the endpoint the wrong one. */
  @Test
  void theReasonsThatNodesGaveOutlastTheirSilence() {
    reasonOutlastsSilence(false);
  }

  private void reasonOutlastsSilence(boolean ofOneNode) {
    node.questionRefusal =
        Failure.newBuilder().setReason(Reason.REASON_NOT_SERVING).setMessage("it starts").build();
    CompletableFuture<?> asked = ask(ofOneNode);
    loop.pass(SECOND);
    node.questionRefusal = null;
    node.silent = true;
    loop.pass(10 * SECOND);
    assertThat(asked)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("it starts")
        .withMessageNotContaining("no answer")
        .withMessageNotContaining("endpoints");
  }

  /** What is left is no time for an answer: then it would be the outcome that is not known. */
  @Test
  void aChangeIsNotAskedForAgainOnceANodeHasRefusedItLate() {
    node.questionRefusal =
        Failure.newBuilder().setReason(Reason.REASON_UNAVAILABLE).setMessage("no leader").build();
    for (int beforeEndMillis : List.of(499, 475, 451)) {
      node.silent = false;
      node.questions.clear();
      node.answersAfterNanos = 5 * SECOND - TimeUnit.MILLISECONDS.toNanos(beforeEndMillis);
      CompletableFuture<?> asked =
          ask(false, Asking.Effect.EACH_TIME, 5 * SECOND, TimeUnit.MILLISECONDS.toNanos(500));
      loop.pass(SECOND);
      node.silent = true;
      loop.pass(5 * SECOND);
      assertThat(asked)
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withCauseInstanceOf(UnavailableException.class)
          .withMessageContaining("no leader");
      assertThat(node.questions).hasSize(1);
    }
  }

  private CompletableFuture<?> ask(boolean ofOneNode) {
    return ask(ofOneNode, Asking.Effect.NONE, SECOND, 0);
  }

  private CompletableFuture<?> ask(
      boolean ofOneNode, Asking.Effect effect, long attemptNanos, long lateNanos) {
    return Asking.ask(
        engine,
        PlacementGrpc.getGetPlacementMethod(),
        GetPlacementRequest::getDefaultInstance,
        new Asking.Terms(
            "question",
            effect,
            loop.nanos() + 5 * SECOND,
            round -> attemptNanos,
            false,
            failure -> true,
            lateNanos),
        new Asking.Asked<GetPlacementResponse>() {
          @Override
          public List<Connection> inOrder() {
            return List.of(engine.nodes().at(node.address));
          }

          @Override
          public boolean isOneNode() {
            return ofOneNode;
          }
        });
  }
}
