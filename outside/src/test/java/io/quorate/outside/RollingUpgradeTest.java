package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three nodes of the release that {@code -Dquorate.released} names a built tree of are upgraded to
 * this one, one after the other, while a client goes on; {@code .ci/upgrade} builds that tree.
 */
@Tag("campaign")
class RollingUpgradeTest {
  private static final String RELEASED = System.getProperty("quorate.released", "");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The exit code of release 0.1 for all that it cannot start with; later ones have 6 for this. */
  private static final int FAILED = 4;

  private static final String COMPRESSED = "quorate_peer_compressed_bytes_total";
  private static final Duration BETWEEN = Duration.ofSeconds(5);
  private static final String NOT_DRAINED = ": not drained, as its release does not know how";

  /** The load must outlast the upgrade, also on a machine that does other work. */
  private static final Duration LENGTH = Duration.ofMinutes(10);

  @Test
  void nodesAreUpgradedUnderLoadAndOneGoesBackOnce() throws Exception {
    assumeTrue(!RELEASED.isEmpty(), "no release is given to upgrade from");
    try (Nodes nodes = Nodes.threeOnLoopback()) {
      nodes.all().forEach(node -> node.install(Path.of(RELEASED)));
      nodes.start();
      underLoad(
          nodes,
          () -> {
            restart(nodes, nodes.node(0), Distribution.home());
            String first = nodes.node(0).address();
            CommandLine.Result created =
                nodes.commandLine().quorate("tenant", "create", "plain", "--endpoints", first);
            assertThat(created.code()).as("%s", created).isZero();
            restart(nodes, nodes.node(0), Path.of(RELEASED));
            byOneCommand(nodes);
          });
      CommandLine.Result backup =
          nodes
              .commandLine()
              .quorate("backup", "create", "--to", nodes.directory() + "/b", "--name", "early");
      assertThat(backup.code()).as("before the upgrade is finalized: %s", backup).isZero();
      CommandLine.Result early = restore(nodes);
      assertThat(early.code()).as("%s", early).isNotZero();
      assertThat(early.errText()).contains("tenants are restored since cluster version 2");
      finish(nodes);
      CommandLine.Result restored = restore(nodes);
      assertThat(restored.code()).as("%s", restored).isZero();
      theEarlierReleaseEnds(nodes);
    }
  }

  /**
   * The release before has regions as labels of nodes only. Replicas by region and levels about
   * them begin once the upgrade is finalized. What goes to other regions is compressed from the
   * first new node on, by gzip, which the release before reads, too.
   */
  @Test
  void nodesInTwoRegionsAreUpgradedUnderLoad() throws Exception {
    assumeTrue(!RELEASED.isEmpty(), "no release is given to upgrade from");
    try (Nodes nodes = Nodes.onHosts("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1")) {
      for (Node node : nodes.all()) {
        boolean first = nodes.all().indexOf(node) < 2;
        node.install(Path.of(RELEASED)).set("QUORATE_NODE_REGION", first ? "eu" : "us");
      }
      nodes.start();
      underLoad(
          nodes,
          () -> {
            restart(nodes, nodes.node(0), Distribution.home());
            restart(nodes, nodes.node(3), Distribution.home());
            CommandLine.Result early = createByRegion(nodes);
            assertThat(early.code()).as("%s", early).isNotZero();
            System.out.println("while releases are mixed: " + early.errText().strip());
            assertThat(nodes.node(0).meter(COMPRESSED)).isPositive();
            restart(nodes, nodes.node(1), Distribution.home());
            restart(nodes, nodes.node(2), Distribution.home());
          });
      finish(nodes);
      CommandLine.Result created = createByRegion(nodes);
      assertThat(created.code()).as("%s", created).isZero();
      JsonNode report =
          JSON.readTree(
              bench(nodes, 10, "--tenant=geo", "--client-region=us", "--level=EACH_QUORUM").out());
      assertUnbroken(report);
    }
  }

  private static CommandLine.Result restore(Nodes nodes) {
    return nodes
        .commandLine()
        .within(LENGTH)
        .quorate("restore", "--from", nodes.directory() + "/b/early", "--tenant", "plain=other");
  }

  /**
   * The release before hands leadership over to no one when it is stopped. So its leader is the
   * last, and changes of metadata wait once.
   */
  private static void byOneCommand(Nodes nodes) {
    nodes.all().forEach(node -> node.install(Distribution.home()));
    try (Supervisor supervisor = Supervisor.of(nodes, node -> {});
        MetadataChanges changes = MetadataChanges.begin(nodes)) {
      CommandLine.Result ran =
          nodes
              .commandLine()
              .within(LENGTH)
              .quorate(
                  "cluster",
                  "restart",
                  "--rolling",
                  "--with",
                  supervisor.line("{port}"),
                  "--pause",
                  BETWEEN.toSeconds() + "s",
                  "--yes");
      System.out.println(ran);
      assertThat(ran.code()).as("%s, for %s", ran, supervisor.failure()).isZero();
      System.out.println("changes of metadata took at most " + changes.end());
      List<String> stopped =
          ran.errText().lines().filter(line -> line.contains(NOT_DRAINED)).toList();
      assertThat(stopped).as("%s", ran).hasSameSizeAs(nodes.all());
    }
  }

  private static CommandLine.Result createByRegion(Nodes nodes) {
    return nodes.commandLine().quorate("tenant", "create", "geo", "--rf", "eu=2,us=2");
  }

  /** Goes on with reads and writes while that is done; then all replicas are alike. */
  private static void underLoad(Nodes nodes, Runnable upgrade) throws Exception {
    CompletableFuture<CommandLine.Result> bench =
        CompletableFuture.supplyAsync(() -> bench(nodes, LENGTH.toSeconds()));
    Waiting.pass(BETWEEN.multipliedBy(3));
    upgrade.run();
    assertThat(bench.isDone()).as("the upgrade took longer than the bench").isFalse();
    CommandLine.Result ended = bench.get(10, TimeUnit.MINUTES);
    System.out.println(ended.outText());
    assertUnbroken(JSON.readTree(ended.out()));
    CommandLine.Result verified = nodes.commandLine().quorate("repair", "--verify");
    assertThat(verified.code()).as("%s", verified).isZero();
  }

  private static CommandLine.Result bench(Nodes nodes, long seconds, String... more) {
    List<String> arguments = new ArrayList<>(List.of("bench", "--workload=a", "--keys=20000"));
    arguments.addAll(List.of("--rate=500", "--seconds=" + seconds, "--verify", "--json"));
    arguments.addAll(List.of(more));
    return nodes
        .commandLine()
        .within(LENGTH.multipliedBy(4))
        .quorate(arguments.toArray(String[]::new));
  }

  private static void assertUnbroken(JsonNode report) {
    assertThat(report.path("errors_by_kind").isObject()).as("%s", report).isTrue();
    assertThat(report.path("errors_by_kind")).as("%s", report).isEmpty();
    for (String broken : List.of("lost_writes", "stale_reads", "wrong_values")) {
      assertThat(report.path(broken).asLong(-1)).as("%s: %s", broken, report).isZero();
    }
  }

  /** The earlier release cannot read what is written now: it says so, changes nothing, and ends. */
  private static void theEarlierReleaseEnds(Nodes nodes) {
    Node node = nodes.node(2);
    node.stop();
    node.install(Path.of(RELEASED)).start();
    assertThat(node.awaitExit(Duration.ofSeconds(60))).isEqualTo(FAILED);
    node.install(Distribution.home()).start();
    nodes.awaitReady();
  }

  private static void restart(Nodes nodes, Node node, Path distribution) {
    node.stop();
    node.install(distribution).start();
    nodes.awaitReady();
    CommandLine.Result delivered = nodes.commandLine().quorate("hints", "wait", "--for", "1m");
    assertThat(delivered.code()).as("%s", delivered).isZero();
    Waiting.pass(BETWEEN);
  }

  /** All run one release; its version is that of the cluster, or is to be made so. */
  private static void finish(Nodes nodes) throws IOException {
    JsonNode before = status(nodes);
    assertThat(before.findValuesAsText("release").stream().distinct()).as("%s", before).hasSize(1);
    assertThat(before.path("behind")).as("%s", before).isEmpty();
    CommandLine.Result done =
        nodes.commandLine().quorate("cluster", "upgrade", "finalize", "--yes");
    assertThat(done.code()).as("%s", done).isZero();
    JsonNode after = status(nodes);
    assertThat(after.path("cluster_version").asInt())
        .isEqualTo(after.path("highest_cluster_version").asInt());
  }

  private static JsonNode status(Nodes nodes) throws IOException {
    CommandLine.Result status =
        nodes.commandLine().quorate("cluster", "upgrade", "status", "--json");
    assertThat(status.code()).as("%s", status).isZero();
    return JSON.readTree(status.out());
  }
}
