package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.QuorateClient;
import io.quorate.client.UnavailableException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Backups;
import io.quorate.node.RealCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup of all tenants is of those that there are, and not of those that some node knows: where
 * that cannot be made sure, there is none.
 */
class BackupWithoutLeaderTest {
  @TempDir private Path directory;

  @Test
  void saysWhyThereIsNone() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory.resolve("nodes"), 18_960, 3)) {
      cluster.stop(1);
      cluster.stop(2);
      Ran ran =
          Operator.run(
              cluster,
              "backup",
              "create",
              "--to",
              directory.toString(),
              "--name",
              "none",
              "--timeout",
              "4s",
              "--give-up-after",
              "1s");
      assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(ran.err()).contains("this node cannot make sure which tenants there are: ");
      assertThat(Files.exists(directory.resolve("none"))).isFalse();
      requireNoUsersAndRoles(cluster);
      assertThat(Operator.run(cluster, "tenant", "list").exitCode())
          .as("others are answered")
          .isEqualTo(ExitCode.DONE);
    }
  }

  private static void requireNoUsersAndRoles(RealCluster cluster) {
    try (QuorateClient client =
        QuorateClient.builder()
            .endpoints(cluster.address(0))
            // A node that stands still for a second refuses what it had no time left for.
            .timeout(Duration.ofSeconds(4))
            .build()) {
      Backups backups = Administration.of(client).backups();
      assertThatThrownBy(backups::users)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("cannot make sure which users there are: ");
      assertThatThrownBy(backups::roles)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("cannot make sure which roles there are: ");
      assertThat(Administration.of(client).access().users()).isEmpty();
    }
  }
}
