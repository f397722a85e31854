package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.proto.v1.Failure;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who looks for what retries come from finds each with its node and its reason, and no key. */
class LoggedRetriesTest {
  @Test
  void anAttemptThatIsMadeAgainIsToldWithItsReason() {
    try (FakeCluster cluster = new FakeCluster();
        LoggedRetries retries = new LoggedRetries();
        QuorateClient client = QuorateClient.builder().endpoints(cluster.endpoint()).build()) {
      client.keyValue().put("planted", "1");
      assertThat(retries.lines()).isEmpty();
      AtomicBoolean failed = new AtomicBoolean();
      cluster.fail(
          operation ->
              failed.getAndSet(true)
                  ? null
                  : FakeCluster.failure(Failure.Reason.REASON_NOT_SERVING, "it is drained"));
      client.keyValue().put("planted", "2");
      assertThat(client.counts().retries()).isEqualTo(1);
      assertThat(retries.lines())
          .containsExactly(
              "a put of tenant 'default' is sent again after attempt 1, at %s: it is drained"
                  .formatted(cluster.endpoint()));
    }
  }

  /** Also where the client goes on at once, with another stamp or as another writer. */
  @Test
  void eachRetryThatIsCountedIsTold() {
    try (FakeCluster cluster = new FakeCluster();
        LoggedRetries retries = new LoggedRetries();
        QuorateClient client = QuorateClient.builder().endpoints(cluster.endpoint()).build()) {
      Queue<Failure.Reason> next = new ConcurrentLinkedQueue<>();
      cluster.fail(
          operation -> {
            Failure.Reason reason = next.poll();
            return reason == null
                ? null
                : FakeCluster.failure(reason, "it is too low").toBuilder()
                    .setAboveHlc(System.currentTimeMillis() << 16)
                    .build();
          });
      next.addAll(
          List.of(
              Failure.Reason.REASON_STAMP_TOO_LOW,
              Failure.Reason.REASON_NOT_SERVING,
              Failure.Reason.REASON_STAMP_TOO_LOW));
      client.keyValue().put("planted", "1");
      assertThat(client.counts().retries()).isEqualTo(3);
      assertThat(retries.lines())
          .hasSize(3)
          .allMatch(line -> line.startsWith("a put of tenant 'default' is sent again after"))
          .noneMatch(line -> line.contains("planted"));
      next.add(Failure.Reason.REASON_STAMP_TOO_LOW);
      client.counters("views").increment("planted", 1);
      assertThat(client.counts().retries()).isEqualTo(4);
      assertThat(retries.lines()).hasSize(4);
      assertThat(retries.lines().getLast())
          .contains("of tenant 'views' is sent again after attempt 1")
          .doesNotContain("planted");
    }
  }
}
