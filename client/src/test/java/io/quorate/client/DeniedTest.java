package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.quorate.client.FinishedRequest.Result;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What no grant allows is refused once, and is asked of no other node or source. */
class DeniedTest {
  private static final int PUTS = 60;

  private final FakeCluster cluster = new FakeCluster(3);
  private final List<FinishedRequest> heard = new CopyOnWriteArrayList<>();
  private final QuorateClient client =
      QuorateClient.builder().endpoints(cluster.endpoints()).requestListener(heard::add).build();
  private final KeyValue kv = client.keyValue();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void aWriteThatIsDeniedWasNotAppliedAndIsNotSentAgain() {
    cluster.connect(client);
    deny();
    heard.clear();
    assertThatThrownBy(() -> kv.put("k", "v"))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContainingAll("put of key 'k'", "user reports may not write")
        .satisfies(
            denied -> {
              assertThat(((QuorateException) denied).mayHaveApplied()).isFalse();
              assertThat(((QuorateException) denied).mayPass()).isFalse();
            });
    assertThat(cluster.nodes.stream().mapToInt(node -> node.operations().size()).sum()).isOne();
    assertThat(heard)
        .singleElement()
        .satisfies(
            told -> {
              assertThat(told.result()).isEqualTo(Result.PERMISSION_DENIED);
              assertThat(told.attempts()).isOne();
            });
  }

  /** A client that asks for what it may not have must not keep others' keys from their nodes. */
  @Test
  void denialsDoNotSpeakAgainstTheNode() {
    cluster.connect(client);
    deny();
    for (int i = 0; i < PUTS; i++) {
      assertThatThrownBy(() -> kv.put("k", "v")).isInstanceOf(PermissionDeniedException.class);
    }
    assertThat(cluster.coordinator("k").operations()).as("its breaker stays closed").hasSize(PUTS);
  }

  /** Else a source beside the cluster would tell what the cluster does not. */
  @Test
  void aFallbackIsNotAskedForWhatIsDenied() {
    deny();
    ReadOptions withFallback =
        ReadOptions.DEFAULT.fallback(
            key -> CompletableFuture.completedFuture(FakeCluster.utf8("secret")));
    assertThatThrownBy(() -> kv.get(FakeCluster.utf8("k"), withFallback))
        .isInstanceOf(PermissionDeniedException.class);
  }

  @Test
  void aScanIsDenied() {
    cluster.nodes.forEach(
        node ->
            node.scanScript =
                (ask, out) ->
                    out.onError(FakeNode.refusal(denial(), Status.Code.PERMISSION_DENIED)));
    assertThatThrownBy(() -> kv.scan("k").next())
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("user reports may not write");
    assertThat(cluster.nodes.stream().mapToInt(node -> node.scans.size()).sum()).isOne();
  }

  /** As by what stands before the nodes, and lets none of a client's calls pass. */
  @Test
  void whereNoNodeTakesAnythingOfTheClientItIsToldAtOnce() {
    for (Status status : List.of(Status.PERMISSION_DENIED, Status.UNAUTHENTICATED)) {
      String why = "not you, " + "for a reason ".repeat(20) + "at the end";
      cluster.nodes.forEach(node -> node.placementRefusal = status.withDescription(why));
      try (QuorateClient refused =
          QuorateClient.builder()
              .endpoints(cluster.endpoints())
              .timeout(Duration.ofSeconds(20))
              .build()) {
        for (CompletableFuture<?> call :
            List.of(refused.asyncKeyValue().put("k", "v"), refused.asyncKeyValue().get("k"))) {
          assertThat(call)
              .failsWithin(Duration.ofSeconds(10))
              .withThrowableThat()
              .withCauseInstanceOf(PermissionDeniedException.class)
              .withMessageContaining("refuses this client (" + why + ")")
              .satisfies(denied -> assertThat(denied).message().containsOnlyOnce("not you"));
        }
      }
    }
    assertThat(cluster.nodes).allMatch(node -> node.operations().isEmpty());
  }

  /** Calls that find no node to go to wait for one, and it is not for want of nodes. */
  @Test
  void whereAllNodesHaveComeToRefuseTheClientACallThatWaitedIsDenied() {
    Duration patience = Duration.ofSeconds(2);
    try (QuorateClient refused =
        QuorateClient.builder().endpoints(cluster.endpoints()).timeout(patience).build()) {
      cluster.connect(refused);
      Status why = Status.PERMISSION_DENIED.withDescription("not you any more");
      for (FakeNode node : cluster.nodes) {
        node.placementRefusal = why;
        node.endPipes(why);
      }
      boolean waited = false;
      for (int i = 0; !waited && i < PUTS; i++) { // until all nodes are known to refuse the client
        long start = System.nanoTime();
        assertThatThrownBy(() -> refused.keyValue().get("k"))
            .isInstanceOf(PermissionDeniedException.class)
            .hasMessageContaining("not you any more");
        waited = System.nanoTime() - start >= patience.toNanos();
      }
      assertThat(waited).isTrue();
    }
  }

  /** As of a client whose login came late, when much later nodes are drained. */
  @Test
  void anOutageOfNodesThatRefusedTheClientOnceIsNoDenial() {
    Status notYet = Status.PERMISSION_DENIED.withDescription("not yet");
    cluster.nodes.forEach(node -> node.placementRefusal = notYet);
    try (QuorateClient late = cluster.client()) {
      assertThatThrownBy(() -> late.keyValue().get("k"))
          .isInstanceOf(PermissionDeniedException.class);
      cluster.nodes.forEach(node -> node.placementRefusal = null);
      await().ignoreExceptions().until(() -> late.keyValue().get("k") != null);
      cluster.connect(late);
      for (FakeNode node : cluster.nodes) {
        node.script = operation -> FakeCluster.failed(Reason.REASON_NOT_SERVING);
        node.drain(true);
      }
      ReadOptions brief = ReadOptions.DEFAULT.timeout(Duration.ofMillis(500));
      assertThatThrownBy(() -> late.keyValue().get("k", brief))
          .isInstanceOf(QuorateException.class)
          .isNotInstanceOf(PermissionDeniedException.class)
          .hasMessageContaining("no Quorate node carried it out");
    }
  }

  /** It was sent, so that a node may have applied it before the client was refused. */
  @Test
  void aWriteThatIsUnderWayWhenTheClientIsRefusedMayHaveBeenApplied() {
    cluster.connect(client);
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation -> {
            node.endPipes(Status.PERMISSION_DENIED.withDescription("not you any more"));
            return null;
          };
    }
    assertThatThrownBy(() -> kv.put("k", "v"))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("not you any more");
    assertThatThrownBy(() -> kv.get("k"))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("not you any more");
  }

  private void deny() {
    cluster.nodes.forEach(node -> node.script = operation -> FakeCluster.failed(denial()));
  }

  private static Failure denial() {
    return Failure.newBuilder()
        .setReason(Reason.REASON_PERMISSION_DENIED)
        .setMessage("user reports may not write")
        .build();
  }
}
