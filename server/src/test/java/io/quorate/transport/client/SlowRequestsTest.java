package io.quorate.transport.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

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

  @Test
  void aLineNamesNodes() {
    Logger logger = (Logger) LoggerFactory.getLogger("io.quorate.slow");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      new SlowRequests(1)
          .ended(
              new Operation.Get("t", new byte[] {1}, null),
              new Outcome.Failed(
                  Failure.refused(Failure.Reason.UNAVAILABLE, "node 0000000000000009 is down")),
              () -> new NodeNames(Map.of(new NodeId(9), "db-east-9")),
              1,
              2_000_000);
    } finally {
      boolean unused = logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .endsWith("node 0000000000000009 (db-east-9) is down");
  }

  private static String slow(byte[] key) {
    return SlowRequests.describe(
        new Operation.Get("t", key, null),
        new Outcome.Failed(Failure.overloaded("busy", 1)),
        2_000_000);
  }
}
