package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.GetResult;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of all nodes count on a command of an operator once it has ended. */
class TenantChangesTest {
  private static final int FIRST_PORT = 18_760;
  private static final int ROUNDS = 25;
  private static final int KEYS = 6;

  private static void run(RealCluster cluster, String... words) {
    Ran ran = Operator.run(cluster, words);
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void whatIsWrittenAfterThemStays(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3);
        QuorateClient client =
            QuorateClient.builder()
                .endpoints(List.of(cluster.address(0), cluster.address(1), cluster.address(2)))
                .build()) {
      for (int round = 0; round < ROUNDS; round++) {
        String tenant = "t" + round;
        run(cluster, "tenant", "create", tenant);
        write(client, tenant, "created");
        run(cluster, "tenant", "truncate", tenant, "--yes");
        write(client, tenant, "truncated");
        assertIsThere(client, tenant, "truncated");
        run(cluster, "tenant", "drop", tenant, "--yes");
        run(cluster, "tenant", "create", tenant);
        write(client, tenant, "created again");
        assertIsThere(client, tenant, "created again");
      }
    }
  }

  /** Several keys, so that each node coordinates some. */
  private static void write(QuorateClient client, String tenant, String value) {
    for (int key = 0; key < KEYS; key++) {
      var unused = client.keyValue().put("k" + key, value, WriteOptions.DEFAULT.tenant(tenant));
    }
  }

  private static void assertIsThere(QuorateClient client, String tenant, String value) {
    for (int key = 0; key < KEYS; key++) {
      GetResult read = client.keyValue().get("k" + key, ReadOptions.DEFAULT.tenant(tenant));
      assertThat(read.found()).as("k%d of %s", key, tenant).isTrue();
      assertThat(read.text()).isEqualTo(value);
    }
  }
}
