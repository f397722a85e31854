package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Each node is drained, stopped and started again, one after the other, under load; in a brief run,
 * only the one that leads.
 */
class RollingRestartTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LENGTH = Duration.ofSeconds(Disturbance.BRIEF ? 25 : 90);

  private static JsonNode json(CommandLine.Result result) {
    assertThat(result.code()).as(result.toString()).isZero();
    try {
      return JSON.readTree(result.out());
    } catch (IOException notJson) {
      throw new AssertionError(result.toString(), notJson);
    }
  }

  private static boolean leads(QuorateClient client, Node node) {
    ClusterStatus status = Administration.of(client).cluster().status();
    return status.nodes().stream()
        .anyMatch(
            each ->
                each.address().equals(node.address())
                    && each.id().equals(status.metadata().leader()));
  }

  private static void restart(Nodes nodes, QuorateClient client, Node node) {
    JsonNode drained = json(nodes.commandLine().quorate("node", "drain", node.name(), "--json"));
    assertThat(drained.path("done").asBoolean()).as("%s", drained).isTrue();
    assertThat(node.isReady()).as("a drained node is sent nothing").isFalse();
    String leader = Administration.of(client).cluster().status().metadata().leader();
    assertThat(leader).isNotEmpty().isNotEqualTo(drained.path("node").asText());
    node.stop();
    node.start();
    nodes.awaitReady();
    CommandLine.Result delivered = nodes.commandLine().quorate("hints", "wait", "--for", "1m");
    assertThat(delivered.code()).as("%s", delivered).isZero();
  }

  private static CommandLine.Result bench(Nodes nodes) {
    return nodes
        .commandLine()
        .within(LENGTH.multipliedBy(4))
        .quorate(
            "bench",
            "--workload=a",
            "--keys=2000",
            "--rate=300",
            "--seconds=" + LENGTH.toSeconds(),
            "--verify",
            "--json");
  }

  @Test
  void noRequestFailsAndNoWriteIsLost() throws Exception {
    try (Nodes nodes = Nodes.threeOnLoopback();
        var beside = Executors.newSingleThreadExecutor()) {
      nodes.all().forEach(node -> node.set("QUORATE_NODE_NAME", node.name()));
      nodes.start();
      try (QuorateClient client = nodes.client()) {
        CompletableFuture<CommandLine.Result> load =
            CompletableFuture.supplyAsync(() -> bench(nodes), beside);
        Waiting.pass(Duration.ofSeconds(5));
        for (Node node : nodes.all()) {
          if (!Disturbance.BRIEF || leads(client, node)) {
            restart(nodes, client, node);
          }
        }
        assertThat(load.isDone()).as("restarts took longer than the load").isFalse();

        JsonNode report = json(load.get(5, TimeUnit.MINUTES));
        System.out.println(report);
        assertThat(report.path("errors_by_kind").isObject()).as("%s", report).isTrue();
        assertThat(report.path("errors_by_kind")).as("%s", report).isEmpty();
        for (String broken : new String[] {"lost_writes", "stale_reads", "wrong_values"}) {
          assertThat(report.path(broken).asLong(-1)).as("%s: %s", broken, report).isZero();
        }
      }
    }
  }

  @Test
  void aDrainedNodeIsPutBack() {
    try (Nodes nodes = Nodes.threeOnLoopback().start()) {
      CommandLine operator = nodes.commandLine();
      String address = nodes.node(1).address();
      json(operator.quorate("node", "drain", address, "--json"));
      CommandLine.Result refused =
          new CommandLine().quorate("put", "k", "v", "--timeout", "2s", "--endpoints", address);
      System.out.println(refused);
      json(operator.quorate("node", "resume", address, "--json"));
      nodes.awaitReady();
      CommandLine.Result unknown = operator.quorate("node", "drain", "node-9");
      assertThat(unknown.code()).isEqualTo(2);
      assertThat(unknown.errText())
          .contains("no node of the cluster has the id, address or name 'node-9'");
    }
  }
}
