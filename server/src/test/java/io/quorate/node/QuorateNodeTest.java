package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.TenantSettings;
import io.quorate.node.config.ConfigException;
import io.quorate.node.config.NodeConfig;
import io.quorate.transport.ListenAdvice;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuorateNodeTest {
  @TempDir private Path directory;

  @Test
  void threeNodesServeWhileOneIsDownAndAfterItIsBack() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_300, 3);
        QuorateClient client = client(cluster)) {
      KeyValue keys = client.keyValue();
      var stored = keys.put("k", "before");
      assertThat(keys.get("k").text()).isEqualTo("before");
      assertThat(stored.info().replicas()).isNotEmpty();
      cluster.stop(2);
      for (int i = 0; i < 50; i++) {
        var unused = keys.put("down-" + i, "v" + i);
        assertThat(keys.get("down-" + i).text()).isEqualTo("v" + i);
      }
      assertThat(keys.get("k").text()).isEqualTo("before");
      cluster.start(2);
      cluster.awaitReady(2);
      cluster.stop(0); // so that what was written meanwhile needs the node that missed it
      for (int i = 0; i < 50; i++) {
        assertThat(keys.get("down-" + i).text()).isEqualTo("v" + i);
      }
      var unused = keys.put("k", "after");
      assertThat(keys.get("k").text()).isEqualTo("after");
    }
  }

  @Test
  void aWholeClusterComesBackWithItsData() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_320, 3)) {
      try (QuorateClient client = client(cluster)) {
        var unused =
            Administration.of(client).cluster().createTenant("orders", TenantSettings.DEFAULT);
        for (int i = 0; i < 20; i++) {
          var unusedToo = client.keyValue().put("k" + i, "v" + i);
        }
      }
      for (int i = 0; i < 3; i++) {
        cluster.stop(i);
      }
      for (int i = 0; i < 3; i++) {
        cluster.start(i);
      }
      for (int i = 0; i < 3; i++) {
        cluster.awaitReady(i);
      }
      try (QuorateClient client = client(cluster)) {
        assertThat(Administration.of(client).cluster().tenants())
            .extracting("name")
            .contains("default", "orders");
        for (int i = 0; i < 20; i++) {
          assertThat(client.keyValue().get("k" + i).text()).isEqualTo("v" + i);
        }
        assertThat(Administration.of(client).cluster().status().nodes()).hasSize(3);
      }
    }
  }

  @Test
  void aNodeThatLostItsDiskWaitsAndSaysForWhat() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_330, 3)) {
      cluster.stop(1);
      delete(cluster.config(1).node().dataDir());
      QuorateNode lost = cluster.start(1);
      assertThat(lost.awaitReady(Duration.ofSeconds(3))).isFalse();
      assertThat(lost.readiness().waitingFor())
          .contains("empty data directory", "quorate cluster readmit 127.0.0.1:17331");
      assertThat(cluster.node(0).readiness().ready()).isTrue();
    }
  }

  @Test
  void aNodeThatLostItsDiskIsReadmittedAndFilled() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_230, 3);
        QuorateClient client = client(cluster)) {
      KeyValue keys = client.keyValue();
      for (int i = 0; i < 500; i++) {
        var unused = keys.put("k" + i, "v" + i);
      }
      cluster.stop(1);
      delete(cluster.config(1).node().dataDir());
      QuorateNode lost = cluster.start(1);
      await(() -> lost.readiness().waitingFor().contains("quorate cluster readmit"));
      assertThat(
              Administration.of(client)
                  .cluster()
                  .readmitNode(cluster.address(1), false, false)
                  .address())
          .isEqualTo(cluster.address(1));
      cluster.awaitReady(1);
      for (int i = 0; i < 50; i++) {
        var unused = keys.put("later" + i, "v" + i);
      }
      await(
          () ->
              Administration.of(client).cluster().status().nodes().stream()
                  .allMatch(n -> n.filling() == 0));
      assertThat(Administration.of(client).cluster().status().metadata().voters())
          .contains(lost.id().toString());
      cluster.stop(0); // so that each quorum needs the node that was filled
      for (int i = 0; i < 500; i++) {
        assertThat(keys.get("k" + i).text()).isEqualTo("v" + i);
      }
      var unused = keys.put("k0", "after");
      assertThat(keys.get("k0").text()).isEqualTo("after");
      assertThat(keys.get("later7").text()).isEqualTo("v7");
    }
  }

  /** An orchestrator that stopped the next node meanwhile would leave keys with one replica. */
  @Test
  void aNodeThatIsBeingFilledIsReadyAndNotWhole() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_370, 3);
        QuorateClient client = client(cluster)) {
      String value = "v".repeat(4096);
      for (int i = 0; i < 200; i++) {
        var unused = client.keyValue().put("k" + i, value);
      }
      cluster.stop(1);
      delete(cluster.config(1).node().dataDir());
      QuorateNode lost =
          cluster.start(
              1, Map.of("http.listen", "127.0.0.1:17399", "repair.bytes_per_second", "64KiB"));
      await(() -> lost.readiness().waitingFor().contains("quorate cluster readmit"));
      assertThat(http("/health/whole").statusCode()).isEqualTo(503);
      assertThat(http("/health/whole").body()).contains("quorate cluster readmit");
      var unused =
          Administration.of(client).cluster().readmitNode(cluster.address(1), false, false);
      cluster.awaitReady(1);
      HttpResponse<String> filled = http("/health/whole"); // for some 10 s more
      assertThat(filled.statusCode()).isEqualTo(503);
      assertThat(filled.body())
          .matches(
              "\\{\"status\":\"not whole\","
                  + "\"reason\":\"\\d+ partitions of this node are being filled\"}\n");
      assertThat(http("/health/ready").statusCode()).isEqualTo(200);
      await(Duration.ofMinutes(2), () -> isWhole());
      assertThat(Administration.of(client).cluster().status().nodes())
          .allMatch(each -> each.filling() == 0);
    }
  }

  private static boolean isWhole() {
    try {
      return http("/health/whole").statusCode() == 200;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier holds) throws Exception {
    await(Duration.ofSeconds(30), holds);
  }

  private static void await(Duration longest, BooleanSupplier holds) throws Exception {
    var unused =
        CompletableFuture.supplyAsync(
                () -> {
                  boolean held = holds.getAsBoolean();
                  while (!held) {
                    LockSupport.parkNanos(50_000_000L);
                    held = holds.getAsBoolean();
                  }
                  return held;
                })
            .get(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Test
  void seedListsThatDifferEndTheNodeAsAMatterOfConfiguration() throws Exception {
    RealCluster two = new RealCluster(directory, 17_340, 2);
    RealCluster three = new RealCluster(directory, 17_340, 3);
    try (two;
        three) {
      QuorateNode first = two.start(0);
      QuorateNode second = three.start(1);
      Object end = first.ended().applyToEither(second.ended(), ended -> ended).get();
      assertThat(end)
          .isInstanceOfSatisfying(
              NodeEnd.Refused.class,
              refused -> {
                assertThat(refused.message()).contains("cluster.seeds", "17342");
                assertThat(refused.exitCode()).isEqualTo(2);
              });
    }
  }

  @Test
  void aBrokenInvariantEndsTheNode() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_350, 1)) {
      IllegalStateException broken = new IllegalStateException("for the test");
      cluster.node(0).breakWith(broken);
      assertThat(cluster.node(0).ended().get(20, TimeUnit.SECONDS))
          .isEqualTo(new NodeEnd.Broken(broken));
      cluster.start(0);
      cluster.awaitReady(0);
    }
  }

  @Test
  void theProcessHearsOfABrokenNodeBeforeAnythingIsClosed() throws Exception {
    CompletableFuture<NodeEnd.Broken> told = new CompletableFuture<>();
    CompletableFuture<NodeEnd> before = new CompletableFuture<>();
    NodeConfig config = new RealCluster(directory, 17_355, 1).config(0);
    QuorateNode node =
        QuorateNode.start(
            config,
            broken -> {
              boolean unused = told.complete(broken);
              before.join(); // a process would have ended here
            });
    OutOfMemoryError cause = new OutOfMemoryError("unable to create native thread");
    node.breakWith(cause);
    assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo(new NodeEnd.Broken(cause));
    assertThat(told.join().exitCode()).isEqualTo(NodeEnd.Broken.OUT_OF_MEMORY);
    assertThat(node.ended()).isNotDone();
    boolean unused = before.complete(new NodeEnd.Stopped());
    assertThat(node.ended().get(20, TimeUnit.SECONDS)).isEqualTo(new NodeEnd.Broken(cause));
  }

  @Test
  void anAddressOfAnotherMachineIsNoPortInUse() {
    assertThat(ListenAdvice.of("192.0.2.1", "node.listen"))
        .contains("this machine has no address 192.0.2.1", "set node.listen");
    assertThat(ListenAdvice.ofNodeAddress("192.0.2.1"))
        .contains("this machine has no address 192.0.2.1: correct node.address");
    assertThat(ListenAdvice.ofNodeAddress("127.0.0.1")).contains("stop what uses the port");
    assertThat(ListenAdvice.of("127.0.0.1", "node.listen")).contains("stop what uses the port");
    assertThat(ListenAdvice.of("0.0.0.0", "node.listen")).contains("stop what uses the port");
  }

  /** Debian gives a machine's own name 127.0.1.1, which no interface names. */
  @Test
  void anotherLoopbackAddressIsOfThisMachine() {
    assertThat(ListenAdvice.ofNodeAddress("127.0.1.1")).contains("stop what uses the port");
    assertThat(ListenAdvice.of("127.0.1.1", "node.listen")).contains("stop what uses the port");
  }

  @Test
  void whatIsInUseIsSaidInOneParagraph() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, 17_310, 1)) {
      try (ServerSocket taken = new ServerSocket(17_310)) {
        assertThat(taken.isBound()).isTrue();
        assertThatThrownBy(() -> cluster.start(0))
            .isInstanceOf(NodeStartException.class)
            .hasMessageContaining("17310")
            .hasMessageContaining("stop what uses the port");
      }
      cluster.start(0); // nothing of the failed start is left
      cluster.awaitReady(0);
      assertThatThrownBy(() -> QuorateNode.start(cluster.config(0)))
          .isInstanceOf(NodeStartException.class)
          .hasMessageContaining("in use");
      assertThat(cluster.node(0).readiness().ready()).isTrue();
    }
  }

  /**
   * Meters that are there once there was another node, another region, a full queue, a bound hit, a
   * request of a client.
   */
  private static final List<String> COME_WITH_THEIR_FIRST_LABEL =
      List.of(
          "quorate_node_live",
          "quorate_replication_lag_seconds",
          "quorate_region_lag_seconds",
          "quorate_breaker_open",
          "quorate_overloaded_total",
          "quorate_throttled_total",
          "quorate_request_seconds_count");

  private static final Pattern METER = Pattern.compile("\\b(?:quorate|process)_[a-z_]+");
  private static final Pattern METER_OF_SAMPLE =
      Pattern.compile("(?m)^(?:quorate|process)_[a-z_]+(?=[{ ])");
  private static final Pattern METER_WITH_LABEL =
      Pattern.compile("\\bquorate_[a-z_]+\\{[a-z_]+=\"[^\"]*\"");

  @Test
  void healthAndMetersAreServed() throws Exception {
    RealCluster cluster = new RealCluster(directory, 17_360, 1);
    NodeConfig config = cluster.config(0, Map.of("http.listen", "127.0.0.1:17399"));
    try (QuorateNode node = QuorateNode.start(config)) {
      assertThat(node.awaitReady(java.time.Duration.ofSeconds(20))).isTrue();
      assertThat(http("/health/live").statusCode()).isEqualTo(200);
      assertThat(http("/health/ready").statusCode()).isEqualTo(200);
      assertThat(http("/health/whole").body()).isEqualTo("{\"status\":\"whole\"}\n");
      assertThat(http("/metrics").body())
          .contains(
              "quorate_node_ready 1.0",
              "quorate_raft_leading 1.0",
              "quorate_raft_leaderships_total 1.0",
              "quorate_storage_sync");
      Set<String> asked = found(METER, alerts());
      asked.removeAll(COME_WITH_THEIR_FIRST_LABEL);
      String told = http("/metrics").body();
      assertThat(found(METER_OF_SAMPLE, told)).as("meters of alerts").containsAll(asked);
      Set<String> labelled = found(METER_WITH_LABEL, alerts());
      labelled.removeIf(
          each -> COME_WITH_THEIR_FIRST_LABEL.contains(each.substring(0, each.indexOf('{'))));
      assertThat(labelled)
          .as("labels of alerts")
          .allMatch(each -> told.lines().anyMatch(line -> hasLabel(line, each)));
    }
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  /** Whether a sample is of the meter, and has the label, of a selector. */
  private static boolean hasLabel(String sample, String selector) {
    int brace = selector.indexOf('{');
    return sample.startsWith(selector.substring(0, brace + 1))
        && sample.contains(selector.substring(brace + 1));
  }

  private static String alerts() throws IOException {
    Path file = Path.of("config/alerts.yml");
    return Files.readString(Files.exists(file) ? file : Path.of("..").resolve(file));
  }

  private static HttpResponse<String> http(String path) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:17399" + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static QuorateClient client(RealCluster cluster) throws ConfigException {
    List<String> seeds = cluster.config(0).cluster().seeds();
    return QuorateClient.builder().endpoints(seeds).build();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
