package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.quorate.client.GetResult;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Clusters;
import io.quorate.cluster.Command;
import io.quorate.cluster.CommandRules;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.cluster.codec.CommandCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The largest value of a tenant. */
class MaxValueBytesTest {
  private static final byte[] KEY = {'k'};

  @TempDir private Path directory;

  @Test
  void aLargerValueIsRefusedBeforeItIsWrittenAnywhere() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_610, 1)) {
      List<String> seeds = cluster.config(0).cluster().seeds();
      try (QuorateClient client =
          QuorateClient.builder().endpoints(seeds).timeout(Duration.ofSeconds(20)).build()) {
        KeyValue keys = client.keyValue();
        var unused = keys.put("k", "before");
        var limited =
            Administration.of(client)
                .cluster()
                .alterTenant(
                    "default", TenantSettings.DEFAULT.with(TenantSetting.MAX_VALUE_BYTES, 10L));
        assertThat(limited.tenant().get(TenantSetting.MAX_VALUE_BYTES)).isEqualTo(10);

        assertThatThrownBy(() -> keys.put("k", "x".repeat(11)))
            .isInstanceOf(InvalidRequestException.class)
            .hasMessageContaining("the value has 11 bytes")
            .hasMessageContaining("tenant 'default' takes values of at most 10")
            .hasMessageContaining("Nothing was applied");
        assertThat(keys.get("k").text()).isEqualTo("before");
        var unusedToo = keys.put("k", "x".repeat(10));
        assertThat(keys.get("k").text()).isEqualTo("x".repeat(10));
      }
    }
  }

  /** Nodes take of each other what they take from no client any more. */
  @Test
  void whatWasStoredWhileLargerValuesWereTakenIsReadAndRepaired() throws Exception {
    byte[] large = new byte[2 << 20];
    Map<String, String> lowered = Map.of("limits.max_value_bytes", "64KiB");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger transport = (Logger) LoggerFactory.getLogger("io.quorate.transport");
    try (RealCluster cluster = RealCluster.ready(directory, 17_620, 3)) {
      List<String> seeds = cluster.config(0).cluster().seeds();
      try (QuorateClient client = client(seeds)) {
        var unused = client.keyValue().put(KEY, large, WriteOptions.DEFAULT.level(Level.ALL));
        cluster.stop(2);
        unused = client.keyValue().put(KEY, large);
      }
      cluster.stop(0);
      cluster.stop(1);
      for (int i = 0; i < 3; i++) {
        cluster.start(i, lowered);
      }
      for (int i = 0; i < 3; i++) {
        cluster.awaitReady(i);
      }
      log.start();
      transport.addAppender(log);
      try (QuorateClient client = client(seeds)) {
        for (int i = 0; i < 20; i++) {
          GetResult read = client.keyValue().get(KEY, ReadOptions.DEFAULT.level(Level.ALL));
          assertThat(read.value()).isEqualTo(large);
        }
        assertThatThrownBy(() -> client.keyValue().put(KEY, new byte[(64 << 10) + 1]))
            .isInstanceOf(InvalidRequestException.class);
      }
      assertThat(log.list).as("connections between nodes").isEmpty();
    } finally {
      transport.detachAppender(log);
    }
  }

  private static QuorateClient client(List<String> seeds) {
    return QuorateClient.builder().endpoints(seeds).timeout(Duration.ofSeconds(20)).build();
  }

  @Test
  void itIsRefusedAtTheFirstVersionAndWrittenAtTheSecond() {
    Command alter =
        new Command.AlterTenant(
            "default",
            io.quorate.placement.TenantSettings.NONE.with(
                io.quorate.placement.TenantSetting.MAX_VALUE_BYTES, 1000L));
    assertThat(CommandRules.refusalOf(alter, 1)).contains("max_value_bytes", "finalize");
    byte[] bytes = CommandCodec.encode(alter, 2);
    assertThat(CommandCodec.decode(bytes)).isEqualTo(alter);

    ClusterState altered = ((Accepted) Clusters.ofNodes(3).apply(alter, 2)).next();
    byte[] state = ClusterStateCodec.encode(altered);
    assertThat(state[0]).isEqualTo((byte) 12);
    assertThat(ClusterStateCodec.decode(state)).isEqualTo(altered);
  }
}
