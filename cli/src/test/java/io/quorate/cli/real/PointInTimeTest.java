package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.Scan;
import io.quorate.client.ScanOptions;
import io.quorate.client.WriteOptions;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tenants that have a history are backed up as of moments that have passed, and brought back. */
class PointInTimeTest {
  private static final int FIRST_PORT = 18_640;
  private static final String TENANT = "orders";
  private static final int KEYS = 120;
  private static final WriteOptions WRITE = WriteOptions.DEFAULT.tenant(TENANT);

  @TempDir private Path directory;

  private int made;

  private static Ran done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(ExitCode.DONE);
    return ran;
  }

  /** A moment after which nothing was written yet. */
  private static Instant now() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(5);
    Instant moment = Instant.now();
    TimeUnit.MILLISECONDS.sleep(5);
    return moment;
  }

  private Ran backUp(RealCluster cluster, String tenant, String asOf) {
    return Operator.run(
        cluster,
        "backup",
        "create",
        "--to",
        directory.toString(),
        "--name",
        "b" + ++made,
        "--tenant",
        tenant,
        "--as-of",
        asOf);
  }

  private SortedMap<String, String> restored(
      RealCluster cluster, QuorateClient client, Instant asOf) {
    assertThat(done(backUp(cluster, TENANT, asOf.toString())).out()).contains("exact as of 20");
    String name = TENANT + "-" + made;
    done(
        Operator.run(
            cluster,
            "restore",
            "--from",
            directory.resolve("b" + made).toString(),
            "--tenant",
            TENANT + "=" + name));
    return contents(client, name);
  }

  private static SortedMap<String, String> contents(QuorateClient client, String tenant) {
    SortedMap<String, String> contents = new TreeMap<>();
    try (Scan scan = client.keyValue().scan("", ScanOptions.DEFAULT.tenant(tenant))) {
      scan.forEachRemaining(
          entry ->
              contents.put(entry.keyText(), entry.valueText() + " " + entry.expiresAtMillis()));
    }
    return contents;
  }

  private static void put(KeyValue store, int key, String value) {
    var unused = store.put("k" + key, value, WRITE);
  }

  private static void delete(KeyValue store, int key) {
    var unused = store.delete("k" + key, WRITE);
  }

  @Test
  void eachMomentComesBackAsItWas() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory.resolve("nodes"), FIRST_PORT, 3);
        QuorateClient client =
            QuorateClient.builder()
                .endpoints(List.of(cluster.address(0), cluster.address(1)))
                .timeout(Duration.ofSeconds(20))
                .build()) {
      done(Operator.run(cluster, "tenant", "create", TENANT, "--history", "1h"));
      KeyValue store = client.keyValue();
      for (int i = 0; i < KEYS; i++) {
        put(store, i, "first " + i);
      }
      var unused = store.put("brief", "v", WRITE.ttl(Duration.ofHours(2)));
      delete(store, 7);
      SortedMap<String, String> first = contents(client, TENANT);
      assertThat(first).hasSize(KEYS);
      Instant afterFirst = now();

      for (int i = 0; i < KEYS; i += 2) {
        put(store, i, "second " + i);
      }
      put(store, 7, "there again");
      SortedMap<String, String> second = contents(client, TENANT);
      Instant afterSecond = now();

      for (int i = 0; i < KEYS; i++) {
        delete(store, i);
      }
      delete(store, -1); // which never was there
      put(store, KEYS, "new");
      assertThat(contents(client, TENANT)).hasSize(2);

      assertThat(restored(cluster, client, afterFirst)).isEqualTo(first);
      assertThat(restored(cluster, client, afterSecond)).isEqualTo(second).isNotEqualTo(first);
      assertThat(restored(cluster, client, afterFirst)).as("once more").isEqualTo(first);
      assertThat(contents(client, TENANT)).as("what is there now").hasSize(2);
      Ran list = done(Operator.run(cluster, "tenant", "list", "--json"));
      assertThat(list.json().path("tenants").findValues("history_ms"))
          .as("the restored ones have one, too")
          .extracting(each -> each.asLong())
          .containsExactlyInAnyOrder(0L, 3_600_000L, 3_600_000L, 3_600_000L, 3_600_000L);
    }
  }

  @Test
  void momentsThatCannotComeBackAreRefused() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory.resolve("nodes"), FIRST_PORT + 10, 1);
        QuorateClient client =
            QuorateClient.builder()
                .endpoints(List.of(cluster.address(0)))
                .timeout(Duration.ofSeconds(20))
                .build()) {
      done(Operator.run(cluster, "tenant", "create", TENANT, "--history", "1h"));
      put(client.keyValue(), 1, "v");
      Ran none = backUp(cluster, "default", "1s");
      assertRefused(none, "tenant 'default' has no history");
      assertRefused(
          none, "  quorate backup create --to %s --exact --tenant default".formatted(directory));
      assertRefused(
          backUp(cluster, TENANT, "61m"), "the history of tenant 'orders' goes back to 20");
      assertRefused(
          backUp(cluster, TENANT, Instant.now().plusSeconds(60).toString()), "has yet to come");
      // Within an hour, and before the tenant was there. Another attempt would be of no use.
      assertTooEarly(cluster, TENANT, "30m");

      done(Operator.run(cluster, "tenant", "create", "late"));
      var unused = client.keyValue().put("k", "v", WriteOptions.DEFAULT.tenant("late"));
      Instant without = now();
      assertRefused(backUp(cluster, "late", without.toString()), "has no history");
      done(Operator.run(cluster, "tenant", "alter", "late", "--history", "24h"));
      assertTooEarly(cluster, "late", without.toString());
    }
  }

  /** The message says from when on there can be one, and that moment is tried. */
  private void assertTooEarly(RealCluster cluster, String tenant, String asOf) {
    Ran ran = backUp(cluster, tenant, asOf);
    assertRefused(ran, "ask for a later moment; the history of its replicas begins at 20");
    assertThat(ran.err()).doesNotContain("is made again");
    Matcher begins = Pattern.compile("begins at (\\S+Z)").matcher(ran.err());
    assertThat(begins.find()).isTrue();
    done(backUp(cluster, tenant, begins.group(1)));
  }

  private static void assertRefused(Ran ran, String why) {
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains(why);
  }
}
