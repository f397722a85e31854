package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.QuorateClient;
import io.quorate.client.ScanOptions;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tenant that each cluster has comes back under its own name, and never over a key. */
class RestoredIntoDefaultTest {
  private static final int FIRST_PORT = 17_880;
  private static final int KEYS = 50;

  @TempDir private Path directory;

  private static Ran done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(ExitCode.DONE);
    return ran;
  }

  private static SortedMap<String, String> contents(QuorateClient client) {
    SortedMap<String, String> contents = new TreeMap<>();
    try (var scan = client.keyValue().scan("", ScanOptions.DEFAULT)) {
      scan.forEachRemaining(each -> contents.put(each.keyText(), each.valueText()));
    }
    return contents;
  }

  @Test
  void itIsRefusedOverAKeyAndRestoredWhenTheKeyIsDeleted() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory.resolve("nodes"), FIRST_PORT, 3);
        QuorateClient client =
            QuorateClient.builder()
                .endpoints(List.of(cluster.address(0), cluster.address(1)))
                .timeout(Duration.ofSeconds(20))
                .build()) {
      for (int i = 0; i < KEYS; i++) {
        var unused = client.keyValue().put("k" + i, "v" + i);
      }
      SortedMap<String, String> before = contents(client);
      done(Operator.run(cluster, "tenant", "alter", "default", "--ttl", "1d"));
      done(
          Operator.run(cluster, "backup", "create", "--to", directory.toString(), "--name", "all"));
      done(Operator.run(cluster, "tenant", "alter", "default", "--ttl", "0"));
      String from = directory.resolve("all").toString();

      Ran refused = Operator.run(cluster, "restore", "--from", from, "--tenant", "default");
      assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCode.FAILED);
      assertThat(refused.err())
          .contains("tenant 'default' holds keys, such as 'k", "quorate tenant truncate default")
          .contains("--tenant default=NAME");
      assertThat(contents(client)).isEqualTo(before);

      for (int i = 0; i < KEYS; i++) {
        var unused = client.keyValue().delete("k" + i);
      }
      assertThat(contents(client)).isEmpty();
      done(Operator.run(cluster, "restore", "--from", from, "--tenant", "default=default"));
      assertThat(contents(client)).isEqualTo(before);
      assertThat(done(Operator.run(cluster, "tenant", "list", "--json")).out())
          .contains("86400000");
      Ran nothing = Operator.run(cluster, "backup", "give-up-restore", "default", "--yes");
      assertThat(nothing.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(nothing.err()).contains("is not being restored");
    }
  }
}
