package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.proto.v1.Failure;
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
}
