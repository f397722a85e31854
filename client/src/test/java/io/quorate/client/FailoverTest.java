package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.RequestId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of calls when nodes go away, fall silent or refuse. */
class FailoverTest {
  private static final String KEY = "user:1";

  private final FakeCluster cluster = new FakeCluster(3);
  private final FakeNode coordinator = cluster.coordinator(KEY);
  private final QuorateClient client = cluster.client();
  private final KeyValue kv = client.keyValue();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void lostWriteIsRepeatedElsewhereUnderItsRequestId() throws Exception {
    cluster.connect(client);
    coordinator.script = held -> null;
    CompletableFuture<WriteResult> put = client.asyncKeyValue().put(KEY, "v");
    await().until(() -> puts(coordinator) == 1);
    coordinator.kill();

    assertThat(put.get(5, TimeUnit.SECONDS).version()).isNotNull();
    RequestId first = lastPut(coordinator);
    assertThat(putElsewhere()).isEqualTo(first);
    assertThat(first.getNumber()).isPositive();
  }

  @Test
  void readMovesOnAtOnceWhenTheConnectionBreaks() throws Exception {
    cluster.connect(client);
    kv.put(KEY, "v");
    coordinator.script = held -> null;
    CompletableFuture<GetResult> get = client.asyncKeyValue().get(KEY);
    await().until(() -> coordinator.operations().stream().anyMatch(Operation::hasGet));
    coordinator.kill();
    assertThat(get.get(1, TimeUnit.SECONDS).text()).isEqualTo("v");
  }

  @Test
  void allThatWasInFlightSurvivesTheLossOfItsNode() {
    cluster.connect(client);
    coordinator.script = held -> null;
    CompletableFuture<?>[] puts = new CompletableFuture<?>[2000];
    for (int i = 0; i < puts.length; i++) {
      puts[i] = client.asyncKeyValue().put(KEY, "v" + i);
    }
    await().until(() -> puts(coordinator) > 0);
    coordinator.kill();
    assertThat(CompletableFuture.allOf(puts)).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void nodeThatComesBackCoordinatesAgain() {
    cluster.connect(client);
    coordinator.kill();
    kv.put(KEY, "while it is away");
    assertThat(putsElsewhere()).isEqualTo(1);
    coordinator.frames.clear();
    coordinator.start();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              kv.put(KEY, "again");
              assertThat(puts(coordinator)).isPositive();
            });
  }

  @Test
  void nodeThatFallsSilentIsLeftBeforeTheDeadline() {
    cluster.connect(client);
    coordinator.script = stopped -> null;
    coordinator.mute = true;
    long start = System.nanoTime();
    kv.put(KEY, "v");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    assertThat(putsElsewhere()).isEqualTo(1);
  }

  @Test
  void slowAnswerOfALivingNodeIsWaitedFor() throws Exception {
    cluster.connect(client);
    coordinator.script = held -> null;
    CompletableFuture<WriteResult> put = client.asyncKeyValue().put(KEY, "v");
    await().until(() -> puts(coordinator) == 1);
    int asked = coordinator.placementsAsked.get();
    // It was silent for so long that it was asked whether it is there, and it was.
    await().until(() -> coordinator.placementsAsked.get() > asked);
    Operation operation = coordinator.operations().get(coordinator.operations().size() - 1);
    coordinator.answer(cluster.serve(operation).toBuilder().setId(operation.getId()).build());
    put.get(1, TimeUnit.SECONDS);
    assertThat(putsElsewhere()).isZero();
  }

  @Test
  void nodeThatIsNotServingIsPassedOver() {
    cluster.connect(client);
    coordinator.script = starting -> FakeCluster.failed(Failure.Reason.REASON_NOT_SERVING);
    kv.put(KEY, "v");
    assertThat(putElsewhere()).isEqualTo(lastPut(coordinator));
  }

  @Test
  void unavailableAfterALostAttemptIsUnknown() {
    cluster.connect(client);
    for (FakeNode node : cluster.nodes) {
      node.script =
          node == coordinator
              ? held -> null
              : refused -> FakeCluster.failed(Failure.Reason.REASON_UNAVAILABLE);
    }
    CompletableFuture<WriteResult> put = client.asyncKeyValue().put(KEY, "v");
    await().until(() -> puts(coordinator) == 1);
    coordinator.kill();
    OutcomeUnknownException unknown =
        catchThrowableOfType(OutcomeUnknownException.class, () -> waitFor(put));
    assertThat(unknown.mayHaveApplied()).isTrue();
    assertThat(unknown).hasMessageContaining("an earlier attempt may have been applied");
    assertThat(unknown.getCause()).isInstanceOf(UnavailableException.class);
  }

  /** What an answer says of an earlier attempt is not undone by what a later one says. */
  @Test
  void unavailableAfterAnAttemptThatMayHaveAppliedIsUnknown() {
    cluster.connect(client);
    for (Failure.Reason first :
        List.of(Failure.Reason.REASON_OUTCOME_UNKNOWN, Failure.Reason.REASON_INTERNAL)) {
      for (Failure.Reason last :
          List.of(
              Failure.Reason.REASON_UNAVAILABLE,
              Failure.Reason.REASON_NOT_SERVING,
              Failure.Reason.REASON_OVERLOADED,
              Failure.Reason.REASON_INVALID)) {
        AtomicInteger attempts = new AtomicInteger();
        for (FakeNode node : cluster.nodes) {
          node.script =
              refused ->
                  attempts.getAndIncrement() == 0
                      ? FakeCluster.failed(
                          Failure.newBuilder()
                              .setReason(first)
                              .setMessage("perhaps")
                              .setMayHaveApplied(true)
                              .build())
                      : FakeCluster.failed(last);
        }
        OutcomeUnknownException unknown =
            catchThrowableOfType(
                OutcomeUnknownException.class,
                () -> kv.put(KEY, "v", WriteOptions.DEFAULT.timeout(Duration.ofSeconds(2))));
        assertThat(attempts.get()).isGreaterThan(1);
        assertThat(unknown).as("%s, then %s", first, last).isNotNull();
      }
    }
  }

  @Test
  void noNodeLeftAfterAnAttemptThatMayHaveAppliedIsUnknown() {
    cluster.connect(client);
    for (FakeNode node : cluster.nodes) {
      node.script = held -> null;
    }
    CompletableFuture<WriteResult> put =
        client
            .asyncKeyValue()
            .put(
                FakeCluster.utf8(KEY),
                FakeCluster.utf8("v"),
                WriteOptions.DEFAULT.timeout(Duration.ofSeconds(2)));
    await().until(() -> puts(coordinator) == 1);
    cluster.nodes.forEach(FakeNode::kill);
    assertThat(catchThrowableOfType(OutcomeUnknownException.class, () -> waitFor(put)))
        .hasMessageContaining("may have been applied");
  }

  @Test
  void refusalOfARepeatedReadIsNoUnknownOutcome() {
    AtomicInteger attempts = new AtomicInteger();
    for (FakeNode node : cluster.nodes) {
      node.script =
          refused ->
              FakeCluster.failed(
                  attempts.getAndIncrement() == 0
                      ? Failure.Reason.REASON_INTERNAL
                      : Failure.Reason.REASON_UNAVAILABLE);
    }
    assertThatThrownBy(() -> kv.get(KEY)).isInstanceOf(UnavailableException.class);
  }

  /** A node whose clock is seconds ahead takes what was just sent for late. */
  @Test
  void readWhoseTimeIsOverForOneNodeOnlyIsAnsweredByAnother() {
    cluster.connect(client);
    kv.put(KEY, "v");
    coordinator.script = late -> FakeCluster.failed(Failure.Reason.REASON_DEADLINE_EXCEEDED);
    assertThat(kv.get(KEY).text()).isEqualTo("v");
  }

  /** If all say so it is the time that is wrong here, or a cluster that should be left alone. */
  @Test
  void readWhoseTimeIsOverForAllNodesFails() {
    cluster.connect(client);
    AtomicInteger attempts = new AtomicInteger();
    for (FakeNode node : cluster.nodes) {
      node.script =
          late -> {
            attempts.incrementAndGet();
            return FakeCluster.failed(Failure.Reason.REASON_DEADLINE_EXCEEDED);
          };
    }
    assertThatThrownBy(() -> kv.get(KEY)).isInstanceOf(DeadlineExceededException.class);
    assertThat(attempts.get()).isBetween(2, 3);
  }

  @Test
  void nothingIsSentTwiceWhenARefusalSaysItIsNoUse() {
    cluster.connect(client);
    coordinator.script = bad -> FakeCluster.failed(Failure.Reason.REASON_INVALID);
    assertThatThrownBy(() -> kv.put(KEY, "v")).isInstanceOf(InvalidRequestException.class);
    assertThat(puts(coordinator)).isEqualTo(1);
    assertThat(putsElsewhere()).isZero();
  }

  @Test
  void newerEpochMakesTheClientAskWhereKeysLive() {
    cluster.connect(client);
    int asked = cluster.nodes.stream().mapToInt(node -> node.placementsAsked.get()).sum();
    cluster.epoch = 2;
    cluster.stateVersion = 2;
    kv.put(KEY, "v");
    await()
        .atMost(Duration.ofSeconds(2))
        .until(
            () ->
                cluster.nodes.stream().mapToInt(node -> node.placementsAsked.get()).sum() > asked);
  }

  @Test
  void keysFollowANewPlacement() {
    cluster.connect(client);
    FakeNode joined = new FakeNode(cluster::serve, cluster::placement);
    cluster.nodes.add(0, joined);
    cluster.epoch = 2;
    cluster.stateVersion = 2;
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () -> {
              for (int i = 0; i < 20; i++) {
                kv.put("key-" + i, "v");
              }
              assertThat(joined.operations()).isNotEmpty();
            });
  }

  private static long puts(FakeNode node) {
    return node.operations().stream().filter(Operation::hasPut).count();
  }

  /** Which of the others is asked next follows from how promptly they answered. */
  private List<FakeNode> others() {
    return cluster.nodes.stream().filter(node -> node != coordinator).toList();
  }

  private long putsElsewhere() {
    return others().stream().mapToLong(FailoverTest::puts).sum();
  }

  private RequestId putElsewhere() {
    List<FakeNode> asked = others().stream().filter(node -> puts(node) > 0).toList();
    assertThat(asked).hasSize(1);
    return lastPut(asked.get(0));
  }

  private static RequestId lastPut(FakeNode node) {
    return node.operations().stream()
        .filter(Operation::hasPut)
        .reduce((first, last) -> last)
        .orElseThrow()
        .getPut()
        .getRequestId();
  }

  private static void waitFor(CompletableFuture<?> future) throws Throwable {
    try {
      future.join();
    } catch (RuntimeException failed) {
      throw QuorateException.causeOf(failed);
    }
  }
}
