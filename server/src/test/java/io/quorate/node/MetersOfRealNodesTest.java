package io.quorate.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.TenantSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two nodes show while a client writes to them. */
class MetersOfRealNodesTest {
  private static final int FIRST_PORT = 17_440;
  private static final int VALUES = 40;
  private static final int VALUE_BYTES = 50_000;
  private static final long WRITTEN_BYTES = (long) VALUES * VALUE_BYTES;

  /** Shown once a message was dropped, a bound hit, a replica late, or a region far. */
  private static final Set<String> COME_WITH_TROUBLE =
      Set.of(
          "quorate_overloaded_total",
          "quorate_throttled_total",
          "quorate_hints_owed",
          "quorate_replication_lag_seconds",
          "quorate_region_lag_seconds");

  private static final String KEYS_OF_T = "quorate_tenant_keys{tenant=\"t\"}";
  private static final String SERVED_T =
      "quorate_tenant_request_seconds_count{outcome=\"ok\",tenant=\"t\"}";

  private static final Pattern METER_OF_SAMPLE = Pattern.compile("(?m)^[a-z_]+(?=[{ ])");

  @TempDir private Path directory;

  @Test
  void metersFollowWhatTheyAreAbout() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, FIRST_PORT, 2);
        HttpClient http = HttpClient.newHttpClient()) {
      for (int i = 0; i < 2; i++) {
        cluster.start(i, Map.of("http.listen", http(i)));
      }
      cluster.awaitReady(0);
      cluster.awaitReady(1);
      await().until(() -> page(http, 0).of("quorate_connections{kind=\"node\"}") == 1);
      Page before = page(http, 0);
      assertThat(before.of("quorate_connections{kind=\"client\"}")).isZero();
      assertThat(before.of("quorate_connections{kind=\"http\"}")).isPositive();
      assertThat(before.of("quorate_network_pool_bytes{memory=\"direct\"}")).isPositive();
      assertThat(before.of("quorate_process_memory_limit_bytes"))
          .isGreaterThan(before.of("quorate_process_resident_bytes"));

      try (QuorateClient client =
          QuorateClient.builder().endpoints(List.of(cluster.address(0))).tenant("t").build()) {
        Administration.of(client)
            .cluster()
            .createTenant("t", TenantSettings.DEFAULT.replicationFactor(2));
        Random random = new Random(1);
        for (int i = 0; i < VALUES; i++) {
          byte[] value = new byte[VALUE_BYTES];
          random.nextBytes(value);
          var unused = client.keyValue().put(("key" + i).getBytes(UTF_8), value);
        }
        // Looked up after one scrape, and shown by the next; one node alone is the first replica.
        await()
            .untilAsserted(
                () -> {
                  Page one = page(http, 0);
                  Page other = page(http, 1);
                  assertThat(one.of(KEYS_OF_T) + other.of(KEYS_OF_T)).isEqualTo(VALUES);
                  assertThat(one.of("quorate_tenant_disk_bytes{tenant=\"t\"}"))
                      .isBetween(WRITTEN_BYTES * 0.5, WRITTEN_BYTES * 3.0);
                  assertThat(one.of("quorate_tenant_disk_bytes{tenant=\"default\"}"))
                      .isLessThan(VALUE_BYTES);
                  assertThat(one.of(SERVED_T) + other.of(SERVED_T)).isEqualTo(VALUES);
                });
        // A page is made once a second, and the log is looked at every two.
        await()
            .untilAsserted(
                () -> {
                  Page now = page(http, 0);
                  assertThat(now.of("quorate_connections{kind=\"client\"}")).isPositive();
                  assertThat(now.since(before, "quorate_storage_memtables_bytes"))
                      .isGreaterThan(WRITTEN_BYTES);
                  assertThat(now.since(before, "quorate_storage_wal_bytes"))
                      .isGreaterThan(WRITTEN_BYTES);
                  // Each value goes from the node that coordinates it to the other one.
                  assertThat(now.peerBytes() - before.peerBytes()).isGreaterThan(WRITTEN_BYTES);
                  // A tenant is in the snapshot as soon as it is there.
                  assertThat(now.since(before, "quorate_raft_snapshot_index")).isPositive();
                  assertThat(now.since(before, "quorate_raft_snapshot_bytes")).isPositive();
                });
      }
      Set<String> asked = Dashboards.meters();
      asked.removeAll(COME_WITH_TROUBLE);
      assertThat(page(http, 0).meters()).as("meters of dashboards").containsAll(asked);
      await().until(() -> page(http, 0).of("quorate_connections{kind=\"client\"}") == 0);
      String otherLive = "quorate_node_live{node=\"" + cluster.node(1).id() + "\"}";
      await().untilAsserted(() -> assertThat(page(http, 0).of(otherLive)).isEqualTo(1));
      cluster.stop(1);
      await().until(() -> page(http, 0).of("quorate_connections{kind=\"node\"}") == 0);
      // Both were stopped, and one does not come back.
      cluster.stop(0);
      cluster.start(0, Map.of("http.listen", http(0)));
      await().until(() -> page(http, 0).text().contains(otherLive + " 0.0"));
    }
  }

  /** What a node shows. */
  private record Page(String text) {
    double of(String series) {
      return sum(series + " ");
    }

    double since(Page before, String series) {
      return of(series) - before.of(series);
    }

    double peerBytes() {
      return sum("quorate_peer_sent_bytes_total{") + sum("quorate_peer_received_bytes_total{");
    }

    Set<String> meters() {
      return METER_OF_SAMPLE
          .matcher(text)
          .results()
          .map(MatchResult::group)
          .collect(Collectors.toSet());
    }

    private double sum(String beginning) {
      List<String> lines = text.lines().filter(line -> line.startsWith(beginning)).toList();
      assertThat(lines).as(beginning).isNotEmpty();
      return lines.stream()
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  private static Page page(HttpClient http, int node) throws IOException, InterruptedException {
    URI metrics = URI.create("http://" + http(node) + "/metrics");
    HttpRequest request = HttpRequest.newBuilder(metrics).build();
    return new Page(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private static String http(int node) {
    return "127.0.0.1:" + (FIRST_PORT + 5 + node);
  }
}
