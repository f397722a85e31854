package io.quorate.transport.client;

import static java.nio.charset.StandardCharsets.UTF_8;
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

  /** A key of which only the beginning is shown cannot be asked for. */
  @Test
  void aKeyIsShownSoThatItCanBeLookedUp() {
    assertThat(slow("orders:2026/grüße".getBytes(UTF_8))).contains(", key 'orders:2026/grüße',");
    assertThat(slow(new byte[] {(byte) 0xff, 1})).contains(", key 0xff01,");
    assertThat(slow("k\n2026-01-01 ERROR forged".getBytes(UTF_8)))
        .hasLineCount(1)
        .contains("key 'k\\u000a2026");
    assertThat(slow("k".repeat(4096).getBytes(UTF_8))).contains("...' (4096 characters)");
    assertThat(slow(new byte[4096]).length()).isLessThan(800);
  }

  private static String slow(byte[] key) {
    return SlowRequests.describe(
        new Operation.Get("t", key, null),
        new Outcome.Failed(Failure.overloaded("busy", 1)),
        2_000_000);
  }
}
