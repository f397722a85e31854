package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import io.quorate.node.RealCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much tenants have, as an operator sees it. */
class TenantSizeTest {
  private static final int FIRST_PORT = 17_700;
  private static final int KEYS = 400;
  private static final int DELETED = 30;
  private static final int VALUE_BYTES = 2_000;

  private static String value(int number) {
    byte[] bytes = new byte[VALUE_BYTES];
    new SplittableRandom(number).nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Until all is counted: nodes begin to read what nothing has had them read before. */
  private static JsonNode counted(RealCluster cluster, String tenant) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    JsonNode found = size(cluster, tenant);
    while (found.path("partitions_counted").asInt() < found.path("partitions").asInt()) {
      assertThat(System.nanoTime() - until).as(found.toString()).isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
      found = size(cluster, tenant);
    }
    return found;
  }

  private static JsonNode size(RealCluster cluster, String tenant) {
    Ran ran = Ran.command("tenant", "size", tenant, "--json", "--endpoints", cluster.address(0));
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    return ran.json().path("tenants").path(0);
  }

  private static void made(RealCluster cluster, String tenant, String... options) {
    List<String> words = new ArrayList<>(List.of("tenant", "create", tenant));
    words.addAll(List.of(options));
    Ran ran = Operator.run(cluster, words.toArray(String[]::new));
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
  }

  private static void fill(QuorateClient client, String tenant) {
    WriteOptions options = WriteOptions.DEFAULT.tenant(tenant);
    client
        .keyValue()
        .putAll(
            IntStream.range(0, KEYS).mapToObj(i -> Entry.of("k" + i, value(i))).toList(), options)
        .forEach(outcome -> outcome.get());
    for (int i = 0; i < DELETED; i++) {
      client.keyValue().delete("k" + i, options);
    }
  }

  @Test
  void keysAndBytesAreThoseThatWereWritten(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3);
        QuorateClient client =
            QuorateClient.builder().endpoints(List.of(cluster.address(0))).build()) {
      made(cluster, "orders");
      made(cluster, "alone", "--rf", "1");
      made(cluster, "empty");
      fill(client, "orders");
      fill(client, "alone");

      assertThat(counted(cluster, "orders").path("keys").asLong()).isEqualTo(KEYS - DELETED);
      assertThat(counted(cluster, "alone").path("keys").asLong()).isEqualTo(KEYS - DELETED);
      assertThat(counted(cluster, "empty").path("keys").asLong()).isZero();
      long once = (long) KEYS * VALUE_BYTES;
      assertThat(size(cluster, "alone").path("disk_bytes").asLong()).isBetween(once / 2, once * 3);
      assertThat(size(cluster, "orders").path("disk_bytes").asLong())
          .as("three replicas")
          .isBetween(once * 2, once * 9);
      assertThat(size(cluster, "empty").path("disk_bytes").asLong()).isLessThan(once / 10);

      client.keyValue().delete("k" + DELETED, WriteOptions.DEFAULT.tenant("orders"));
      client.keyValue().put("one more", "v", WriteOptions.DEFAULT.tenant("empty"));
      assertThat(counted(cluster, "orders").path("keys").asLong()).isEqualTo(KEYS - DELETED - 1);
      assertThat(counted(cluster, "empty").path("keys").asLong()).isEqualTo(1);

      assertThat(Operator.run(cluster, "tenant", "size").out())
          .contains("alone", "default", "empty", "orders", "(all)");
      Ran none = Operator.run(cluster, "tenant", "size", "none");
      assertThat(none.exitCode()).isEqualTo(ExitCode.UNKNOWN_TENANT);
      assertThat(none.err()).contains("there is no tenant 'none'");
    }
  }

  /** A node alone has nothing to compare, so that it has read nothing. */
  @Test
  void aNodeCountsWhatItHasNotReadWhenItIsAsked(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT + 10, 1);
        QuorateClient client =
            QuorateClient.builder().endpoints(List.of(cluster.address(0))).build()) {
      fill(client, "default");
      assertThat(size(cluster, "default").path("partitions_counted").asInt()).isZero();
      assertThat(counted(cluster, "default").path("keys").asLong()).isEqualTo(KEYS - DELETED);
    }
  }
}
