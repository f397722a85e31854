package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.client.GetResult;
import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.Version;
import io.quorate.client.WriteOptions;
import io.quorate.node.RealCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that expire, from the Java client and the command line to the disks of real nodes. */
class TimeToLiveTest {
  private static final int FIRST_PORT = 17_400;
  private static final Duration BRIEF = Duration.ofSeconds(3);
  private static final long AN_HOUR = Duration.ofHours(1).toMillis();

  @Test
  void expiresByPutAndByTenantOnEveryReplicaAtTheSameVersion(@TempDir Path directory)
      throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3);
        QuorateClient client =
            QuorateClient.builder().endpoints(List.of(cluster.address(0))).build()) {
      JsonNode made =
          Operator.run(cluster, "tenant", "create", "sessions", "--ttl", "3s", "--json").json();
      assertThat(made.path("default_ttl_ms").asLong()).isEqualTo(BRIEF.toMillis());
      assertThat(Operator.run(cluster, "tenant", "create", "visits", "--ttl", "1h").exitCode())
          .isZero();
      KeyValue kv = client.keyValue();
      long before = System.currentTimeMillis();
      Version byClient = put(kv, "by-client", WriteOptions.DEFAULT.ttl(BRIEF));
      Version byTenant = put(kv, "by-tenant", WriteOptions.DEFAULT.tenant("sessions"));
      Version forLong =
          put(kv, "for-long", WriteOptions.DEFAULT.tenant("sessions").ttl(Duration.ofHours(1)));
      assertThat(Operator.run(cluster, "put", "by-command", "v", "--ttl", "3s").exitCode())
          .isZero();
      put(kv, "for-ever", WriteOptions.DEFAULT);

      // What was put says when it goes. Asked of what stays long enough to be asked.
      put(kv, "an-hour", WriteOptions.DEFAULT.ttl(Duration.ofHours(1)));
      put(kv, "an-hour", WriteOptions.DEFAULT.tenant("visits"));
      assertThat(Operator.run(cluster, "put", "an-hour-too", "v", "--ttl", "1h").exitCode())
          .isZero();
      GetResult found = kv.get("an-hour");
      assertThat(found.text()).isEqualTo("v");
      assertThat(found.expiresAtMillis() - before).isBetween(AN_HOUR, AN_HOUR + 60_000);
      assertThat(Operator.run(cluster, "get", "an-hour-too").err()).contains("it expires at 20");
      JsonNode got = Operator.run(cluster, "get", "an-hour-too", "--json").json();
      assertThat(got.path("expires_at_ms").asLong() - before).isBetween(AN_HOUR, AN_HOUR + 60_000);
      JsonNode got2 =
          Operator.run(cluster, "get", "an-hour", "--tenant", "visits", "--json").json();
      assertThat(got2.path("expires_at_ms").asLong() - before).isBetween(AN_HOUR, AN_HOUR + 60_000);
      assertThat(Operator.run(cluster, "get", "for-ever", "--json").json().has("expires_at_ms"))
          .isFalse();
      assertThat(scanned(cluster, "default")).contains("an-hour", "an-hour-too", "for-ever");
      assertThat(Operator.run(cluster, "scan", "--tenant", "visits", "--json").out())
          .contains("expires_at_ms");

      await(() -> !kv.get("by-command").found() && !kv.get("by-client").found());
      await(() -> !kv.get(utf8("by-tenant"), at(null, "sessions")).found());

      // The key reads as deleted: no replica finds a value under its version.
      for (int node = 0; node < 3; node++) {
        try (QuorateClient one =
            QuorateClient.builder().endpoints(List.of(cluster.address(node))).build()) {
          GetResult gone = one.keyValue().get(utf8("by-client"), at(Level.ALL, "default"));
          assertThat(gone.found()).isFalse();
          assertThat(gone.version()).isEqualTo(byClient);
          assertThat(gone.info().replicas()).hasSize(3);
          GetResult gone2 = one.keyValue().get(utf8("by-tenant"), at(Level.ALL, "sessions"));
          assertThat(gone2.found()).isFalse();
          assertThat(gone2.version()).isEqualTo(byTenant);
        }
      }
      assertThat(Operator.run(cluster, "get", "by-command").exitCode()).isNotZero();
      assertThat(scanned(cluster, "default"))
          .contains("for-ever")
          .doesNotContain("by-client", "by-command");
      assertThat(kv.get(utf8("for-long"), at(null, "sessions")).version()).isEqualTo(forLong);
      assertThat(Operator.run(cluster, "repair", "--verify").exitCode()).isZero();

      // A later default holds for what is put from then on, once the coordinator has heard of it:
      // an altered tenant is agreed on when the command returns, and each node learns of it after.
      JsonNode altered =
          Operator.run(cluster, "tenant", "alter", "sessions", "--ttl", "0", "--json").json();
      assertThat(altered.path("default_ttl_ms").asLong()).isZero();
      await(
          () -> {
            Version again = put(kv, "by-tenant", WriteOptions.DEFAULT.tenant("sessions"));
            assertThat(again.compareTo(byTenant)).isPositive();
            GetResult kept = kv.get(utf8("by-tenant"), at(null, "sessions"));
            return kept.found() && kept.expiresAtMillis() == 0;
          });
    }
  }

  private static Version put(KeyValue kv, String key, WriteOptions options) {
    return kv.put(utf8(key), utf8("v"), options).version();
  }

  private static ReadOptions at(@Nullable Level level, String tenant) {
    ReadOptions options = ReadOptions.DEFAULT.tenant(tenant);
    return level == null ? options : options.level(level);
  }

  private static List<String> scanned(RealCluster cluster, String tenant) {
    return List.of(Operator.run(cluster, "scan", "--tenant", tenant).out().split("\\s+"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Asks until something holds. */
  @FunctionalInterface
  private interface Question {
    boolean holds();
  }

  private static void await(Question question) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!question.holds()) {
      assertThat(System.nanoTime() - end).as("it does not come about").isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }
}
