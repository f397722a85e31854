package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.real.ModelLoad.Writer;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSettings;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup of tenants of each model, made while clients write and a node is away: of each key it
 * has all that was acknowledged before it began, as that model merges it, and nothing that was not
 * written by its end. What the newest write in it of a key changed is in it together; of a map,
 * what earlier ones did meanwhile may be in it in part. A key that is not written meanwhile is in
 * it as it was.
 */
class FuzzyBackupsTest {
  private static final int FIRST_PORT = 18_720;
  private static final int KEYS = 4;
  private static final Duration WITHIN = Duration.ofSeconds(60);

  /** Writes of each key that are awaited at each step. */
  private static final int SOME = 12;

  /** Leaves the processors to the nodes: there is a thread for each model. */
  private static final long BETWEEN_ROUNDS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final String AGAIN = "again-";

  /** A tenant whose writes one replica acknowledges. */
  private static final String LOOSE = "loose";

  @TempDir private Path directory;

  private final AtomicBoolean ends = new AtomicBoolean();

  /** Whether half of the keys are left alone. */
  private final AtomicBoolean halfRests = new AtomicBoolean();

  private final List<Key> keys = new ArrayList<>();

  /** A key, and the client that writes it. */
  private record Key(ModelLoad load, int number, Writer writer) {
    String tenant() {
      return load.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String name() {
      return "k" + number;
    }

    /**
     * Whether it is one of those that rest; some of these do after an odd write, some after not.
     */
    boolean canRest() {
      return number >= KEYS / 2 && writer.acknowledged() % 2 == number % 2;
    }
  }

  private static Ran done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(ExitCode.DONE);
    return ran;
  }

  private static QuorateClient client(RealCluster cluster) {
    return QuorateClient.builder()
        .endpoints(List.of(cluster.address(0), cluster.address(1), cluster.address(2)))
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  private void prepare(QuorateClient client) {
    for (ModelLoad load : ModelLoad.values()) {
      for (int i = 0; i < KEYS; i++) {
        keys.add(new Key(load, i, new Writer()));
      }
      var unused =
          Administration.of(client)
              .cluster()
              .createTenant(keys.getLast().tenant(), load.settings());
    }
    var unused =
        Administration.of(client)
            .cluster()
            .createTenant(
                LOOSE,
                TenantSettings.DEFAULT
                    .writeLevel(Level.ONE)
                    .readLevel(Level.ALL)
                    .defaultTtl(Duration.ofDays(90))
                    .operationsPerSecond(4_711));
  }

  /** One thread for the keys of each model. */
  private List<Future<?>> begin(ExecutorService threads, QuorateClient client) {
    List<Future<?>> running = new ArrayList<>();
    for (ModelLoad load : ModelLoad.values()) {
      List<Key> own = keys.stream().filter(each -> each.load() == load).toList();
      running.add(
          threads.submit(
              () -> {
                while (!ends.get()) {
                  own.stream()
                      .filter(key -> !(halfRests.get() && key.canRest()))
                      .forEach(key -> writeNext(client, key));
                  LockSupport.parkNanos(BETWEEN_ROUNDS_NANOS);
                }
              }));
    }
    return running;
  }

  private void writeNext(QuorateClient client, Key key) {
    key.writer()
        .next(number -> key.load().write(client, key.tenant(), key.name(), number), ends::get);
  }

  private void awaitSome() {
    Map<Key, Long> before =
        keys.stream().collect(Collectors.toMap(each -> each, each -> each.writer().acknowledged()));
    Awaitility.await()
        .atMost(WITHIN)
        .until(
            () ->
                before.entrySet().stream()
                    .allMatch(
                        each -> each.getKey().writer().acknowledged() >= each.getValue() + SOME));
  }

  /** Half of the keys come to rest, and the others are written on. */
  private void awaitRest() {
    halfRests.set(true);
    Awaitility.await()
        .atMost(WITHIN)
        .until(
            () -> keys.stream().filter(each -> each.number() >= KEYS / 2).allMatch(Key::canRest));
  }

  private Map<Key, Writer.Look> look() {
    return keys.stream().collect(Collectors.toMap(each -> each, each -> each.writer().look()));
  }

  @Test
  void hasOfEachKeyWhatWasAcknowledgedBeforeItBegan() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (RealCluster cluster = RealCluster.ready(directory.resolve("nodes"), FIRST_PORT, 3);
        QuorateClient client = client(cluster)) {
      prepare(client);
      List<Future<?>> running = begin(threads, client);
      awaitSome();
      cluster.stop(2);
      awaitSome(); // of which that node has nothing
      awaitRest();
      var unused = cluster.start(2);
      cluster.awaitReady(2);
      cluster.stop(1);
      Map<Key, Writer.Look> before = look();
      Ran made =
          done(
              Operator.run(
                  cluster,
                  "backup",
                  "create",
                  "--to",
                  directory.toString(),
                  "--name",
                  "fuzzy",
                  "--json"));
      Map<Key, Writer.Look> after = look();
      halfRests.set(false);
      requireOneStale(made.json());
      unused = cluster.start(1);
      cluster.awaitReady(1);
      awaitSome(); // what comes later is not in it
      ends.set(true);
      for (Future<?> each : running) {
        Object none = each.get(1, TimeUnit.MINUTES);
        assertThat(none).isNull();
      }
      restore(cluster);
      requireSettings(client);
      for (Key key : keys) {
        key.load()
            .check(
                client,
                AGAIN + key.tenant(),
                key.name(),
                Writer.between(
                    before.getOrDefault(key, key.writer().look()),
                    after.getOrDefault(key, key.writer().look())));
      }
    } finally {
      ends.set(true);
      threads.shutdownNow();
    }
  }

  private void restore(RealCluster cluster) {
    List<String> words =
        new ArrayList<>(List.of("restore", "--from", directory.resolve("fuzzy").toString()));
    tenants().forEach(tenant -> words.addAll(List.of("--tenant", tenant + "=" + AGAIN + tenant)));
    done(Operator.run(cluster, words.toArray(String[]::new)));
  }

  private List<String> tenants() {
    return Stream.concat(Stream.of(LOOSE), keys.stream().map(Key::tenant)).distinct().toList();
  }

  /** Of writes that one replica has acknowledged, a majority of the replicas may have none. */
  private void requireOneStale(JsonNode backup) {
    Map<String, Boolean> stale = new TreeMap<>();
    for (JsonNode each : backup.path("tenants")) {
      stale.put(each.path("name").asText(), each.path("potentially_stale").asBoolean());
    }
    assertThat(stale.keySet()).containsAll(tenants());
    stale.forEach(
        (tenant, isStale) -> assertThat(isStale).as(tenant).isEqualTo(tenant.equals(LOOSE)));
    assertThat(backup.path("potentially_stale").asBoolean()).isTrue();
  }

  private void requireSettings(QuorateClient client) {
    Map<String, Tenant> there =
        Administration.of(client).cluster().tenants().stream()
            .collect(Collectors.toMap(Tenant::name, each -> each));
    for (String name : tenants()) {
      Tenant before = Objects.requireNonNull(there.get(name));
      Tenant restored = Objects.requireNonNull(there.get(AGAIN + name));
      assertThat(restored.settings()).as(name).isEqualTo(before.settings());
      assertThat(restored.replication()).as(name).isEqualTo(before.replication());
    }
  }
}
