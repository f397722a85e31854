package io.quorate.cli.backup.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.inventory.BackupSummary;
import io.quorate.cli.backup.inventory.Deletion;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.DirectoryPlace;
import io.quorate.cli.backup.store.FailingStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.admin.Tenant;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups that are made, stopped and gone on with. */
@Tag("patient")
class CreationTest {
  private static final RunLimits ALONE = new RunLimits(1, 0, Duration.ZERO);
  private static final long SMALL_FILES = 600;

  @TempDir private Path directory;

  private final FakeBackups cluster =
      new FakeBackups(4, 5).tenant("default").tenant("orders").tenant("empty");

  private BackupStore store(String name) {
    return Runs.at(directory.resolve(name));
  }

  private void fill() {
    Runs.fill(cluster, "default", 40, 60);
    Runs.fill(cluster, "orders", 70, 60);
  }

  /** A backup is whole if it verifies, and if what is restored from it is what was there. */
  private void requireWhole(BackupStore store) throws Exception {
    assertThat(Runs.faults(store)).isEmpty();
    FakeBackups other = new FakeBackups(7, 5);
    Runs.restore(other, store);
    for (String tenant : List.of("default", "orders", "empty")) {
      assertThat(other.contents(tenant)).isEqualTo(cluster.contents(tenant));
      assertThat(other.isOpen(tenant)).isTrue();
    }
  }

  @Test
  void whatIsRestoredIsWhatWasThere() throws Exception {
    fill();
    Creation.Created created = Runs.create(cluster, store("a"));
    assertThat(created.resumed()).isFalse();
    Manifest manifest = created.manifest();
    assertThat(manifest.kind()).isEqualTo("fuzzy");
    assertThat(manifest.tenantNames()).containsExactly("default", "empty", "orders");
    assertThat(manifest.keys())
        .isEqualTo(cluster.contents("default").size() + cluster.contents("orders").size());
    assertThat(manifest.clusterVersion()).isEqualTo(2);
    assertThat(manifest.potentiallyStale()).isFalse();
    assertThat(store("a").list().keySet())
        .contains(FileNames.MANIFEST)
        .doesNotContain(FileNames.PROGRESS);
    requireWhole(store("a"));
  }

  /** All values are in it, as they are. */
  @Test
  void onlyItsUserCanReadIt() throws Exception {
    Runs.create(cluster, store("a"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a"))))
        .isEqualTo("rwx------");
  }

  /** As one that was made to be sure that it is there. */
  @Test
  void onlyItsUserCanReadItInADirectoryThatWasThere() throws Exception {
    Path there = Files.createDirectory(directory.resolve("a"));
    Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxr-xr-x"));
    Runs.create(cluster, store("a"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(there)))
        .isEqualTo("rwx------");
  }

  /** Its user has given them, as for another one that copies it. */
  @Test
  void rightsOnABackupThatGoesOnAreLeft() throws Exception {
    fill();
    FailingStore killed = new FailingStore(store("a"), 4, true);
    assertThatThrownBy(() -> Runs.create(cluster, killed)).isNotNull();
    Path there = directory.resolve("a");
    Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(Runs.create(cluster, store("a")).resumed()).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(there)))
        .isEqualTo("rwxr-x---");
  }

  @Test
  void tenantsCanBeChosen() throws Exception {
    fill();
    assertThat(Runs.create(cluster, store("a"), "orders").manifest().tenantNames())
        .containsExactly("orders");
    assertThatThrownBy(() -> Runs.create(cluster, store("b"), "order"))
        .hasMessage("there is no tenant 'order'")
        .hasFieldOrPropertyWithValue("exitCode", ExitCode.UNKNOWN_TENANT);
    assertThat(directory.resolve("b")).doesNotExist();
  }

  @Test
  void tenantsThatAreBeingRestoredAreLeftOut() {
    List<Tenant> all =
        cluster.tenants().stream()
            .map(each -> each.toBuilder().beingRestored(each.name().equals("empty")).build())
            .toList();
    ChosenTenants chosen = ChosenTenants.of(all, List.of());
    assertThat(chosen.names()).containsExactly("default", "orders");
    assertThat(chosen.leftOut()).containsExactly("empty");
    assertThatThrownBy(() -> ChosenTenants.of(all, List.of("empty")))
        .hasMessageContaining("tenant 'empty' is being restored");
  }

  @Test
  void largePartitionGoesOverSeveralFiles() throws Exception {
    FakeBackups one = new FakeBackups(1, 10).tenant("default").tenant("orders").tenant("empty");
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      byte[] content = new byte[20_000];
      random.nextBytes(content);
      one.put("orders", new byte[] {(byte) (i >> 8), (byte) i}, content);
    }
    Manifest manifest = Runs.create(one, store("a"), Runs.LIMITS, 1 << 20, "orders").manifest();
    assertThat(manifest.files()).hasSizeGreaterThan(3);
    assertThat(Runs.faults(store("a"))).isEmpty();
    FakeBackups other = new FakeBackups(3, 5);
    Runs.restore(other, store("a"));
    assertThat(other.contents("orders")).isEqualTo(one.contents("orders"));
  }

  @Test
  void finishedBackupIsLeftAsItIs() throws Exception {
    fill();
    Runs.create(cluster, store("a"));
    byte[] before = Files.readAllBytes(directory.resolve("a").resolve(FileNames.MANIFEST));
    cluster.put("default", new byte[] {5, 5, 5}, new byte[] {1});
    assertThatThrownBy(() -> Runs.create(cluster, store("a")))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("there is a finished backup of this name");
    assertThat(directory.resolve("a").resolve(FileNames.MANIFEST)).hasBinaryContent(before);
  }

  /** Each page in turn is one that cannot be read. */
  @Test
  void backupThatStoppedAtAnyPageGoesOn() throws Exception {
    fill();
    int pages = 0;
    boolean stopped = true;
    while (stopped) {
      pages++;
      int fatal = pages;
      AtomicInteger asked = new AtomicInteger();
      cluster.onAsk =
          what -> {
            if (asked.incrementAndGet() >= fatal) {
              throw FakeBackups.unavailable();
            }
          };
      BackupStore store = store("page-" + pages);
      try {
        Runs.create(cluster, store, ALONE, SMALL_FILES);
        stopped = false;
      } catch (CommandFailedException expected) {
        assertThat(expected)
            .hasMessageContaining("the backup stopped: partition ")
            .hasMessageContaining("too few replicas")
            .hasMessageContaining("run it again with --name nightly");
        assertThat(expected.exitCode()).isEqualTo(3);
        requireUnfinished(store);
      }
      cluster.onAsk = what -> asked.incrementAndGet();
      asked.set(0);
      if (stopped) {
        assertThat(Runs.create(cluster, store, ALONE, SMALL_FILES).resumed()).isTrue();
        // Nothing that was read is read again.
        assertThat(asked).hasValue(pagesOfAll() - (fatal - 1));
      }
      cluster.onAsk = what -> {};
      requireWhole(store);
    }
    assertThat(pages).isGreaterThan(20);
  }

  private int pagesOfAll() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    cluster.onAsk = what -> asked.incrementAndGet();
    BackupStore all = store("all");
    Runs.create(cluster, all, ALONE, SMALL_FILES);
    all.delete(FileNames.MANIFEST);
    new Deletion(all).run();
    cluster.onAsk = what -> {};
    return asked.get();
  }

  private static void requireUnfinished(BackupStore store) throws IOException {
    assertThat(store.list()).doesNotContainKey(FileNames.MANIFEST);
    assertThatThrownBy(() -> Manifest.read(store)).hasMessageContaining("not finished");
  }

  /** The process is killed at each step that writes, before the step and after it. */
  @Test
  void backupThatWasKilledAtAnyStepIsWholeOrGoesOn() throws Exception {
    fill();
    for (boolean afterTheStep : List.of(false, true)) {
      boolean died = true;
      int finished = 0;
      for (int step = 1; died; step++) {
        BackupStore store = store(step + "-" + afterTheStep);
        FailingStore failing = new FailingStore(store, step, afterTheStep);
        try {
          Runs.create(cluster, failing, ALONE, 3 * SMALL_FILES);
        } catch (CommandFailedException expected) {
          assertThat(expected).hasMessageContaining("No space left on device");
        }
        died = failing.hasDied();
        if (store.list().containsKey(FileNames.MANIFEST)) {
          finished++;
        } else {
          assertThat(Runs.create(cluster, store, ALONE, 3 * SMALL_FILES).manifest().name())
              .isEqualTo("nightly");
        }
        assertThat(Path.of(store.place())).isDirectoryNotContaining("glob:**.part");
        requireWhole(store);
      }
      // The manifest is there from the step that writes it on, and not before.
      assertThat(finished).isEqualTo(afterTheStep ? 3 : 2);
    }
  }

  @Test
  void unfinishedBackupOfOtherTenantsDoesNotGoOn() throws Exception {
    fill();
    stopIn("a");
    cluster.onAsk =
        what -> {
          throw new AssertionError("nothing is read");
        };
    cluster.tenant("more");
    assertThatThrownBy(() -> Runs.create(cluster, store("a")))
        .hasMessageContaining(
            "of the tenants default, empty, orders, and not of default, empty, more, orders")
        .hasMessageContaining("quorate backup delete " + directory.resolve("a") + " --yes");
    cluster.drop("more");
    cluster.drop("orders");
    cluster.tenant("orders");
    assertThatThrownBy(() -> Runs.create(cluster, store("a")))
        .hasMessageContaining("tenant 'orders' was truncated or created again since");
    cluster.clusterId = "00000000000000bb";
    assertThatThrownBy(() -> Runs.create(cluster, store("a")))
        .hasMessageContaining("it is of another cluster");
    requireUnfinished(store("a"));
  }

  private void stopIn(String name) {
    AtomicInteger asked = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (asked.incrementAndGet() > 5) {
            throw FakeBackups.unavailable();
          }
        };
    assertThatThrownBy(() -> Runs.create(cluster, store(name), ALONE, SMALL_FILES))
        .isInstanceOf(CommandFailedException.class);
    cluster.onAsk = what -> {};
  }

  /** What was read of the one and of the other would be mixed. */
  @Test
  void tenantThatIsTruncatedMeanwhileIsNoBackup() throws Exception {
    fill();
    AtomicInteger asked = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (asked.incrementAndGet() == 5) {
            cluster.drop("orders");
            cluster.tenant("orders");
          }
        };
    assertThatThrownBy(() -> Runs.create(cluster, store("a"), ALONE, SMALL_FILES))
        .hasMessageContaining("tenant 'orders' was truncated or created again");
    requireUnfinished(store("a"));
  }

  /** A node that has yet to hear of it would read what is gone, which is nothing, or the old. */
  @Test
  void pagesAreReadOfTheTenantThatWasListed() throws Exception {
    fill();
    AtomicInteger asked = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (asked.incrementAndGet() == 5) {
            cluster.drop("orders");
            cluster.tenant("orders");
          }
        };
    assertThatThrownBy(() -> Runs.create(cluster, store("a"), ALONE, SMALL_FILES))
        .hasMessageContaining("of tenant 'orders'")
        .hasMessageContaining("since it was looked at");
    requireUnfinished(store("a"));
  }

  @Test
  void pageThatCannotBeReadForAWhileIsReadAgain() throws Exception {
    fill();
    AtomicInteger asked = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (asked.incrementAndGet() % 10 == 3) {
            throw FakeBackups.unavailable();
          }
        };
    Creation.Created created =
        Runs.create(cluster, store("a"), new RunLimits(4, 0, Duration.ofMinutes(5)), SMALL_FILES);
    assertThat(created.retries()).isPositive();
    cluster.onAsk = what -> {};
    requireWhole(store("a"));
  }

  /** While a leader is elected, no node can make sure which tenants there are. */
  @Test
  void firstQuestionIsAskedAgain() throws Exception {
    fill();
    AtomicInteger asked = new AtomicInteger();
    cluster.onTenants =
        () -> {
          if (asked.incrementAndGet() < 3) {
            throw FakeBackups.unavailable();
          }
        };
    Runs.create(cluster, store("a"), new RunLimits(2, 0, Duration.ofMinutes(5)), SMALL_FILES);
    assertThat(asked).hasValue(4);
    cluster.onTenants = () -> {};
    requireWhole(store("a"));
  }

  /** What was read for hours is not lost because of a moment at the end. */
  @Test
  void lastQuestionIsAskedAgain() throws Exception {
    fill();
    AtomicInteger asked = new AtomicInteger();
    cluster.onVersion =
        () -> {
          if (asked.incrementAndGet() < 3) {
            throw FakeBackups.unavailable();
          }
        };
    Runs.create(cluster, store("a"), new RunLimits(2, 0, Duration.ofMinutes(5)), SMALL_FILES);
    assertThat(asked).hasValue(3);
    cluster.onVersion = () -> {};
    requireWhole(store("a"));
  }

  /** Storage that takes nothing any more may not let a file be discarded either. */
  @Test
  void whatStoppedItIsToldAndNotWhatFailsWhenItIsDiscarded() {
    fill();
    AtomicInteger written = new AtomicInteger();
    BackupStore full =
        with(
            store("full"),
            "create",
            new BackupStore.NewFile() {
              @Override
              public void write(byte[] bytes, int offset, int length) throws IOException {
                if (written.incrementAndGet() > 1) { // what files begin with
                  throw new IOException("No space left on device");
                }
              }

              @Override
              public void commit() {}

              @Override
              public void close() throws IOException {
                throw new IOException("cannot be discarded");
              }
            });
    assertThatThrownBy(() -> Runs.create(cluster, full, ALONE, SMALL_FILES))
        .hasMessageContaining("No space left on device")
        .hasMessageNotContaining("cannot be discarded");
  }

  /** A store of which one method answers with something else. */
  private static BackupStore with(BackupStore store, String method, Object answer) {
    return (BackupStore)
        Proxy.newProxyInstance(
            CreationTest.class.getClassLoader(),
            new Class<?>[] {BackupStore.class},
            (proxy, called, given) -> {
              try {
                return called.getName().equals(method) ? answer : called.invoke(store, given);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
  }

  @Test
  void secondRunAtATimeIsRefused() throws Exception {
    fill();
    try (Closeable first = store("a").lock()) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> Runs.create(cluster, store("a")))
          .hasMessageContaining("another run works on this backup");
    }
    Runs.create(cluster, store("a"));
    requireWhole(store("a"));
  }

  @Test
  void directoryOfOtherFilesIsLeftAlone() throws Exception {
    Files.createDirectory(directory.resolve("photos"));
    Files.createFile(directory.resolve("photos").resolve("cat.jpg"));
    assertThatThrownBy(() -> Runs.create(cluster, store("photos")))
        .hasMessageContaining("is no backup, and holds other files");
    assertThat(directory.resolve("photos").toFile().list()).containsExactly("cat.jpg");
  }

  /**
   * The directory cannot be made, or something cannot be written in it: what helps is said, and
   * then the same command makes the backup.
   */
  @ParameterizedTest
  @ValueSource(strings = {"lock", "list", "put", "create"})
  void placeWhereThisUserMayNotWriteIsSaid(String denied) throws Exception {
    fill();
    BackupStore store = store("a");
    assertThatThrownBy(() -> Runs.create(cluster, denying(store, denied), ALONE, SMALL_FILES))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage(
            "the backup stopped: %s: permission denied; give a place where this user may write, or"
                + " the right to",
            store.place())
        .hasFieldOrPropertyWithValue("exitCode", ExitCode.FAILED);
    Runs.create(cluster, store, ALONE, SMALL_FILES);
    requireWhole(store);
  }

  /** As a user of a bucket that may write, and not delete. */
  @Test
  void backupThatIsFinishedIsSaidToBeThoughItsProgressStays() throws Exception {
    fill();
    BackupStore store = store("a");
    assertThatThrownBy(() -> Runs.create(cluster, denying(store, "delete"), ALONE, SMALL_FILES))
        .hasMessage(
            "the backup is finished, but its file progress.json cannot be deleted: %s: permission"
                + " denied; it does no harm",
            store.place())
        .hasFieldOrPropertyWithValue("exitCode", ExitCode.FAILED);
    assertThat(store.list()).containsKeys(FileNames.MANIFEST, FileNames.PROGRESS);
    requireWhole(store);
    assertThat(new Deletion(store).run()).isTrue();
  }

  /** A store of which one call is refused by its file system. */
  private static BackupStore denying(BackupStore store, String denied) {
    return (BackupStore)
        Proxy.newProxyInstance(
            BackupStore.class.getClassLoader(),
            new Class<?>[] {BackupStore.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(denied)) {
                throw new AccessDeniedException(store.place());
              }
              try {
                return called.invoke(store, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
  }

  /** Of files that were written when a run was killed. */
  @Test
  void whatAKilledRunLeftIsTakenAway() throws Exception {
    fill();
    stopIn("a");
    for (String left : List.of("data-000900.qb", "data-000901.qb.part", "manifest.json.part")) {
      Files.createFile(directory.resolve("a").resolve(left));
    }
    Manifest manifest = Runs.create(cluster, store("a")).manifest();
    List<String> all = new ArrayList<>(List.of(FileNames.MANIFEST, "backup.lock"));
    manifest.files().forEach(each -> all.add(each.name()));
    assertThat(directory.resolve("a").toFile().list()).containsExactlyInAnyOrderElementsOf(all);
    requireWhole(store("a"));
  }

  @Test
  void fileThatIsGoneStopsARunThatWouldGoOn() throws Exception {
    fill();
    stopIn("a");
    String data =
        store("a").list().keySet().stream().filter(FileNames::isData).findFirst().orElseThrow();
    Files.delete(directory.resolve("a").resolve(data));
    assertThatThrownBy(() -> Runs.create(cluster, store("a")))
        .hasMessageContaining(data + ": is missing; it cannot go on: give another --name");
  }

  /** It was sent by a run that was taken over, and the next one has begun again. */
  @Test
  void manifestOfAnEarlierRunWhoseFilesAreGoneIsDeleted() throws Exception {
    fill();
    Runs.create(cluster, store("a"));
    byte[] late = Files.readAllBytes(directory.resolve("a").resolve(FileNames.MANIFEST));
    assertThat(new Deletion(store("a")).run()).isTrue();
    FailingStore killed = new FailingStore(store("a"), 4, true);
    assertThatThrownBy(() -> Runs.create(cluster, killed)).isNotNull();
    store("a").put(FileNames.MANIFEST, late);
    assertThat(stateWords()).containsExactly("lacks_files");
    assertThat(Runs.create(cluster, store("a")).resumed()).isTrue();
    requireWhole(store("a"));
    assertThat(stateWords()).containsExactly("complete");
  }

  /** As a list of the backups shows them. */
  private List<String> stateWords() throws IOException {
    return BackupSummary.in(new DirectoryPlace(directory)).stream()
        .map(BackupSummary::stateWord)
        .toList();
  }

  /** What was written late is the progress, then. */
  @Test
  void manifestWhoseFilesAreThereIsLeftWhateverProgressThereIs() throws Exception {
    fill();
    FailingStore killed = new FailingStore(store("b"), 4, true);
    assertThatThrownBy(() -> Runs.create(cluster, killed)).isNotNull();
    byte[] late = Files.readAllBytes(directory.resolve("b").resolve(FileNames.PROGRESS));
    Runs.create(cluster, store("a"));
    store("a").put(FileNames.PROGRESS, late);
    assertThatThrownBy(() -> Runs.create(cluster, store("a")))
        .hasMessageContaining("there is a finished backup of this name");
    requireWhole(store("a"));
  }

  @Test
  void staleTenantsAreSaid() throws Exception {
    fill();
    cluster.stale = true;
    Manifest manifest = Runs.create(cluster, store("a"), "orders").manifest();
    assertThat(manifest.potentiallyStale()).isTrue();
    assertThat(manifest.tenants()).allMatch(TenantEntry::potentiallyStale);
    assertThat(Manifest.read(store("a"))).isEqualTo(manifest);
  }

  @Test
  void rateIsBounded() throws Exception {
    for (int i = 0; i < 20; i++) {
      cluster.put("orders", new byte[] {1, (byte) i}, new byte[1000]);
    }
    Creation.Created created =
        Runs.create(cluster, store("a"), new RunLimits(4, 100_000, Duration.ZERO), 1 << 20);
    // All but the last page are paid for: 5 records of 1 kB at most.
    assertThat(created.tally().seconds()).isGreaterThan(0.1);
  }

  @Test
  void versionOfTheClusterIsThatOfTheEnd() throws Exception {
    fill();
    AtomicInteger asked = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (asked.incrementAndGet() == 3) {
            cluster.clusterVersion = 9;
          }
        };
    assertThat(Runs.create(cluster, store("a")).manifest().clusterVersion()).isEqualTo(9);
  }

  @Test
  void progressThatWasChangedIsRefused() throws Exception {
    fill();
    stopIn("a");
    Path file = directory.resolve("a").resolve(FileNames.PROGRESS);
    Files.writeString(file, Files.readString(file).replace("\"orders\"", "\"others\""));
    assertThatThrownBy(() -> Runs.create(cluster, store("a")))
        .hasMessageContaining("progress.json: was changed");
  }

  @Test
  void clockTellsWhenItBegan() throws Exception {
    InstantSource clock = InstantSource.fixed(java.time.Instant.parse("2026-11-27T13:15:00Z"));
    Creation.Created created =
        new Creation(cluster, store("a"), clock, () -> 5, 1 << 20, Runs.NO_LISTENER)
            .run(
                new BackupRequest(
                    "a", List.of(), false, null, new BaseChoice.None(), Runs.LIMITS, ""),
                Runs.QUIETLY);
    assertThat(created.manifest().began()).isEqualTo("2026-11-27T13:15:00Z");
    assertThat(created.manifest().id()).isEqualTo(5);
    assertThat(created.manifest().keys()).isZero();
  }
}
