package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Counters;
import io.quorate.client.Entry;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.ScanOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An operator drops and truncates tenants by commands, while a node is down. */
class TenantsTest {
  private static final int KEYS = 300;
  private static final int NOT_FOUND = 1;
  private static final int USAGE = 2;
  private static final String CLEARED = "quorate_dropped_tenants_cleared_partitions_total";
  private static final Duration SOON = Duration.ofSeconds(60);

  private static void fill(QuorateClient client, String tenant) {
    Administration.of(client).cluster().createTenant(tenant, TenantSettings.DEFAULT);
    client
        .keyValue()
        .putAll(
            IntStream.range(0, KEYS).mapToObj(i -> Entry.of("k" + i, "v" + i)).toList(),
            WriteOptions.DEFAULT.tenant(tenant))
        .forEach(outcome -> outcome.get());
  }

  private static Counters counters(QuorateClient client, String tenant) {
    TenantSettings settings = TenantSettings.DEFAULT.model(Model.COUNTERS);
    Administration.of(client).cluster().createTenant(tenant, settings);
    return client.counters(tenant);
  }

  private static long count(KeyValue store, String tenant) {
    var options = ScanOptions.DEFAULT.tenant(tenant);
    try (var scan = store.scan("".getBytes(StandardCharsets.UTF_8), options)) {
      return scan.stream().count();
    }
  }

  @Test
  void whatATenantHadIsGoneAndANodeThatWasDownBringsNothingBack() {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.client()) {
      KeyValue store = client.keyValue();
      CommandLine operator = nodes.commandLine();
      fill(client, "kept");
      fill(client, "orders");
      fill(client, "carts");
      Counters views = counters(client, "views");
      views.increment("page", 500);
      Node down = nodes.node(2);
      down.kill();

      CommandLine.Result unasked = operator.quorate("tenant", "drop", "orders");
      assertThat(unasked.code()).as(unasked.toString()).isEqualTo(USAGE);
      assertThat(unasked.errText()).contains("nothing was changed", "--yes");
      assertThat(store.get("k1", ReadOptions.DEFAULT.tenant("orders")).text()).isEqualTo("v1");

      operator.quorate("tenant", "drop", "orders", "--yes").done();
      operator.quorate("tenant", "truncate", "carts", "--yes").done();
      operator.quorate("tenant", "truncate", "views", "--yes").done();

      assertThat(operator.quorate("tenant", "list").done())
          .contains("carts")
          .doesNotContain("orders");
      CommandLine.Result gone = operator.quorate("get", "--tenant", "orders", "k1");
      assertThat(gone.code()).as(gone.toString()).isNotZero();
      assertThat(gone.errText()).contains("there is no tenant 'orders'");
      CommandLine.Result empty = operator.quorate("get", "--tenant", "carts", "k1");
      assertThat(empty.code()).as(empty.toString()).isEqualTo(NOT_FOUND);

      AtomicInteger counted = new AtomicInteger();
      Waiting.until(
          SOON, // a node that has yet to hear of it takes an update for what is gone
          () -> {
            views.increment("page", 1);
            counted.incrementAndGet();
            return views.get("page").value() > 0;
          },
          () -> "of " + counted + " updates after the truncation none is there");
      assertThat(views.get("page").value())
          .as("of a client that counted 500 before")
          .isLessThanOrEqualTo(counted.get());

      fill(client, "orders");
      down.start();
      nodes.awaitReady();
      for (Node node : nodes.all()) {
        Waiting.until(
            SOON, () -> node.meter(CLEARED) > 0, () -> node.name() + " has taken nothing away");
      }
      Waiting.until(
          SOON,
          () -> operator.quorate("tenant", "size", "orders", "carts").done().contains("300 |"),
          () -> "not counted: " + operator.quorate("tenant", "size", "orders", "carts"));
      assertThat(count(store, "orders")).isEqualTo(KEYS);
      assertThat(count(store, "carts")).isZero();
      assertThat(count(store, "kept")).isEqualTo(KEYS);
    }
  }
}
