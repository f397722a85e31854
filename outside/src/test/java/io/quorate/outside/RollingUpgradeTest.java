package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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

  private static final Duration BETWEEN = Duration.ofSeconds(5);
  private static final Duration LENGTH = Duration.ofSeconds(90);

  @Test
  void nodesAreUpgradedUnderLoadAndOneGoesBackOnce() throws Exception {
    assumeTrue(!RELEASED.isEmpty(), "no release is given to upgrade from");
    try (Nodes nodes = Nodes.threeOnLoopback()) {
      nodes.all().forEach(node -> node.install(Path.of(RELEASED)));
      nodes.start();
      CompletableFuture<CommandLine.Result> bench =
          CompletableFuture.supplyAsync(
              () ->
                  nodes
                      .commandLine()
                      .within(LENGTH.multipliedBy(4))
                      .quorate(
                          "bench",
                          "--workload=a",
                          "--keys=20000",
                          "--rate=500",
                          "--seconds=" + LENGTH.toSeconds(),
                          "--verify",
                          "--json"));
      Waiting.pass(BETWEEN.multipliedBy(3));
      restart(nodes, nodes.node(0), Distribution.home());
      restart(nodes, nodes.node(0), Path.of(RELEASED));
      for (Node node : nodes.all()) {
        restart(nodes, node, Distribution.home());
      }
      assertThat(bench.isDone()).as("the upgrade took longer than the bench").isFalse();
      CommandLine.Result ended = bench.get(10, TimeUnit.MINUTES);
      System.out.println(ended.outText());
      JsonNode report = JSON.readTree(ended.out());
      assertThat(report.path("errors_by_kind").isObject()).as("%s", ended).isTrue();
      assertThat(report.path("errors_by_kind")).as("%s", ended).isEmpty();
      for (String broken : List.of("lost_writes", "stale_reads", "wrong_values")) {
        assertThat(report.path(broken).asLong(-1)).as("%s: %s", broken, ended).isZero();
      }
      CommandLine.Result verified = nodes.commandLine().quorate("repair", "--verify");
      assertThat(verified.code()).as("%s", verified).isZero();
      finish(nodes);
      theEarlierReleaseEnds(nodes);
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
