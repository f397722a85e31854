package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import org.junit.jupiter.api.Test;

class SlowRequestsTest {
  /** A name with line ends would forge lines of the log. */
  @Test
  void whatATenantIsCalledStaysOnItsLine() {
    String line =
        SlowRequests.describe(
            new Operation.Get("a\n2026-01-01 ERROR forged", new byte[] {1}, null),
            new Outcome.Failed(Failure.overloaded("busy", 1)),
            2_000_000);
    assertThat(line).hasLineCount(1).contains("tenant 'a\\u000a2026-01-01 ERROR forged'");
  }
}
