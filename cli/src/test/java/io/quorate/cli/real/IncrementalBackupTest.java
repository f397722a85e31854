package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.Ran;
import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.chain.Contents;
import io.quorate.cli.backup.chain.FileCheck;
import io.quorate.cli.backup.file.Block;
import io.quorate.cli.backup.file.BlockReader;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.StoredRecord;
import io.quorate.cli.backup.store.DirectoryStore;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.Codec;
import io.quorate.client.MapUpdate;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Model;
import io.quorate.node.RealCluster;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that is based on another one has, byte for byte, what a full one has. */
class IncrementalBackupTest {
  private static final int FIRST_PORT = 17_860;
  private static final int KEYS = 60;
  private static final String AGAIN = "again";
  private static final String EXACT = nameOf(Model.LAST_WRITE_WINS);

  @TempDir private Path directory;

  private static String nameOf(Model model) {
    return model.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Ran done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(ExitCode.DONE);
    return ran;
  }

  private Ran create(RealCluster cluster, String name, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("backup", "create", "--to", directory.toString(), "--name", name, "--json"));
    words.addAll(List.of(more));
    return done(Operator.run(cluster, words.toArray(String[]::new)));
  }

  private static void write(QuorateClient client, Model model, int number, String value) {
    String tenant = nameOf(model);
    String key = "k" + number;
    Object unused =
        switch (model) {
          case LAST_WRITE_WINS, LINEARIZABLE ->
              client.keyValue().put(key, value, WriteOptions.DEFAULT.tenant(tenant));
          case SIBLINGS -> {
            var keys = client.siblings(tenant, Codec.utf8(), Codec.utf8());
            yield List.of(keys.put(key, "one " + value), keys.put(key, "two " + value));
          }
          case COUNTERS -> client.counters(tenant).increment(key, value.length());
          case SETS -> client.sets(tenant).add(key, value, "other");
          case MAPS ->
              client
                  .maps(tenant)
                  .update(key, MapUpdate.EMPTY.assign("name", value).increment("count", 2));
        };
  }

  private static void delete(QuorateClient client, Model model, int number) {
    String tenant = nameOf(model);
    String key = "k" + number;
    switch (model) {
      case LAST_WRITE_WINS, LINEARIZABLE -> {
        var unused = client.keyValue().delete(key, WriteOptions.DEFAULT.tenant(tenant));
      }
      case SIBLINGS -> {
        var keys = client.siblings(tenant, Codec.utf8(), Codec.utf8());
        var unused = keys.delete(key, keys.get(key).context());
      }
      case SETS -> {
        var unused = client.sets(tenant).remove(key, "first " + number, "other");
      }
      case COUNTERS, MAPS -> write(client, model, number, "as they cannot be deleted");
    }
  }

  private static void fillAgain(RealCluster cluster, QuorateClient client) {
    done(Operator.run(cluster, "tenant", "create", AGAIN));
    for (int i = 0; i < KEYS; i++) {
      var unused = client.keyValue().put("k" + i, "first " + i, WriteOptions.DEFAULT.tenant(AGAIN));
    }
  }

  /** Every key of a backup, with what a restore would send. */
  private Map<String, String> records(String name) throws Exception {
    Map<String, String> records = new TreeMap<>();
    Chain chain = Chain.open(new DirectoryStore(directory.resolve(name)));
    for (FileEntry file : chain.manifest().files()) {
      try (InputStream in = chain.store().read(file.name());
          BlockReader blocks = new BlockReader(file.name(), in, chain.base() != null);
          Contents contents = new Contents(chain, FileCheck.NONE)) {
        for (Block block = blocks.next(); block != null; block = blocks.next()) {
          for (StoredRecord record : block.records()) {
            byte[] content = contents.of(block, record);
            assertThat(content).isNotNull();
            records.put(
                block.tenant() + " " + Arrays.toString(record.key()),
                HexFormat.of().formatHex(content));
          }
        }
      }
    }
    return records;
  }

  private static QuorateClient client(RealCluster cluster) {
    return QuorateClient.builder()
        .endpoints(List.of(cluster.address(0), cluster.address(1)))
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  @Test
  void restoresWhatAFullOneDoes() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory.resolve("nodes"), FIRST_PORT, 3);
        QuorateClient client = client(cluster)) {
      for (Model model : Model.values()) {
        done(Operator.run(cluster, "tenant", "create", nameOf(model), "--model", nameOf(model)));
        for (int i = 0; i < KEYS; i++) {
          write(client, model, i, "first " + i);
        }
      }
      fillAgain(cluster, client);
      // Contents that are a little older than the base are sent, whether it has them or not.
      TimeUnit.SECONDS.sleep(6);
      var unused =
          client
              .keyValue()
              .put("brief", "v", WriteOptions.DEFAULT.tenant(EXACT).ttl(Duration.ofSeconds(5)));
      create(cluster, "b0");

      for (Model model : Model.values()) {
        write(client, model, 3, "second, and longer");
        write(client, model, KEYS, "new");
        delete(client, model, 5);
      }
      done(Operator.run(cluster, "tenant", "drop", AGAIN, "--yes"));
      fillAgain(cluster, client);
      awaitExpired(client, "brief");
      Ran made = create(cluster, "b1", "--base", "b0");
      int unchanged = (KEYS - 2) * Model.values().length;
      assertThat(made.json().path("keys_as_in_base").asInt()).isEqualTo(unchanged);
      // Two of each model whose records do not say when they were changed last.
      assertThat(made.json().path("pages_read_again").asInt()).isLessThanOrEqualTo(6);
      create(cluster, "f1");
      assertThat(records("b1")).isEqualTo(records("f1"));

      write(client, Model.LAST_WRITE_WINS, 9, "as of a moment");
      made = create(cluster, "b2", "--incremental", "--exact", "--tenant", EXACT);
      assertThat(made.json().path("base").asText()).isEqualTo("f1");
      create(cluster, "b3", "--base", "b1", "--exact", "--tenant", EXACT);
      write(client, Model.LAST_WRITE_WINS, 10, "after it");
      // What the nodes were asked for is older than the moment: hashes came of all but one.
      made = create(cluster, "b4", "--base", "b3");
      assertThat(made.json().path("keys_as_in_base").asInt()).isEqualTo(KEYS - 1);
      create(cluster, "f4");
      assertThat(records("b4")).isEqualTo(records("f4"));
      assertThat(records("b2")).isEqualTo(records("b3"));

      // Of all models, as of a cut: the base may be of one, and not.
      create(cluster, "b5", "--base", "b4", "--exact");
      for (Model model : Model.values()) {
        write(client, model, 7, "third, and longer again");
      }
      made = create(cluster, "b6", "--base", "b5", "--exact");
      assertThat(made.json().path("key_by_key")).hasSize(Model.values().length - 1);
      assertThat(made.json().path("keys_as_in_base").asInt()).isPositive();
      create(cluster, "f6", "--exact");
      assertThat(records("b6")).isEqualTo(records("f6"));

      for (String name : List.of("b1", "b2", "b3", "b4", "b5", "b6")) {
        done(Ran.command("backup", "verify", directory.resolve(name).toString()));
      }
      restoreAll(cluster, "b6", "copy-");
      restoreAll(cluster, "f6", "full-");
      for (String tenant : tenants()) {
        assertThat(scan(cluster, "copy-" + tenant))
            .isEqualTo(scan(cluster, "full-" + tenant))
            .isNotEmpty();
      }
    }
  }

  private static void awaitExpired(QuorateClient client, String key) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !client.keyValue().get(key, ReadOptions.DEFAULT.tenant(EXACT)).found());
  }

  private static List<String> tenants() {
    List<String> tenants = new ArrayList<>(List.of(AGAIN));
    for (Model model : Model.values()) {
      tenants.add(nameOf(model));
    }
    return tenants;
  }

  private void restoreAll(RealCluster cluster, String name, String prefix) {
    List<String> words =
        new ArrayList<>(List.of("restore", "--from", directory.resolve(name).toString()));
    tenants().forEach(each -> words.addAll(List.of("--tenant", each + "=" + prefix + each)));
    done(Operator.run(cluster, words.toArray(String[]::new)));
  }

  private static List<String> scan(RealCluster cluster, String tenant) {
    return done(Operator.run(cluster, "scan", "--tenant", tenant, "--limit", "1000"))
        .out()
        .lines()
        .sorted()
        .toList();
  }
}
