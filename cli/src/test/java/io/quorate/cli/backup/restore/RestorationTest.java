package io.quorate.cli.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.run.SettingValues;
import io.quorate.cli.backup.run.Tally;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.FailureInfo;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Level;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.ReadRepair;
import io.quorate.client.admin.HintOverflow;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("patient")
class RestorationTest {
  private static final RunLimits ALONE = new RunLimits(1, 0, Duration.ZERO);

  @TempDir private Path directory;

  private final FakeBackups cluster =
      new FakeBackups(4, 50)
          .tenant("default")
          .tenant(
              "orders",
              ReplicationFactor.byRegion(Map.of("eu", 3, "us", 2)),
              TenantSettings.DEFAULT
                  .readLevel(Level.parse("LOCAL_QUORUM"))
                  .writeLevel(Level.of(2))
                  .defaultTtl(Duration.ofHours(3))
                  .readRepair(ReadRepair.background(10))
                  .operationsPerSecond(5_000_000_000L)
                  .bytesPerSecond(0)
                  .hintOverflow(HintOverflow.REJECT)
                  .with(TenantSetting.MAX_VALUE_BYTES, 65536L)
                  .retries(Retries.ONCE)
                  .model(Model.SIBLINGS)
                  .history(Duration.ofHours(24)));

  private final FakeBackups other = new FakeBackups(7, 5).tenant("default");
  private BackupStore store = Runs.at(Path.of(""));

  @BeforeEach
  void create() throws Exception {
    Runs.fill(cluster, "default", 300, 60);
    Runs.fill(cluster, "orders", 9_000, 60);
    store = Runs.at(directory.resolve("a"));
    Runs.create(cluster, store, ALONE, 100_000);
  }

  private static Tenant tenant(FakeBackups of, String name) {
    return of.tenants().stream().filter(each -> each.name().equals(name)).findAny().orElseThrow();
  }

  @Test
  void tenantHasItsKeysAndItsSettingsAgain() throws Exception {
    Runs.restore(other, store, "orders");
    assertThat(other.contents("orders")).isEqualTo(cluster.contents("orders"));
    assertThat(tenant(other, "orders").settings()).isEqualTo(tenant(cluster, "orders").settings());
    assertThat(tenant(other, "orders").replication()).isEqualTo("eu=3,us=2");
    assertThat(other.contents("default")).isEmpty();
  }

  /** Every setting that there is, also those that are added later. */
  @Test
  void manifestHasEverySetting() throws Exception {
    TenantEntry entry =
        Manifest.read(store).tenants().stream()
            .filter(each -> each.name().equals("orders"))
            .findAny()
            .orElseThrow();
    assertThat(entry.settings().keySet())
        .containsExactlyElementsOf(TenantSetting.all().stream().map(TenantSetting::name).toList());
  }

  @Test
  void settingThatIsNotKnownIsRefused() {
    TenantEntry entry = new TenantEntry("a", 1, "3", Map.of("colour", "blue"), 0, 0, false, null);
    assertThatThrownBy(() -> SettingValues.read(entry)).hasMessageContaining("colour: blue");
    TenantEntry unknown =
        new TenantEntry("a", 1, "3", Map.of("model", "GRAPHS"), 0, 0, false, null);
    assertThatThrownBy(() -> SettingValues.read(unknown)).hasMessageContaining("model: GRAPHS");
  }

  /** Of one file, of which a large backup has few: an operator waits for hours. */
  @Test
  void progressIsThatOfTheBytesThatAreStored() throws Exception {
    BackupStore whole = Runs.at(directory.resolve("whole"));
    Runs.create(cluster, whole, ALONE, 100_000_000);
    Chain chain = Chain.open(whole);
    assertThat(chain.manifest().files()).hasSize(1);
    long total = chain.manifest().tenants().stream().mapToLong(TenantEntry::bytes).sum();
    Tally tally = new Tally();
    List<Long> done = new ArrayList<>();
    other.onAsk =
        what -> {
          if (what.equals("restore")) {
            done.add(tally.done());
          }
        };
    new Restoration(other, chain)
        .run(
            RestoredTenants.of(chain.manifest(), List.of("default=copy", "orders"), false),
            null,
            ALONE,
            tally,
            (now, of) -> assertThat(of).isEqualTo(total));
    assertThat(done).hasSizeGreaterThan(80).doesNotHaveDuplicates().isSorted();
    assertThat(done.get(done.size() / 2)).isBetween(total / 3, 2 * total / 3);
    assertThat(tally.done()).isEqualTo(total).isEqualTo(tally.bytes());
  }

  @Test
  void tenantCanHaveAnotherName() throws Exception {
    Runs.restore(other, store, "default=before", "orders");
    assertThat(other.contents("before")).isEqualTo(cluster.contents("default"));
    assertThat(other.contents("default")).isEmpty();
    assertThat(other.isOpen("before")).isTrue();
  }

  /** As the tenant is that each new cluster has. */
  @Test
  void tenantThatIsThereAndEmptyIsRestoredIntoAndHasTheSettingsOfTheBackup() throws Exception {
    other.tenant("orders");
    other.onAsk =
        what -> {
          if (what.equals("restore")) {
            assertThat(other.isOpen("default")).isFalse();
            assertThat(other.isOpen("orders")).isFalse();
          }
        };
    Runs.restore(other, store, "default", "orders");
    assertThat(other.contents("default")).isEqualTo(cluster.contents("default"));
    assertThat(other.contents("orders")).isEqualTo(cluster.contents("orders"));
    assertThat(tenant(other, "orders").settings()).isEqualTo(tenant(cluster, "orders").settings());
    assertThat(tenant(other, "orders").replication()).isEqualTo("eu=3,us=2");
    assertThat(other.isOpen("default")).isTrue();
    assertThat(other.isOpen("orders")).isTrue();
  }

  @Test
  void tenantThatHoldsAKeyIsRefusedWithAdvice() throws Exception {
    Runs.fill(other, "default", 1, 10);
    Map<String, String> before = other.contents("default");
    assertThatThrownBy(() -> Runs.restore(other, store, "default"))
        .hasMessage(
            "tenant holds keys. If an earlier run of this restore has opened the tenant, leave it"
                + " out. Another name is given with --tenant default=NAME, other replicas with"
                + " --replication-factor")
        .hasFieldOrPropertyWithValue("exitCode", ExitCode.FAILED);
    assertThat(other.contents("default")).isEqualTo(before);
    assertThat(other.isOpen("default")).isTrue();
  }

  @Test
  void tenantsThatWereBegunBeforeOneIsRefusedAreSaid() throws Exception {
    other.tenant("orders");
    Runs.fill(other, "orders", 1, 10);
    assertThatThrownBy(() -> Runs.restore(other, store, "orders", "default=old"))
        .hasMessageStartingWith("tenant holds keys. ")
        .hasMessageContaining(". Begun, and closed to clients: old. ")
        .hasMessageContaining("quorate backup give-up-restore NAME --yes, for each");
  }

  /** Stopped at each request in turn, before it takes effect and after it. */
  @Test
  void restoreThatStoppedGoesOn() throws Exception {
    Map<String, String> expected = cluster.contents("orders");
    boolean stopped = true;
    int steps = 0;
    while (stopped) {
      steps++;
      int fatal = steps;
      FakeBackups target = new FakeBackups(3, 5);
      AtomicInteger asked = new AtomicInteger();
      target.onAsk =
          what -> {
            if (asked.incrementAndGet() >= fatal) {
              throw FakeBackups.unavailable();
            }
          };
      try {
        Runs.restore(target, store, ALONE, "orders");
        stopped = false;
      } catch (CommandFailedException stop) {
        assertThat(stop).hasMessageContaining("too few replicas");
        assertThat(stop.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(target.isOpen("orders")).isFalse();
      }
      target.onAsk = what -> {};
      if (stopped) {
        Runs.restore(target, store, ALONE, "orders");
      }
      assertThat(target.contents("orders")).isEqualTo(expected);
      assertThat(target.isOpen("orders")).isTrue();
    }
    assertThat(steps).isGreaterThan(10);
  }

  @Test
  void batchThatFailsIsSentAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    other.onAsk =
        what -> {
          if (asked.incrementAndGet() % 5 == 3) {
            throw FakeBackups.unavailable();
          }
        };
    Tally tally = Runs.restore(other, store, new RunLimits(4, 0, Duration.ofMinutes(5)), "orders");
    other.onAsk = what -> {};
    assertThat(other.contents("orders")).isEqualTo(cluster.contents("orders"));
    assertThat(tally.keys()).isEqualTo(cluster.contents("orders").size());
  }

  @Test
  void damagedFileStopsItBeforeTheTenantIsOpen() throws Exception {
    for (FileEntry each : Manifest.read(store).files()) {
      Path file = directory.resolve("a").resolve(each.name());
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged = whole.clone();
      damaged[damaged.length - 3] ^= 4;
      Files.write(file, damaged);
      FakeBackups target = new FakeBackups(3, 5);
      assertThatThrownBy(() -> Runs.restore(target, store, "default", "orders"))
          .hasMessageContaining(each.name() + ": has another SHA-256")
          .hasMessageContaining("no tenant was opened");
      assertThat(target.isOpen("default")).isFalse();
      assertThat(target.isOpen("orders")).isFalse();
      Files.write(file, whole);
    }
  }

  /** An earlier run has closed them; they stay so until the restore is given up. */
  @Test
  void damageSaysWhichTenantsAnEarlierRunHasClosed() throws Exception {
    FakeBackups target = new FakeBackups(3, 5).tenant("default").tenant("aside");
    var unused =
        target.beginRestoreIntoEmpty("aside", 5, ReplicationFactor.of(3), TenantSettings.DEFAULT);
    target.onAsk =
        what -> {
          if (what.equals("restore")) {
            throw FakeBackups.unavailable();
          }
        };
    assertThatThrownBy(() -> Runs.restore(target, store, ALONE, "default", "orders=copy"))
        .hasMessageContaining("the same command goes on");
    target.onAsk = what -> {};
    Files.delete(directory.resolve("a").resolve(Manifest.read(store).files().getLast().name()));

    assertThatThrownBy(() -> Runs.restore(target, store, ALONE, "default", "orders=copy"))
        .hasMessageEndingWith(
            "no tenant was opened by this run: restore from another backup; being restored since"
                + " before this run, and closed to clients: copy, default. Give that up, too, with"
                + " quorate backup give-up-restore");
    assertThatThrownBy(() -> Runs.restore(target, store, ALONE, "default=new"))
        .hasMessageEndingWith("restore from another backup; none was created");
  }

  private static void denied(String what) {
    if (what.equals("begin")) {
      throw new PermissionDeniedException("not granted", FailureInfo.NONE, null);
    }
  }

  @Test
  void refusalSaysWhetherThereIsSuchATenant() {
    other.onAsk = RestorationTest::denied;
    assertThatThrownBy(() -> Runs.restore(other, store, ALONE, "default"))
        .hasMessageStartingWith("tenant 'default' cannot be restored into: not granted")
        .hasMessageEndingWith("; the same command goes on with it")
        .hasFieldOrPropertyWithValue("exitCode", ExitCode.DENIED);
    assertThatThrownBy(() -> Runs.restore(other, store, ALONE, "default=new"))
        .hasMessageStartingWith("tenant 'new' cannot be created: not granted")
        .hasMessageEndingWith("if the replicas cannot be had here, give --replication-factor");
  }

  /** Replicas of a tenant that is there are asked for at the end alone. */
  @Test
  void refusedReplicasAtTheEndAreToldWithTheOption() {
    other.onAsk =
        what -> {
          if (what.equals("finish")) {
            throw new InvalidRequestException(
                "tenant 'default': replication factor 3: there are 1 nodes", FailureInfo.NONE);
          }
        };
    assertThatThrownBy(() -> Runs.restore(other, store, ALONE, "default"))
        .hasMessage(
            "tenant 'default' has all its keys and cannot be opened: tenant 'default': replication"
                + " factor 3: there are 1 nodes; the same command goes on with it, with other"
                + " replicas if --replication-factor is given");
    assertThat(other.isOpen("default")).isFalse();
  }

  @Test
  void fileThatIsMissingStopsItBeforeItBegins() throws Exception {
    String name = Manifest.read(store).files().getLast().name();
    Files.delete(directory.resolve("a").resolve(name));
    FakeBackups target = new FakeBackups(3, 5);
    assertThatThrownBy(() -> Runs.restore(target, store, "default", "orders"))
        .hasMessageContaining(name + ": is missing");
    assertThat(target.tenants()).isEmpty();
  }

  @Test
  void olderClusterIsRefused() {
    other.clusterVersion = 1;
    assertThatThrownBy(() -> Runs.restore(other, store, "orders"))
        .hasMessageContaining("of version 2, and this one has version 1");
  }

  /** One of them was begun by an earlier run that was stopped. */
  @Test
  void twoTenantsAreNeverMixedUnderOneName() {
    other.onAsk =
        what -> {
          if (what.equals("finish")) {
            throw FakeBackups.unavailable();
          }
        };
    assertThatThrownBy(() -> Runs.restore(other, store, ALONE, "default=x"))
        .hasMessageContaining("the same command goes on");
    other.onAsk = what -> {};
    assertThatThrownBy(() -> Runs.restore(other, store, ALONE, "orders=x"))
        .hasMessageStartingWith("tenant exists. ");
    assertThat(other.contents("x")).isEqualTo(cluster.contents("default"));
  }

  @Test
  void wishesThatCannotBe() throws Exception {
    Manifest manifest = Manifest.read(store);
    assertThatThrownBy(() -> RestoredTenants.of(manifest, List.of(), false))
        .hasMessageContaining("The backup has default, orders");
    assertThatThrownBy(() -> RestoredTenants.of(manifest, List.of("order"), false))
        .hasMessageContaining("there is no tenant 'order' in the backup, which has default, orders")
        .hasFieldOrPropertyWithValue("exitCode", ExitCode.UNKNOWN_TENANT);
    assertThatThrownBy(() -> RestoredTenants.of(manifest, List.of("orders", "orders=b"), false))
        .hasMessageContaining("named twice");
    assertThatThrownBy(() -> RestoredTenants.of(manifest, List.of("orders=default"), true))
        .hasMessageContaining("two tenants would be restored under the name 'default'");
    assertThatThrownBy(() -> RestoredTenants.of(manifest, List.of("orders="), false))
        .hasMessageContaining("give a name");
    assertThat(RestoredTenants.of(manifest, List.of("default=old"), true).names())
        .containsExactlyInAnyOrderEntriesOf(Map.of("default", "old", "orders", "orders"));
  }
}
