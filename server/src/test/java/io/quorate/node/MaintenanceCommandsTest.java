package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import java.nio.file.Path;
import java.util.List;
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
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3)) {
      put(cluster, 0, KEYS);
      String away = cluster.node(AWAY).id().toString();
      assertThat(cluster.run("repair", "--verify").exitCode()).isZero();
      cluster.stop(AWAY);
      put(cluster, KEYS / 2, 2 * KEYS);
      Ran alone = cluster.run("hints", "list", "--json");
      assertThat(alone.exitCode()).isEqualTo(3);
      assertThat(alone.json().path("not_asked").get(0).path("node").asText()).isEqualTo(away);
      assertThat(alone.json().path("hints").asInt()).isEqualTo(2 * KEYS - KEYS / 2);
      assertThat(alone.json().path("bytes").asLong()).isPositive();
      assertThat(cluster.run("hints", "list").out()).contains(away);

      assertThat(cluster.run("hints", "pause", "--target", away).exitCode()).isEqualTo(3);
      cluster.start(AWAY);
      cluster.awaitReady(AWAY);
      Ran paused = cluster.run("hints", "wait", "--for", "1s", "--json");
      assertThat(paused.exitCode()).isEqualTo(3);
      assertThat(paused.json().path("left").asInt()).isEqualTo(2 * KEYS - KEYS / 2);
      assertThat(paused.err()).contains("paused");

      Ran differ = cluster.run("repair", "--verify", "--json");
      assertThat(differ.exitCode()).isEqualTo(1);
      assertThat(differ.json().path("differ")).isNotEmpty();
      int partition = differ.json().path("differ").get(0).path("partition").asInt();
      Ran one = cluster.run("repair", "--partition", String.valueOf(partition), "--json");
      assertThat(one.exitCode()).as(one.err()).isZero();
      assertThat(sum(one.json(), "comparisons")).isEqualTo(3);
      Ran verified =
          cluster.run("repair", "--verify", "--partition", String.valueOf(partition), "--json");
      assertThat(verified.exitCode()).isZero();
      assertThat(verified.json().path("equal").asInt()).isEqualTo(1);

      Ran all = cluster.run("repair", "--node", away, "--json");
      assertThat(all.exitCode()).as(all.err()).isZero();
      assertThat(sum(all.json(), "equal")).isEqualTo(2 * 16);
      assertThat(sum(all.json(), "records")).isPositive();
      Ran ages = cluster.run("repair", "status", "--json");
      assertThat(ages.exitCode()).isZero();
      assertThat(ages.json().path("partitions")).hasSize(16);
      for (JsonNode age : ages.json().path("partitions")) {
        assertThat(age.path("age_ms").asLong()).isPositive();
      }
      assertThat(cluster.run("repair").exitCode()).isZero();
      for (JsonNode age : cluster.run("repair", "status", "--json").json().path("partitions")) {
        assertThat(age.path("known").asBoolean()).as("all were compared just now").isTrue();
        assertThat(age.path("age_ms").asLong()).isLessThan(60_000);
        assertThat(age.path("node").asText()).isNotEqualTo(age.path("other").asText());
      }
      assertThat(cluster.run("repair", "status").out())
          .contains("16 partitions", "s ago", "; 0 not compared since a node started");
      Ran equal = cluster.run("repair", "--verify");
      assertThat(equal.exitCode()).isZero();
      assertThat(equal.out()).contains("16 of 16 partitions are equal at all their replicas");

      assertThat(cluster.run("hints", "resume").exitCode()).isZero();
      Ran waited = cluster.run("hints", "wait", "--json");
      assertThat(waited.exitCode()).isZero();
      assertThat(waited.json().path("left").asInt()).isZero();
      assertThat(cluster.run("hints", "list").out()).contains("no node owes anything");
      assertThat(cluster.run("hints", "deadletters", "list").out()).contains("no dead letters");
      assertThat(
              cluster
                  .run("hints", "deadletters", "replay", "--json")
                  .json()
                  .path("dead_letters")
                  .asInt())
          .isZero();
      assertThat(cluster.run("repair", "cancel", "--json").json().path("repairs").asInt()).isZero();
      assertThat(cluster.run("repair", "--tenant", "none", "--verify").exitCode()).isEqualTo(1);
      assertThat(cluster.run("repair", "--tenant", "default").exitCode()).isZero();
    }
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
