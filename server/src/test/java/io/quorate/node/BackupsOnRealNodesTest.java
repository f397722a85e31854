package io.quorate.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quorate.client.Codec;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.MapUpdate;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanOptions;
import io.quorate.client.UnknownTenantException;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.BackupPage;
import io.quorate.client.admin.BackupRecord;
import io.quorate.client.admin.Backups;
import io.quorate.client.admin.EntryPage;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.GiveUpRestoreRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the Java client reads of tenants of each model for a backup, brought into a cluster of
 * another size and number of partitions.
 */
class BackupsOnRealNodesTest {
  private static final long ID = 12_345;
  private static final int KEYS = 40;

  @TempDir private Path directory;

  @Test
  void aTenantOfEachModelComesBackInAnotherCluster() throws Exception {
    record Had(List<BackupRecord> backup, SortedMap<String, String> contents) {}
    Map<Model, Had> before = new TreeMap<>();
    try (RealCluster cluster = RealCluster.ready(directory.resolve("source"), 18_600, 1);
        QuorateClient client = client(cluster)) {
      for (Model model : Model.values()) {
        String tenant = nameOf(model);
        var unused =
            Administration.of(client)
                .cluster()
                .createTenant(tenant, TenantSettings.DEFAULT.model(model));
        fill(client, model, tenant);
        SortedMap<String, String> contents = contents(client, tenant);
        assertThat(contents).hasSize(KEYS - 1);
        List<BackupRecord> all = read(client, tenant);
        before.put(model, new Had(all, contents));
        requireHashes(client, tenant, all, model == Model.LAST_WRITE_WINS);
        requireEntries(client, tenant, model);
      }
    }
    try (RealCluster cluster = new RealCluster(directory.resolve("target"), 18_610, 3)) {
      for (int node = 0; node < 3; node++) {
        var unused = cluster.start(node, Map.of("cluster.partitions", "7"));
      }
      for (int node = 0; node < 3; node++) {
        cluster.awaitReady(node);
      }
      try (QuorateClient client = client(cluster)) {
        before.forEach(
            (model, had) -> {
              String tenant = "restored-" + nameOf(model);
              restore(client, tenant, model, had.backup());
              assertThat(contents(client, tenant)).as(tenant).isEqualTo(had.contents());
              goOn(client, model, tenant);
            });
      }
    }
  }

  /** A new cluster has a tenant of that name already, and clients that name none use it. */
  @Test
  void theDefaultTenantOfANewClusterIsRestoredIntoIfItHoldsNoKey() throws Exception {
    List<BackupRecord> backup;
    SortedMap<String, String> had;
    try (RealCluster cluster = RealCluster.ready(directory.resolve("source"), 18_630, 1);
        QuorateClient client = client(cluster)) {
      fill(client, Model.LAST_WRITE_WINS, "default");
      had = contents(client, "default");
      backup = read(client, "default");
    }
    try (RealCluster cluster = RealCluster.ready(directory.resolve("target"), 18_640, 3);
        QuorateClient client = client(cluster)) {
      Backups backups = Administration.of(client).backups();
      ReplicationFactor three = ReplicationFactor.of(3);
      TenantSettings settings =
          TenantSettings.DEFAULT.model(Model.LAST_WRITE_WINS).operationsPerSecond(1_000_000);
      Tenant before = tenant(client, "default");
      byte[] key = "k1".getBytes(UTF_8);

      var unused = client.keyValue().put(key, "there".getBytes(UTF_8), WriteOptions.DEFAULT);
      assertThatThrownBy(() -> backups.beginRestoreIntoEmpty("default", ID, three, settings))
          .isInstanceOf(FailedPreconditionException.class)
          .hasMessageContaining("holds keys, such as 'k1'")
          .hasMessageContaining("quorate tenant truncate default");
      assertThat(contents(client, "default")).containsOnlyKeys("k1");
      assertThat(tenant(client, "default")).isEqualTo(before);

      var unusedToo = client.keyValue().delete("k1", WriteOptions.DEFAULT);
      Tenant begun = backups.beginRestoreIntoEmpty("default", ID, three, settings);
      assertThat(begun.isBeingRestored()).isTrue();
      assertThat(begun.id()).isNotEqualTo(before.id());
      assertThat(backups.beginRestoreIntoEmpty("default", ID, three, settings).id())
          .isEqualTo(begun.id());
      assertThatThrownBy(() -> client.keyValue().put(key, key, WriteOptions.DEFAULT))
          .isInstanceOf(UnknownTenantException.class)
          .hasMessageContaining("is being restored");
      backups.restore(begun, backup.subList(0, KEYS / 2));

      giveUpTwice(cluster.address(1));
      awaitOpen(cluster);
      assertThat(contents(client, "default")).isEmpty();
      assertThat(tenant(client, "default").settings()).isEqualTo(before.settings());

      Tenant givenUp = begun;
      begun = backups.beginRestoreIntoEmpty("default", ID, three, settings);
      assertRefused(() -> backups.restore(givenUp, backup), "which was given up");
      assertRefused(() -> backups.finishRestore(givenUp, three, settings), "which was given up");
      assertThat(tenant(client, "default").isBeingRestored()).isTrue();
      backups.restore(begun, backup);
      Tenant now = backups.finishRestore(begun, three, settings).tenant();
      assertThat(now.id()).isEqualTo(begun.id());
      assertThat(now.isBeingRestored()).isFalse();
      assertThat(now.get(TenantSetting.OPERATIONS_PER_SECOND)).isEqualTo(1_000_000);
      assertThat(contents(client, "default")).isEqualTo(had);
      goOn(client, Model.LAST_WRITE_WINS, "default");
      assertThatThrownBy(() -> backups.beginRestoreIntoEmpty("default", ID, three, settings))
          .isInstanceOf(FailedPreconditionException.class)
          .hasMessageContaining("holds keys");
      assertThatThrownBy(() -> backups.giveUpRestore("default"))
          .isInstanceOf(FailedPreconditionException.class);
    }
  }

  private static Tenant tenant(QuorateClient client, String name) {
    return Administration.of(client).cluster().tenants().stream()
        .filter(each -> each.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  /** A page as of no cut would be one of now, and a backup of many moments. */
  @Test
  void pageAsOfACutThatThereIsNotIsRefused() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 18_620, 1);
        QuorateClient client = client(cluster)) {
      Backups backups = Administration.of(client).backups();
      assertThat(backups.read("default", 0, new byte[0], 0).records()).isEmpty();
      assertThatThrownBy(() -> backups.read("default", 0, new byte[0], 1))
          .isInstanceOf(FailedPreconditionException.class)
          .hasMessageContaining("there is no cut 1");
      assertThat(backups.cut(0).id()).isZero();
      assertThatThrownBy(() -> backups.makeCut(List.of("nobody")))
          .isInstanceOf(UnknownTenantException.class)
          .hasMessageContaining("tenant 'nobody' does not exist");
    }
  }

  /** A hash, or the content, is that of what is there, whichever is sent. */
  private static void requireHashes(
      QuorateClient client, String tenant, List<BackupRecord> all, boolean areLeftOut) {
    Backups backups = Administration.of(client).backups();
    List<BackupRecord> leftOut = new ArrayList<>();
    int partitions = Administration.of(client).cluster().status().partitions();
    for (int partition = 0; partition < partitions; partition++) {
      long since = backups.read(tenant, partition, new byte[0]).hlc();
      assertThat(since).isPositive();
      leftOut.addAll(backups.read(tenant, partition, new byte[0], 0, since).records());
    }
    assertThat(leftOut).hasSameSizeAs(all);
    if (areLeftOut) {
      assertThat(leftOut).allMatch(BackupRecord::isLeftOut);
      assertThatThrownBy(() -> backups.restore(tenant(client, tenant), leftOut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int i = 0; i < all.size(); i++) {
      byte[] content = all.get(i).content();
      assertThat(leftOut.get(i).key()).isEqualTo(all.get(i).key());
      assertThat(leftOut.get(i).has(content)).isTrue();
      assertThat(leftOut.get(i).contentBytes()).isEqualTo(content.length);
      byte[] other = content.clone();
      other[other.length - 1]++;
      assertThat(leftOut.get(i).has(other)).isFalse();
    }
  }

  /** As a scan shows them, and only those with the prefix. */
  private static void requireEntries(QuorateClient client, String tenant, Model model) {
    Backups backups = Administration.of(client).backups();
    byte[] none = {};
    if (model != Model.LAST_WRITE_WINS) {
      assertRefused(
          () -> backups.entries(tenant, 0, none, none, 0),
          "is of model %s, and entries are read of tenants of model LAST_WRITE_WINS only"
              .formatted(model));
      return;
    }
    for (String prefix : List.of("", "k1", "k4", "none")) {
      SortedMap<String, ScanEntry> read = new TreeMap<>();
      int partitions = Administration.of(client).cluster().status().partitions();
      for (int partition = 0; partition < partitions; partition++) {
        EntryPage page = backups.entries(tenant, partition, prefix.getBytes(UTF_8), none, 0);
        page.entries().forEach(each -> read.put(each.keyText(), each));
        assertThat(page.next()).isNull();
      }
      SortedMap<String, ScanEntry> scanned = new TreeMap<>();
      try (Scan scan =
          client.keyValue().scan(prefix.getBytes(UTF_8), ScanOptions.DEFAULT.tenant(tenant))) {
        scan.forEachRemaining(each -> scanned.put(each.keyText(), each));
      }
      assertThat(read).isEqualTo(scanned);
      assertThat(read.isEmpty()).isEqualTo(prefix.equals("none"));
    }
  }

  private static String nameOf(Model model) {
    return model.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static QuorateClient client(RealCluster cluster) throws Exception {
    return QuorateClient.builder()
        .endpoints(cluster.config(0).cluster().seeds())
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  /** Keys 1 to 40, without the seventh, which was there if the model lets it go. */
  private static void fill(QuorateClient client, Model model, String tenant) {
    boolean cannotBeDeleted = model == Model.COUNTERS || model == Model.MAPS;
    for (int i = 1; i <= KEYS; i++) {
      if (i != 7 || !cannotBeDeleted) {
        write(client, model, tenant, "k" + i, "v" + i);
      }
    }
    switch (model) {
      case COUNTERS, SETS, MAPS -> takeAway(client, model, tenant);
      case SIBLINGS -> {
        var keys = client.siblings(tenant, Codec.utf8(), Codec.utf8());
        var unused = keys.delete("k7", keys.get("k7").context());
      }
      case LAST_WRITE_WINS, LINEARIZABLE -> {
        var unused = client.keyValue().delete("k7", WriteOptions.DEFAULT.tenant(tenant));
      }
    }
  }

  private static void write(
      QuorateClient client, Model model, String tenant, String key, String value) {
    Object unused =
        switch (model) {
          case LAST_WRITE_WINS ->
              client
                  .keyValue()
                  .put(key, value, WriteOptions.DEFAULT.tenant(tenant).ttl(Duration.ofDays(30)));
          case LINEARIZABLE ->
              client.keyValue().put(key, value, WriteOptions.DEFAULT.tenant(tenant));
          case SIBLINGS -> {
            var keys = client.siblings(tenant, Codec.utf8(), Codec.utf8());
            var first = keys.put(key, "first " + value);
            yield List.of(first, keys.put(key, "second " + value));
          }
          case COUNTERS -> client.counters(tenant).increment(key, 41);
          case SETS -> client.sets(tenant).add(key, value, "other", "more");
          case MAPS ->
              client
                  .maps(tenant)
                  .update(
                      key,
                      MapUpdate.EMPTY
                          .increment("count", 5)
                          .decrement("count", 2)
                          .add("tags", value, "x")
                          .assign("name", value)
                          .enable("on")
                          .disable("off"));
        };
  }

  private static void takeAway(QuorateClient client, Model model, String tenant) {
    if (model == Model.SETS) {
      var unused = client.sets(tenant).remove("k7", "v7", "other", "more");
      unused = client.sets(tenant).remove("k8", "other");
    } else if (model == Model.COUNTERS) {
      var unused = client.counters(tenant).decrement("k9", 2);
    }
  }

  /** It takes writes as any tenant does. */
  private static void goOn(QuorateClient client, Model model, String tenant) {
    switch (model) {
      case COUNTERS -> {
        var unused = client.counters(tenant).increment("k1", 1);
        assertThat(client.counters(tenant).get("k1").value()).isEqualTo(42);
      }
      case SETS -> {
        var unused = client.sets(tenant).remove("k1", "v1");
        assertThat(contents(client, tenant).get("k1")).doesNotContain("v1").contains("other");
      }
      case SIBLINGS -> {
        var keys = client.siblings(tenant, Codec.utf8(), Codec.utf8());
        var unused = keys.put("k1", "one", keys.get("k1").context());
        assertThat(keys.get("k1").values()).containsExactly("one");
      }
      case LAST_WRITE_WINS, LINEARIZABLE, MAPS -> {
        write(client, model, tenant, "k1", "changed");
        assertThat(contents(client, tenant).get("k1")).contains("changed");
      }
    }
  }

  private static List<BackupRecord> read(QuorateClient client, String tenant) {
    Backups backups = Administration.of(client).backups();
    List<BackupRecord> records = new ArrayList<>();
    int partitions = Administration.of(client).cluster().status().partitions();
    for (int partition = 0; partition < partitions; partition++) {
      byte[] after = {};
      while (after != null) {
        BackupPage page = backups.read(tenant, partition, after);
        records.addAll(page.records());
        after = page.next();
      }
    }
    return records;
  }

  private static void restore(
      QuorateClient client, String tenant, Model model, List<BackupRecord> records) {
    Backups backups = Administration.of(client).backups();
    TenantSettings settings = TenantSettings.DEFAULT.model(model);
    ReplicationFactor factor = ReplicationFactor.of(3);
    Tenant begun = backups.beginRestore(tenant, ID, factor, settings);
    assertThat(begun.isBeingRestored()).isTrue();
    assertThat(backups.beginRestore(tenant, ID, factor, settings).id()).isEqualTo(begun.id());
    assertThatThrownBy(() -> backups.beginRestore(tenant, ID + 1, factor, settings))
        .isInstanceOf(FailedPreconditionException.class)
        .hasMessageContaining("is being restored from another backup")
        .hasMessageContaining("give-up-restore");
    assertThatThrownBy(() -> contents(client, tenant))
        .isInstanceOf(UnknownTenantException.class)
        .hasMessageContaining("is being restored");
    assertRefused(() -> backups.read(tenant, 0, new byte[0]), "is being restored");
    Tenant other = begun.toBuilder().id(begun.id() + 1).build();
    assertRefused(() -> backups.restore(other, records), "not being restored by that");
    BackupRecord wild = BackupRecord.of("k".getBytes(UTF_8), new byte[50]);
    assertRefused(() -> backups.restore(begun, List.of(wild)), "cannot be read");

    backups.restore(begun, records.subList(0, KEYS / 2));
    backups.restore(begun, records);
    assertThat(backups.finishRestore(begun).tenant().isBeingRestored()).isFalse();
    assertThat(backups.finishRestore(begun).tenant().isBeingRestored()).isFalse();
    assertRefused(() -> backups.restore(begun, records), "is finished, and the tenant is open");
    assertExists(() -> backups.beginRestore(tenant, ID, factor, settings));
    assertRefused(() -> backups.finishRestore(other), "not being restored by that");
    assertThatThrownBy(() -> backups.read("absent", 0, new byte[0]))
        .isInstanceOf(UnknownTenantException.class);
    assertRefused(() -> backups.read(tenant, 7, new byte[0]), "there is no partition 7");
  }

  /** Each node hears by itself that the tenant is open again. */
  private static void awaitOpen(RealCluster cluster) throws InterruptedException {
    for (int node = 0; node < 3; node++) {
      try (QuorateClient asking =
          QuorateClient.builder().endpoints(cluster.address(node)).build()) {
        long endNanos = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (tenant(asking, "default").isBeingRestored()) {
          assertThat(System.nanoTime() - endNanos).as("node %d hears of it", node).isNegative();
          Thread.sleep(10);
        }
      }
    }
  }

  /** The first answer may be lost. */
  private static void giveUpTwice(String address) {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      BackupGrpc.BackupBlockingStub asked = BackupGrpc.newBlockingStub(channel);
      GiveUpRestoreRequest request =
          GiveUpRestoreRequest.newBuilder()
              .setTenant("default")
              .setRequestId(
                  ByteString.copyFrom(
                      new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}))
              .build();
      assertThat(asked.giveUpRestore(request).getTenant().getRestoring()).isZero();
      assertThat(asked.giveUpRestore(request).getTenant().getRestoring()).isZero();
      GiveUpRestoreRequest another = request.toBuilder().clearRequestId().build();
      assertThatThrownBy(() -> asked.giveUpRestore(another))
          .hasMessageContaining("tenant 'default' is not being restored: nothing was changed");
    } finally {
      channel.shutdownNow();
    }
  }

  private static void assertExists(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(FailedPreconditionException.class)
        .hasMessageContaining("exists");
  }

  private static void assertRefused(Runnable call, String why) {
    assertThatThrownBy(call::run)
        .isInstanceOf(InvalidRequestException.class)
        .isInstanceOf(QuorateException.class)
        .hasMessageContaining(why);
  }

  /** What readers find under each key, without versions. */
  private static SortedMap<String, String> contents(QuorateClient client, String tenant) {
    SortedMap<String, String> contents = new TreeMap<>();
    try (Scan scan = client.keyValue().scan("", ScanOptions.DEFAULT.tenant(tenant))) {
      while (scan.hasNext()) {
        ScanEntry entry = scan.next();
        contents.put(entry.keyText(), contentOf(entry));
      }
    }
    return contents;
  }

  private static String contentOf(ScanEntry entry) {
    var siblings = entry.siblings();
    var fields = entry.fields();
    if (siblings != null) {
      return siblings.values().stream()
          .map(value -> new String(value, UTF_8))
          .sorted()
          .collect(Collectors.joining(", "));
    }
    if (fields == null) {
      return entry.valueText() + " until " + entry.expiresAtMillis();
    }
    return fields.fields().stream()
        .map(
            each ->
                "%s %s %d %s %s"
                    .formatted(
                        each.name(),
                        each.kind(),
                        each.count(),
                        each.elements().stream()
                            .map(element -> new String(element.value(), UTF_8))
                            .toList(),
                        each.enabled()))
        .collect(Collectors.joining(", "));
  }
}
