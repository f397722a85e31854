package io.quorate.transport.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.placement.Level;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SlowRequestsTest {
  private static final ScanRequest SCAN =
      new ScanRequest(
          "orders",
          new KeyRange(new byte[] {'a'}, new byte[0], new byte[] {(byte) 0xff}, true),
          Level.QUORUM,
          100,
          new byte[0]);

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
    assertThat(logged(slow -> end(slow, 1, 2_000_000)))
        .singleElement()
        .asString()
        .endsWith("node 0000000000000009 (db-east-9) is down");
  }

  /** Keys must not be in a log whose operator has turned them off. */
  @Test
  void withoutAThresholdNothingIsLogged() {
    assertThat(
            logged(
                0,
                slow -> {
                  end(slow, 1, Long.MAX_VALUE);
                  slow.ended(SCAN, null, () -> NodeNames.NONE, 1, Long.MAX_VALUE);
                }))
        .isEmpty();
  }

  @Test
  void whatIsQuickIsNotLogged() {
    assertThat(logged(2_000_000, slow -> end(slow, 1, 1_999_999))).isEmpty();
  }

  @Test
  void aSecondHasAFewLinesAndTheNextOneTellsOfTheOthers() {
    List<String> lines =
        logged(
            slow -> {
              for (int i = 0; i < 12; i++) {
                end(slow, 1 + i, 2_000_000);
              }
              end(slow, 1_500_000_000, 2_000_000);
            });
    assertThat(lines).hasSize(7).filteredOn(line -> line.startsWith("slow get")).hasSize(6);
    assertThat(lines.get(5)).isEqualTo("7 more slow requests were not logged");
  }

  @Test
  void aPageOfAScanIsLoggedWithItsRange() {
    assertThat(logged(slow -> slow.ended(SCAN, null, () -> NodeNames.NONE, 1, 8_000_000_000L)))
        .containsExactly(
            "slow scan: 8000 ms, first page, tenant 'orders', prefix 'a', start '', end 0xff,"
                + " reverse, level QUORUM");
    assertThat(
            logged(
                slow ->
                    slow.ended(
                        SCAN,
                        Failure.refused(Failure.Reason.UNAVAILABLE, "too few"),
                        () -> NodeNames.NONE,
                        1,
                        8_000_000_000L)))
        .singleElement()
        .asString()
        .endsWith("failed: UNAVAILABLE: too few");
  }

  private static void end(SlowRequests slow, long nowNanos, long tookNanos) {
    slow.ended(
        new Operation.Get("t", new byte[] {1}, null),
        new Outcome.Failed(
            Failure.refused(Failure.Reason.UNAVAILABLE, "node 0000000000000009 is down")),
        () -> new NodeNames(Map.of(new NodeId(9), "db-east-9")),
        nowNanos,
        tookNanos);
  }

  private static List<String> logged(Consumer<SlowRequests> requests) {
    return logged(1, requests);
  }

  private static List<String> logged(long thresholdNanos, Consumer<SlowRequests> requests) {
    Logger logger = (Logger) LoggerFactory.getLogger("io.quorate.slow");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      requests.accept(new SlowRequests(thresholdNanos));
    } finally {
      boolean unused = logger.detachAppender(lines);
    }
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static String slow(byte[] key) {
    return SlowRequests.describe(
        new Operation.Get("t", key, null),
        new Outcome.Failed(Failure.overloaded("busy", 1)),
        2_000_000);
  }
}
