package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that an operator takes out of service, and puts back. */
class NodeCommandTest {
  private static final int FIRST_PORT = 17_720;

  private static JsonNode done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    return ran.json();
  }

  private static String leader(RealCluster cluster) {
    JsonNode status = done(Operator.run(cluster, "cluster", "status", "--json"));
    String leader = status.path("metadata").path("leader").asText();
    assertThat(leader).isNotEmpty();
    return leader;
  }

  private static String address(RealCluster cluster, String node) {
    for (JsonNode each : done(Operator.run(cluster, "cluster", "status", "--json")).path("nodes")) {
      if (each.path("id").asText().equals(node)) {
        return each.path("address").asText();
      }
    }
    throw new AssertionError("no node " + node);
  }

  @Test
  void theLeaderIsDrainedAndPutBack(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3)) {
      String drained = leader(cluster);
      String address = address(cluster, drained);
      JsonNode standing = done(Operator.run(cluster, "node", "drain", drained, "--json"));
      assertThat(standing.path("done").asBoolean()).isTrue();
      assertThat(standing.path("leads_metadata").asBoolean()).isFalse();
      assertThat(leader(cluster)).isNotEqualTo(drained);

      // Requests that it gets, it refuses; others serve them.
      Ran alone = Ran.command("put", "k", "v", "--timeout", "2s", "--endpoints", address);
      assertThat(alone.exitCode()).as(alone.out()).isEqualTo(ExitCode.DONE);
      assertThat(Operator.run(cluster, "get", "k").out()).contains("v");

      String next = leader(cluster);
      assertThat(Operator.run(cluster, "node", "drain", next).err())
          .contains(
              drained + " is drained, too: 1 of 3 nodes take requests now",
              "quorate node resume " + drained);
      assertThat(Operator.run(cluster, "node", "resume", next).exitCode()).isEqualTo(ExitCode.DONE);

      Ran resumed = Operator.run(cluster, "node", "resume", address);
      assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(ExitCode.DONE);
      assertThat(resumed.out()).contains("node " + drained + " is back in service");
      Ran unknown = Operator.run(cluster, "node", "drain", "node-9");
      assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    }
  }

  /** There is no other node to hand over to, and nothing to wait for. */
  @Test
  void aNodeAloneIsDrained(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT + 10, 1)) {
      String address = cluster.address(0);
      Ran drained = Ran.command("node", "drain", address, "--endpoints", address);
      assertThat(drained.exitCode()).as(drained.err()).isEqualTo(ExitCode.DONE);
      assertThat(drained.out()).contains("is drained and can be stopped");
      Ran refused = Ran.command("get", "k", "--timeout", "5s", "--endpoints", address);
      assertThat(refused.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(refused.err()).contains("drained");
      Ran resumed = Ran.command("node", "resume", address, "--endpoints", address);
      assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(ExitCode.DONE);
      assertThat(Ran.command("put", "k", "v", "--endpoints", address).exitCode())
          .isEqualTo(ExitCode.DONE);
    }
  }
}
