package io.quorate.cli.backup.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.create.BaseChoice;
import io.quorate.cli.backup.inventory.BackupSummary;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.DirectoryPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/**
 * Whatever happens between backups, one that is based on others restores what a full one of the
 * same moment does.
 */
@Tag("patient")
class ChainsTest {
  private static final int TENANTS = 3;

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void eachRestoresWhatAFullOneDoes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int chain,
      @ForAll @IntRange(min = 1, max = 5) int partitions,
      @ForAll @IntRange(min = 1, max = 40) int pageRecords,
      @ForAll @IntRange(min = 1, max = 3) int parallel)
      throws Exception {
    Path directory = Files.createTempDirectory("chains");
    try {
      Random random = new Random(seed);
      FakeBackups cluster = new FakeBackups(partitions, pageRecords);
      for (int tenant = 0; tenant < TENANTS; tenant++) {
        cluster.tenant("t" + tenant);
      }
      change(cluster, random, 300);
      RunLimits limits = new RunLimits(parallel, 0, Duration.ZERO);
      create(cluster, directory, "b0", new BaseChoice.None(), limits, random);
      for (int i = 1; i <= chain; i++) {
        change(cluster, random, random.nextInt(120));
        // Not always the last one: two may be based on one.
        String base = "b" + (random.nextInt(4) == 0 ? random.nextInt(i) : i - 1);
        create(cluster, directory, "b" + i, new BaseChoice.Named(base), limits, random);
        create(cluster, directory, "f" + i, new BaseChoice.None(), limits, random);
        BackupStore incremental = Runs.at(directory.resolve("b" + i));
        assertThat(restored(incremental)).isEqualTo(restored(Runs.at(directory.resolve("f" + i))));
        assertThat(Runs.faults(incremental)).isEmpty();
      }
      assertThat(BackupSummary.in(new DirectoryPlace(directory)))
          .allMatch(each -> each.state() == BackupSummary.State.COMPLETE);
    } finally {
      delete(directory);
    }
  }

  private static void create(
      FakeBackups cluster,
      Path directory,
      String name,
      BaseChoice base,
      RunLimits limits,
      Random random)
      throws Exception {
    Runs.create(
        cluster,
        Runs.at(directory.resolve(name)),
        base,
        limits,
        random.nextBoolean(),
        1 + random.nextInt(4_000));
  }

  private static void change(FakeBackups cluster, Random random, int changes) {
    cluster.pass(random.nextInt(20_000));
    for (int i = 0; i < changes; i++) {
      String tenant = "t" + random.nextInt(TENANTS);
      byte[] key = Integer.toString(random.nextInt(150), 3).getBytes(UTF_8);
      // Few of them, so that a key often gets again what it had.
      byte[] content = new byte[random.nextInt(3) * 40];
      Arrays.fill(content, (byte) random.nextInt(3));
      switch (random.nextInt(8)) {
        case 0 -> cluster.delete(tenant, key);
        case 1, 2 ->
            cluster.put(tenant, key, content, cluster.hlc - ((long) random.nextInt(90_000) << 16));
        case 3 -> cluster.pass(random.nextInt(3_000));
        default -> cluster.put(tenant, key, content);
      }
    }
    if (random.nextInt(3) == 0) {
      String tenant = "t" + random.nextInt(TENANTS);
      List<byte[]> keys = cluster.keys(tenant);
      cluster.drop(tenant);
      cluster.tenant(tenant);
      keys.stream()
          .filter(each -> random.nextBoolean())
          .forEach(each -> cluster.put(tenant, each, new byte[40], cluster.hlc - (1L << 33)));
    }
  }

  private static Map<String, Map<String, String>> restored(BackupStore store) throws Exception {
    FakeBackups target = new FakeBackups(2, 5);
    Runs.restore(target, store);
    Map<String, Map<String, String>> all = new TreeMap<>();
    target.tenants().forEach(each -> all.put(each.name(), target.contents(each.name())));
    return all;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
