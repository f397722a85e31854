package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanOptions;
import io.quorate.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedNodes.class)
class ScanTest {
  private static final int ENTRIES = 300;
  private static final byte[] SCANNED = "scan:".getBytes(StandardCharsets.UTF_8);

  @BeforeAll
  static void fill(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      client
          .keyValue()
          .putAll(
              IntStream.range(0, ENTRIES).mapToObj(i -> Entry.of("scan:" + i, "v" + i)).toList(),
              WriteOptions.DEFAULT)
          .forEach(outcome -> outcome.get());
    }
  }

  @Test
  void aLimitIsKept(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      for (int limit : new int[] {1, 10, 100, ENTRIES - 1, ENTRIES, ENTRIES + 1}) {
        for (int pageSize : new int[] {0, 3, 1_000}) {
          ScanOptions options = ScanOptions.DEFAULT.limit(limit).pageSize(pageSize);
          try (Scan scan = client.keyValue().scan(SCANNED, options)) {
            assertThat(scan.stream().count())
                .as("limit %d, pages of %d", limit, pageSize)
                .isEqualTo(Math.min(limit, ENTRIES));
          }
        }
      }
    }
  }

  @Test
  void theCommandLineKeepsALimit(Nodes nodes) {
    CommandLine.Result result =
        nodes.commandLine().quorate("scan", "scan:", "--limit", "3", "--keys-only");
    assertThat(result.outText().lines()).as("%s", result).hasSize(3);
    assertThat(result.code()).isZero();
  }

  /** At each node, and by the command line: the order is that of partitions, not that of a node. */
  @Test
  void aScanInReverseIsTheScanTurnedRound(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      ScanOptions between = ScanOptions.DEFAULT.start("scan:1").end("scan:2").pageSize(7);
      List<String> forward = keys(client, between);
      assertThat(forward).hasSize(111).allMatch(key -> key.startsWith("scan:1"));
      assertThat(keys(client, between.reverse(true))).isEqualTo(forward.reversed());
      CommandLine.Result result =
          nodes
              .commandLine()
              .quorate("scan", "--start", "scan:1", "--end", "scan:2", "--reverse", "--keys-only");
      assertThat(result.outText().lines().toList()).as("%s", result).isEqualTo(forward.reversed());
    }
  }

  private static List<String> keys(QuorateClient client, ScanOptions options) {
    try (Scan scan = client.keyValue().scan(SCANNED, options)) {
      return scan.stream().map(ScanEntry::keyText).toList();
    }
  }

  @Test
  void aCursorOfALimitedScanGoesOnWhereItEnded(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      ScanOptions options = ScanOptions.DEFAULT.limit(70);
      Set<String> seen = new TreeSet<>();
      byte[] cursor = new byte[0];
      do {
        try (Scan scan = client.keyValue().scan(SCANNED, options.cursor(cursor))) {
          scan.forEachRemaining(entry -> assertThat(seen.add(entry.keyText())).isTrue());
          cursor = scan.cursor();
        }
      } while (cursor.length > 0);
      assertThat(seen).hasSize(ENTRIES);
    }
  }
}
