package io.quorate.outside;

import static io.quorate.outside.Backups.contents;
import static io.quorate.outside.Backups.done;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A backup is restored into a cluster of other nodes, another number of them and of partitions,
 * under another name, or into a tenant of its own name that is empty: three nodes and 256
 * partitions, five and 64, and back.
 */
class RestoredElsewhereTest {
  private static final int KEYS = 3_000;
  private static final String[] THREE = {"127.0.0.1", "127.0.0.1", "127.0.0.1"};
  private static final String[] FIVE = {
    "127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1"
  };

  @RegisterExtension final Backups backups = new Backups();

  private static Nodes nodes(String[] hosts, int partitions) {
    return Nodes.onHosts(hosts)
        .set("QUORATE_CLUSTER_PARTITIONS", Integer.toString(partitions))
        .start();
  }

  /** Keys and values of any bytes and lengths; some keys are deleted, some written again. */
  private static void fill(QuorateClient client, String tenant) {
    Random random = new Random(7);
    WriteOptions options = WriteOptions.DEFAULT.tenant(tenant);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      byte[] key =
          i % 3 == 0 ? bytes(random, 1 + random.nextInt(40)) : ("key " + i).getBytes(UTF_8);
      entries.add(Entry.of(key, bytes(random, random.nextInt(i % 100 == 0 ? 20_000 : 200))));
    }
    client.keyValue().putAll(entries, options).forEach(outcome -> outcome.get());
    for (int i = 1; i < KEYS; i += 30) {
      var unused = client.keyValue().delete("key " + i, options);
    }
    for (int i = 2; i < KEYS; i += 30) {
      var unused = client.keyValue().put("key " + i, "again", options.ttl(Duration.ofDays(1)));
    }
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private SortedMap<String, String> restored(Nodes nodes, String name, String from, String to) {
    CommandLine operator = nodes.commandLine();
    done(backups.restore(operator, name, "--tenant=" + from + "=" + to));
    try (QuorateClient client = nodes.client()) {
      return contents(client, to);
    }
  }

  /** After a disaster: clients that name no tenant find what they had in a new cluster. */
  @Test
  void theDefaultTenantComesBackUnderItsOwnNameAndNotOverAKey() {
    SortedMap<String, String> before;
    try (Nodes three = nodes(THREE, 64);
        QuorateClient client = three.client()) {
      CommandLine operator = three.commandLine();
      done(operator.quorate("tenant", "alter", "default", "--operations-per-second", "123456"));
      fill(client, "default");
      before = contents(client, "default");
      done(backups.create(operator, "all", "--exact"));
    }
    try (Nodes five = nodes(FIVE, 128);
        QuorateClient client = five.client()) {
      CommandLine operator = five.commandLine();
      var unused = client.keyValue().put("written meanwhile", "by an application");
      CommandLine.Result refused = backups.restore(operator, "all", "--all");
      assertThat(refused.code()).as(refused.toString()).isEqualTo(4);
      assertThat(refused.errText())
          .contains("tenant 'default' holds keys, such as 'written meanwhile'")
          .contains("quorate tenant truncate default");
      assertThat(contents(client, "default")).containsOnlyKeys("written meanwhile");

      done(operator.quorate("tenant", "truncate", "default", "--yes"));
      done(backups.restore(operator, "all", "--all"));
      assertThat(contents(client, "default")).isEqualTo(before);
      assertThat(done(operator.quorate("tenant", "list", "--json")).outText()).contains("123456");
      var unusedToo = client.keyValue().put("after", "it takes writes");
      assertThat(contents(client, "default")).hasSize(before.size() + 1);
    }
  }

  @Test
  void allKeysAreRightWhateverTheNodesAndPartitions() {
    SortedMap<String, String> before;
    try (Nodes three = nodes(THREE, 256);
        QuorateClient client = three.client()) {
      CommandLine operator = three.commandLine();
      done(operator.quorate("tenant", "create", "orders"));
      fill(client, "orders");
      before = contents(client, "orders");
      assertThat(before).hasSizeGreaterThan(KEYS * 9 / 10);
      assertThat(client.locks().tryAcquire("nightly", Duration.ofMinutes(10))).isPresent();
      done(backups.create(operator, "first", "--exact", "--tenant", "orders"));
    }
    try (Nodes five = nodes(FIVE, 64)) {
      assertThat(restored(five, "first", "orders", "elsewhere")).isEqualTo(before);
      try (QuorateClient client = five.client()) {
        assertThat(client.locks().list()).as("what is held is in no backup").isEmpty();
      }
      done(backups.create(five.commandLine(), "second", "--tenant", "elsewhere"));
    }
    try (Nodes three = nodes(THREE, 256)) {
      assertThat(restored(three, "second", "elsewhere", "orders-again")).isEqualTo(before);
    }
  }
}
