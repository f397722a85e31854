package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Another source is asked when, and only when, the cluster cannot answer a read. */
class FallbackTest {
  private static final byte[] KEY = FakeCluster.utf8("k");
  private static final ReadOptions WITH_FALLBACK =
      ReadOptions.DEFAULT
          .timeout(Duration.ofMillis(300))
          .fallback(key -> CompletableFuture.completedFuture(FakeCluster.utf8("stale")));

  /** Leaves the cluster time to answer: the first request connects, too. */
  private static final ReadOptions PATIENT = WITH_FALLBACK.timeout(Duration.ofMinutes(1));

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
  void clusterThatAnswersIsBelieved() {
    GetResult absent = kv.get(KEY, PATIENT);
    assertThat(absent.found()).isFalse();
    assertThat(absent.fromFallback()).isFalse();
  }

  @Test
  void fallbackAnswersAndSaysSo() {
    node.script = refused -> FakeCluster.failed(Reason.REASON_UNAVAILABLE);
    GetResult stale = kv.get(KEY, WITH_FALLBACK);
    assertThat(stale.text()).isEqualTo("stale");
    assertThat(stale.fromFallback()).isTrue();
    assertThat(stale.info().potentiallyStale()).isTrue();
    assertThat(stale.version()).isNull();
  }

  @Test
  void fallbackAnswersWhenNoNodeIsThere() {
    node.kill();
    assertThat(kv.get(KEY, WITH_FALLBACK).fromFallback()).isTrue();
  }

  @Test
  void wrongRequestIsWrongAtEveryNode() {
    node.script = refused -> FakeCluster.failed(Reason.REASON_UNKNOWN_TENANT);
    assertThatThrownBy(() -> kv.get(KEY, PATIENT.tenant("nobody")))
        .isInstanceOf(UnknownTenantException.class);
  }

  /** A source that hangs is not waited for: the read fails as it does without one. */
  @Test
  void fallbackThatDoesNotAnswerIsNotWaitedFor() {
    node.script = refused -> FakeCluster.failed(Reason.REASON_UNAVAILABLE);
    ReadOptions hanging = WITH_FALLBACK.fallback(key -> new CompletableFuture<>());
    assertThat(client.asyncKeyValue().get(KEY, hanging))
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withCauseInstanceOf(UnavailableException.class);
    assertThat(client.asyncKeyValue().getAll(List.of(KEY, KEY), hanging))
        .succeedsWithin(Duration.ofSeconds(20))
        .satisfies(
            all ->
                assertThat(all)
                    .hasSize(2)
                    .allMatch(
                        each ->
                            each instanceof Outcome.Failed<GetResult> failed
                                && failed.failure() instanceof UnavailableException));
  }

  /** The cluster may have taken all the time of the read. */
  @Test
  void fallbackHasAMomentAfterTheReadsTime() {
    node.script = silent -> null;
    ReadOptions slow =
        WITH_FALLBACK.fallback(
            key ->
                new CompletableFuture<byte[]>()
                    .completeOnTimeout(FakeCluster.utf8("stale"), 200, TimeUnit.MILLISECONDS));
    assertThat(kv.get(KEY, slow).fromFallback()).isTrue();
  }

  @Test
  void fallbackThatFailsFailsTheRead() {
    node.script = refused -> FakeCluster.failed(Reason.REASON_UNAVAILABLE);
    ReadOptions failing =
        ReadOptions.DEFAULT.fallback(
            key -> CompletableFuture.failedFuture(new IllegalStateException("cache is cold")));
    assertThatThrownBy(() -> kv.get(KEY, failing)).hasRootCauseMessage("cache is cold");
  }
}
