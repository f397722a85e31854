package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import org.junit.jupiter.api.Test;

/**
 * The node of {@code src/test/programs} runs as the distribution is now. Only campaigns use it
 * otherwise, which a change can break unnoticed. Its clock is set forward as that of a machine that
 * was suspended.
 */
class MovedNodesTest {
  private static final String KEY = "moved:k";
  private static final long AHEAD_MILLIS = 3_600_000;

  @Test
  void aClockIsSetForwardUnderAConnectedClient() {
    try (MovedNodes moved = MovedNodes.start(1);
        QuorateClient client =
            QuorateClient.builder().endpoints(moved.fromClients(0).address()).build()) {
      long before = millisOfAWrite(client);
      moved.moveClock(0, AHEAD_MILLIS);
      assertThat(client.keyValue().get(KEY).text()).isEqualTo("v");
      assertThat(millisOfAWrite(client) - before).isBetween(AHEAD_MILLIS, 2 * AHEAD_MILLIS);
    }
  }

  private static long millisOfAWrite(QuorateClient client) {
    return client.keyValue().put(KEY, "v").version().millis();
  }
}
