package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are deleted by a prefix of theirs. */
class PrefixDeletionTest {
  private static final int FIRST_PORT = 17_750;
  private static final int KEYS = 450;

  private static Ran delete(RealCluster cluster, String... options) {
    String[] words = new String[options.length + 1];
    words[0] = "delete";
    System.arraycopy(options, 0, words, 1, options.length);
    return Operator.run(cluster, words);
  }

  private static long count(RealCluster cluster, String tenant) {
    return Operator.run(cluster, "scan", "--keys-only", "--tenant", tenant).out().lines().count();
  }

  private static void fill(QuorateClient client, String prefix, int keys) {
    client
        .keyValue()
        .putAll(
            IntStream.range(0, keys).mapToObj(i -> Entry.of(prefix + i, "v")).toList(),
            WriteOptions.DEFAULT)
        .forEach(outcome -> outcome.get());
  }

  @Test
  void whatBeginsWithItGoesAndNothingElse(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3);
        QuorateClient client =
            QuorateClient.builder().endpoints(List.of(cluster.address(0))).build()) {
      fill(client, "user:", KEYS);
      fill(client, "users", 20);
      Ran unasked = delete(cluster, "--prefix", "user:");
      assertThat(unasked.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(unasked.err()).contains("nothing was changed", "'user:'", "--yes");
      Ran counted = delete(cluster, "--prefix", "user:", "--dry-run", "--json");
      assertThat(counted.json().path("keys").asLong()).isEqualTo(KEYS);
      assertThat(count(cluster, "default")).isEqualTo(KEYS + 20);

      Ran deleted = delete(cluster, "--prefix", "user:", "--yes");
      assertThat(deleted.exitCode()).as(deleted.err()).isEqualTo(ExitCode.DONE);
      assertThat(deleted.out()).contains("deleted " + KEYS + " keys that begin with 'user:'");
      assertThat(count(cluster, "default")).isEqualTo(20);
      assertThat(delete(cluster, "--prefix", "user:", "--yes").out()).contains("deleted 0 keys");

      Operator.run(cluster, "tenant", "create", "carts", "--model", "siblings");
      for (int i = 0; i < 5; i++) {
        assertThat(Operator.run(cluster, "put", "c" + i, "v", "--tenant", "carts").exitCode())
            .isZero();
      }
      Ran ofSiblings = delete(cluster, "--prefix", "c", "--yes", "--tenant", "carts");
      assertThat(ofSiblings.out()).as(ofSiblings.err()).contains("deleted 5 keys");
      assertThat(count(cluster, "carts")).isZero();
    }
  }

  @Test
  void aKeyOrAPrefixIsGiven(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT + 10, 1)) {
      for (Ran wrong :
          List.of(
              Ran.command("delete", "--endpoints", cluster.address(0)),
              Ran.command("delete", "k", "--prefix", "k", "--endpoints", cluster.address(0)))) {
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("give a KEY, or --prefix");
      }
    }
  }
}
