package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import org.junit.jupiter.api.Test;

/**
 * The node of {@code src/test/programs} runs as the distribution is now. Only campaigns use it
 * otherwise, which a change can break unnoticed.
 */
class MovedNodesTest {
  private static final long AHEAD_MILLIS = 3_600_000;

  @Test
  void aClockIsMovedWhileTheNodeRuns() {
    try (MovedNodes moved = MovedNodes.start(1)) {
      long before = millisOfAWrite(moved);
      moved.moveClock(0, AHEAD_MILLIS);
      assertThat(millisOfAWrite(moved) - before).isBetween(AHEAD_MILLIS, 2 * AHEAD_MILLIS);
    }
  }

  private static long millisOfAWrite(MovedNodes moved) {
    try (QuorateClient client =
        QuorateClient.builder().endpoints(moved.fromClients(0).address()).build()) {
      return client.keyValue().put("moved:k", "v").version().millis();
    }
  }
}
