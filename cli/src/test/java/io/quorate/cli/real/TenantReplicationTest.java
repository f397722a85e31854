package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tenant of real nodes is given another replication factor by an operator. */
class TenantReplicationTest {
  private static final int FIRST_PORT = 17_550;
  private static final int NODES = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path directory;

  @Test
  void itHasMoreReplicasWhenAllPartitionsHaveMovedAndIsTakenBackByACancel() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, NODES)) {
      assertThat(Operator.run(cluster, "put", "k", "v").exitCode()).isEqualTo(ExitCode.DONE);
      Ran tooMany = Operator.run(cluster, "tenant", "alter", "default", "--rf", "5");
      assertThat(tooMany.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(tooMany.err()).contains("there are 4 nodes", "add nodes first");

      JsonNode plan =
          Operator.run(cluster, "cluster", "plan", "tenant", "default", "--rf", "4", "--json")
              .json();
      assertThat(plan.path("replication_factor_before").asInt()).isEqualTo(3);
      assertThat(plan.path("replication_factor").asInt()).isEqualTo(4);
      assertThat(plan.path("partitions_changed").asInt()).as("lists stay").isZero();
      assertThat(plan.path("replicas_moved").asInt()).as("one of each partition").isEqualTo(16);
      assertThat(factor(cluster, "replication_factor")).as("nothing is changed").isEqualTo(3);

      assertThat(Operator.run(cluster, "tenant", "alter", "default", "--rf", "4").exitCode())
          .isEqualTo(ExitCode.DONE);
      await("the tenant has four replicas")
          .atMost(PATIENCE)
          .until(() -> factor(cluster, "replication_factor") == 4);
      assertThat(factor(cluster, "next_replication_factor")).isEqualTo(4);
      assertThat(Operator.run(cluster, "get", "k", "--level", "ALL").out()).contains("v");

      // So that nothing sets out before it is called off.
      assertThat(Operator.run(cluster, "cluster", "pause").exitCode()).isEqualTo(ExitCode.DONE);
      Ran fewer = Operator.run(cluster, "tenant", "alter", "default", "--rf", "2");
      assertThat(fewer.out()).contains("4 -> 2");
      JsonNode change = Operator.run(cluster, "cluster", "status", "--json").json().path("change");
      assertThat(change.path("under_way").asBoolean()).isTrue();
      assertThat(Operator.run(cluster, "cluster", "cancel").exitCode()).isEqualTo(ExitCode.DONE);
      await("it is taken back")
          .atMost(PATIENCE)
          .until(() -> factor(cluster, "next_replication_factor") == 4);
    }
  }

  private static int factor(RealCluster cluster, String which) {
    JsonNode list = Operator.run(cluster, "tenant", "list", "--json").json();
    return list.path("tenants").path(0).path(which).asInt();
  }
}
