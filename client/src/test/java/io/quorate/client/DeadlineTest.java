package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No call outlives its deadline, and its exception says what that means for the data. */
class DeadlineTest {
  private static final byte[] KEY = "k".getBytes(StandardCharsets.UTF_8);

  /** Long enough for a request to be sent, and shorter than the timeout that clients have. */
  private static final Duration SHORT = Duration.ofSeconds(1);

  /** By then, a call of that timeout has ended; it is less than the timeout that clients have. */
  private static final Duration ENDED = Duration.ofSeconds(4);

  private static final ReadOptions PATIENT = ReadOptions.DEFAULT.timeout(Duration.ofMinutes(1));

  private final FakeCluster cluster = new FakeCluster(1);
  private final FakeNode node = cluster.nodes.get(0);
  private final QuorateClient client = cluster.client();
  private final KeyValue kv = client.keyValue();

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  @Test
  void readWithoutAnAnswerIsGivenUpAtItsDeadline() {
    kv.get(KEY);
    node.script = held -> null;
    long start = System.nanoTime();
    DeadlineExceededException late =
        catchThrowableOfType(
            DeadlineExceededException.class, () -> kv.get(KEY, ReadOptions.DEFAULT.timeout(SHORT)));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, ENDED);
    assertThat(late.mayHaveApplied()).isFalse();
    assertThat(late)
        .hasMessageContaining("get of key 'k'")
        .hasMessageContaining("partition " + FakeCluster.partition("k"))
        .hasMessageContaining(node.address());
  }

  @Test
  void writeWithoutAnAnswerIsUnknown() {
    kv.get(KEY);
    node.script = held -> null;
    OutcomeUnknownException unknown =
        catchThrowableOfType(
            OutcomeUnknownException.class,
            () -> kv.put(KEY, KEY, WriteOptions.DEFAULT.timeout(SHORT).level(Level.ALL)));
    assertThat(unknown.mayHaveApplied()).isTrue();
    assertThat(unknown).hasMessageContaining("level ALL");
    assertThat(unknown.info().partition()).isEqualTo(FakeCluster.partition("k"));
  }

  @Test
  void writeLostWithItsConnectionIsUnknownThoughNoNodeIsLeft() {
    kv.get(KEY);
    node.script = held -> null;
    CompletableFuture<WriteResult> put =
        client.asyncKeyValue().put(KEY, KEY, WriteOptions.DEFAULT.timeout(Duration.ofSeconds(2)));
    await().until(() -> node.operations().stream().anyMatch(Operation::hasPut));
    node.kill();
    assertThat(put)
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .withCauseInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void shortDeadlineAfterALongOneIsKept() {
    kv.get(KEY);
    node.script = held -> null;
    CompletableFuture<GetResult> patient = client.asyncKeyValue().get(KEY, PATIENT);
    CompletableFuture<GetResult> hasty =
        client.asyncKeyValue().get(KEY, ReadOptions.DEFAULT.timeout(SHORT));
    assertThat(hasty)
        .failsWithin(ENDED)
        .withThrowableThat()
        .withCauseInstanceOf(DeadlineExceededException.class);
    assertThat(patient).isNotDone();
  }

  @Test
  void answerThatComesTooLateIsIgnoredAndTheNextIsRight() throws Exception {
    kv.get(KEY);
    node.script = held -> null;
    assertThatThrownBy(() -> kv.get(KEY, ReadOptions.DEFAULT.timeout(SHORT)))
        .isInstanceOf(DeadlineExceededException.class);
    Operation late = node.operations().get(node.operations().size() - 1);
    node.script = cluster::serve;
    node.answer(cluster.serve(late).toBuilder().setId(late.getId()).build());
    assertThat(client.asyncKeyValue().put(KEY, KEY).get(1, TimeUnit.SECONDS)).isNotNull();
    assertThat(kv.get(KEY).value()).isEqualTo(KEY);
  }

  @Test
  void answerThatComesTooLateDoesNotDisturbOtherCalls() throws Exception {
    kv.get(KEY);
    node.script = held -> null;
    CompletableFuture<GetResult> hasty =
        client.asyncKeyValue().get(KEY, ReadOptions.DEFAULT.timeout(SHORT));
    CompletableFuture<GetResult> patient = client.asyncKeyValue().get(KEY, PATIENT);
    assertThat(hasty)
        .failsWithin(ENDED)
        .withThrowableThat()
        .withCauseInstanceOf(DeadlineExceededException.class);
    Operation late = node.operations().get(1);
    node.answer(cluster.serve(late).toBuilder().setId(late.getId()).build());
    // A round trip, after which the late answer has been seen.
    node.script = cluster::serve;
    client.asyncKeyValue().get(KEY).get(1, TimeUnit.SECONDS);
    assertThat(patient).isNotDone();
    Operation own = node.operations().get(2);
    node.answer(cluster.serve(own).toBuilder().setId(own.getId()).build());
    assertThat(patient).succeedsWithin(ENDED);
  }

  @Test
  void manyDeadlinesAreKeptTogether() {
    kv.get(KEY);
    node.script = held -> null;
    CompletableFuture<?>[] gets = new CompletableFuture<?>[5000];
    for (int i = 0; i < gets.length; i++) {
      gets[i] = client.asyncKeyValue().get(KEY, ReadOptions.DEFAULT.timeout(SHORT));
    }
    await()
        .atMost(ENDED)
        .until(() -> java.util.Arrays.stream(gets).allMatch(CompletableFuture::isDone));
  }

  @Test
  void nodeIsToldALittleLessThanWeWait() {
    kv.get(KEY, ReadOptions.DEFAULT.timeout(Duration.ofSeconds(20)));
    assertThat(node.operations().get(0).getTimeoutMs()).isBetween(10_000, 19_980);
  }
}
