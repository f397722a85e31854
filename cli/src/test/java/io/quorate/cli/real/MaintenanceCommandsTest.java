package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hints and repair as an operator has them, on real nodes. */
class MaintenanceCommandsTest {
  private static final int FIRST_PORT = 17_370;
  private static final int AWAY = 2;
  private static final int KEYS = 120;

  @Test
  void whatANodeMissedIsSeenPausedComparedRepairedAndVerified(@TempDir Path directory)
      throws Exception {
    try (RealCluster cluster = named(directory)) {
      put(cluster, 0, KEYS);
      String away = cluster.node(AWAY).id().toString();
      awaitNames(cluster);
      assertThat(Operator.run(cluster, "repair", "--verify").exitCode()).isZero();
      cluster.stop(AWAY);
      put(cluster, KEYS / 2, 2 * KEYS);
      Ran alone = Operator.run(cluster, "hints", "list", "--json");
      assertThat(alone.exitCode()).isEqualTo(3);
      assertThat(alone.json().path("not_asked").get(0).path("node").asText()).isEqualTo(away);
      assertThat(alone.json().path("not_asked").get(0).path("name").asText()).isEqualTo("db-2");
      assertThat(alone.err()).contains("node " + away + " (db-2) at");
      for (JsonNode holder : alone.json().path("holders")) {
        assertThat(holder.path("holder_name").asText()).isIn("db-0", "db-1");
        assertThat(holder.path("targets").path(0).path("target_name").asText()).isEqualTo("db-2");
      }
      assertThat(alone.json().path("hints").asInt()).isEqualTo(2 * KEYS - KEYS / 2);
      assertThat(alone.json().path("bytes").asLong()).isPositive();
      assertThat(Operator.run(cluster, "hints", "list").out())
          .contains(away + " (db-2)")
          .containsPattern("[0-9a-f]{16} \\(db-[01]\\)");

      Ran pause = Operator.run(cluster, "hints", "pause", "--target", "db-2");
      assertThat(pause.exitCode()).isEqualTo(3);
      assertThat(pause.out()).contains("to node " + away + " (db-2)");
      cluster.start(AWAY, name(AWAY));
      cluster.awaitReady(AWAY);
      Ran paused = Operator.run(cluster, "hints", "wait", "--for", "1s", "--json");
      assertThat(paused.exitCode()).isEqualTo(3);
      assertThat(paused.json().path("left").asInt()).isEqualTo(2 * KEYS - KEYS / 2);
      assertThat(paused.err()).contains("paused");

      Ran differ = Operator.run(cluster, "repair", "--verify", "--json");
      assertThat(differ.exitCode()).isEqualTo(1);
      assertThat(differ.json().path("differ")).isNotEmpty();
      for (JsonNode replica : differ.json().path("differ").get(0).path("replicas")) {
        assertThat(replica.path("name").asText()).isEqualTo(nameOf(cluster, replica.path("node")));
      }
      int partition = differ.json().path("differ").get(0).path("partition").asInt();
      Ran one = Operator.run(cluster, "repair", "--partition", String.valueOf(partition), "--json");
      assertThat(one.exitCode()).as(one.err()).isZero();
      for (JsonNode node : one.json().path("nodes")) {
        assertThat(node.path("name").asText()).isEqualTo(nameOf(cluster, node.path("node")));
      }
      assertThat(sum(one.json(), "comparisons")).isEqualTo(3);
      Ran verified =
          Operator.run(
              cluster, "repair", "--verify", "--partition", String.valueOf(partition), "--json");
      assertThat(verified.exitCode()).isZero();
      assertThat(verified.json().path("equal").asInt()).isEqualTo(1);

      Ran all = Operator.run(cluster, "repair", "--node", away, "--json");
      assertThat(all.exitCode()).as(all.err()).isZero();
      assertThat(sum(all.json(), "equal")).isEqualTo(2 * 16);
      assertThat(sum(all.json(), "records")).isPositive();
      Ran ages = Operator.run(cluster, "repair", "status", "--json");
      assertThat(ages.exitCode()).isZero();
      assertThat(ages.json().path("partitions")).hasSize(16);
      for (JsonNode age : ages.json().path("partitions")) {
        assertThat(age.path("age_ms").asLong()).isPositive();
      }
      assertThat(Operator.run(cluster, "repair").exitCode()).isZero();
      for (JsonNode age :
          Operator.run(cluster, "repair", "status", "--json").json().path("partitions")) {
        assertThat(age.path("known").asBoolean()).as("all were compared just now").isTrue();
        assertThat(age.path("age_ms").asLong()).isLessThan(60_000);
        assertThat(age.path("node").asText()).isNotEqualTo(age.path("other").asText());
        assertThat(age.path("name").asText()).isEqualTo(nameOf(cluster, age.path("node")));
        assertThat(age.path("other_name").asText()).isEqualTo(nameOf(cluster, age.path("other")));
      }
      assertThat(Operator.run(cluster, "repair", "status").out())
          .contains("16 partitions", "s ago", "; 0 not compared since a node started");
      Ran equal = Operator.run(cluster, "repair", "--verify");
      assertThat(equal.exitCode()).isZero();
      assertThat(equal.out()).contains("16 of 16 partitions are equal at all their replicas");

      assertThat(Operator.run(cluster, "hints", "resume").exitCode()).isZero();
      Ran waited = Operator.run(cluster, "hints", "wait", "--json");
      assertThat(waited.exitCode()).isZero();
      assertThat(waited.json().path("left").asInt()).isZero();
      assertThat(Operator.run(cluster, "hints", "list").out()).contains("no node owes anything");
      assertThat(Operator.run(cluster, "hints", "deadletters", "list").out())
          .contains("no dead letters");
      assertThat(
              Operator.run(cluster, "hints", "deadletters", "replay", "--json")
                  .json()
                  .path("dead_letters")
                  .asInt())
          .isZero();
      assertThat(Operator.run(cluster, "repair", "cancel", "--json").json().path("repairs").asInt())
          .isZero();
      assertThat(Operator.run(cluster, "repair", "--tenant", "none", "--verify").exitCode())
          .isEqualTo(ExitCode.UNKNOWN_TENANT);
      assertThat(Operator.run(cluster, "repair", "--tenant", "default").exitCode()).isZero();
    }
  }

  private static Map<String, String> name(int node) {
    return Map.of("node.name", "db-" + node);
  }

  private static RealCluster named(Path directory) throws Exception {
    RealCluster cluster = new RealCluster(directory, FIRST_PORT, 3);
    for (int i = 0; i < 3; i++) {
      cluster.start(i, name(i));
    }
    for (int i = 0; i < 3; i++) {
      cluster.awaitReady(i);
    }
    return cluster;
  }

  /** Nodes tell their names after the start, when the cluster knows its version. */
  private static void awaitNames(RealCluster cluster) {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        Operator.run(cluster, "cluster", "status", "--json").json().path("nodes"))
                    .extracting(node -> node.path("name").asText())
                    .containsExactlyInAnyOrder("db-0", "db-1", "db-2"));
  }

  private static String nameOf(RealCluster cluster, JsonNode id) {
    for (int i = 0; i < 3; i++) {
      if (cluster.node(i).id().toString().equals(id.asText())) {
        return "db-" + i;
      }
    }
    throw new AssertionError("no node has the id " + id);
  }

  private static int sum(JsonNode result, String field) {
    int sum = 0;
    for (JsonNode node : result.path("nodes")) {
      sum += node.path(field).asInt();
    }
    return sum;
  }

  private static void put(RealCluster cluster, int from, int to) {
    try (QuorateClient client =
        QuorateClient.builder()
            .endpoints(List.of(cluster.address(0), cluster.address(1)))
            .build()) {
      KeyValue kv = client.keyValue();
      for (int i = from; i < to; i++) {
        kv.put("key-" + i, "value " + i + " of " + from);
      }
    }
  }
}
