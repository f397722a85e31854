package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.Ran;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.node.QuorateNode;
import io.quorate.node.RealCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long keys may be is what the cluster is configured for, not what the client thinks. */
class LongKeysTest {
  private static final int FIRST_PORT = 17_575;

  @Test
  void clientAndCommandTakeKeysAsLongAsTheClusterDoes(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = new RealCluster(directory, FIRST_PORT, 1)) {
      QuorateNode node =
          QuorateNode.start(cluster.config(0, Map.of("limits.max_key_bytes", "8KiB")));
      try (QuorateClient client = QuorateClient.builder().endpoints(cluster.address(0)).build()) {
        assertThat(node.awaitReady(Duration.ofSeconds(30))).isTrue();
        KeyValue kv = client.keyValue();
        byte[] longKey = "k".repeat(8192).getBytes(StandardCharsets.UTF_8);
        kv.put(longKey, new byte[] {7});
        assertThat(kv.get(longKey).value()).containsExactly(7);
        Ran got = Ran.command("get", "k".repeat(8192), "--endpoints", cluster.address(0));
        assertThat(got.exitCode()).as(got.err()).isZero();
        kv.delete(longKey);
        assertThat(kv.get(longKey).found()).isFalse();

        assertThatThrownBy(() -> kv.put(new byte[8193], new byte[0]))
            .isInstanceOf(InvalidRequestException.class)
            .hasMessageContaining("the key has 8193 bytes; at most 8192 are allowed");
      } finally {
        node.stop();
      }
    }
  }
}
