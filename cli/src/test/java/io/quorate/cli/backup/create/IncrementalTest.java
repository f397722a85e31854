package io.quorate.cli.backup.create;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.chain.LacksBaseException;
import io.quorate.cli.backup.file.BaseEntry;
import io.quorate.cli.backup.file.CheckedJson;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.OtherFiles;
import io.quorate.cli.backup.inventory.BackupSummary;
import io.quorate.cli.backup.inventory.Deletion;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.DirectoryPlace;
import io.quorate.cli.backup.store.FailingStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.backup.store.SeenStore;
import io.quorate.cli.command.CommandFailedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups that are based on others, of a cluster in memory. */
@Tag("patient")
class IncrementalTest {
  private static final RunLimits ALONE = new RunLimits(1, 0, Duration.ZERO);
  private static final long SMALL_FILES = 2_000;

  @TempDir private Path directory;

  private final FakeBackups cluster = new FakeBackups(4, 20).tenant("default").tenant("orders");

  private BackupStore at(String name) {
    return Runs.at(directory.resolve(name));
  }

  private static byte[] key(int number) {
    return "order:%05d".formatted(number).getBytes(UTF_8);
  }

  private static byte[] content(String text) {
    return ("content of some length, such as a small order has: " + text).getBytes(UTF_8);
  }

  private void put(int number, String text) {
    cluster.put("orders", key(number), content(text));
  }

  /** Gives a tenant some hundred keys, and makes a backup of all some time later. */
  private void base(String name) throws Exception {
    for (int i = 0; i < 600; i++) {
      put(i, "at first " + i);
    }
    cluster.pass(60_000);
    Runs.create(cluster, at(name), new BaseChoice.None(), SMALL_FILES);
    cluster.pass(60_000);
  }

  private Creation.Created incremental(String name, String base) throws Exception {
    return Runs.create(cluster, at(name), new BaseChoice.Named(base), SMALL_FILES);
  }

  /** Everything that a restore of a backup brings, of all tenants. */
  private static Map<String, Map<String, String>> restored(BackupStore store) throws Exception {
    FakeBackups target = new FakeBackups(7, 5);
    Runs.restore(target, store);
    return target.tenants().stream()
        .collect(
            Collectors.toMap(
                each -> each.name(),
                each -> target.contents(each.name()),
                (one, other) -> one,
                TreeMap::new));
  }

  private void requireSameAsFull(String name) throws Exception {
    Runs.create(cluster, at(name + "-full"), new BaseChoice.None(), SMALL_FILES);
    assertThat(restored(at(name))).isEqualTo(restored(at(name + "-full")));
    assertThat(Runs.faults(at(name))).isEmpty();
  }

  @Test
  void changesAloneAreKeptAndAllIsRestored() throws Exception {
    base("b0");
    put(17, "changed");
    put(1_000, "new");
    cluster.delete("orders", key(18));
    cluster.leftOut.set(0);
    cluster.sent.set(0);
    Creation.Created created = incremental("b1", "b0");
    assertThat(cluster.sent).as("contents that were sent").hasValue(2);
    assertThat(cluster.leftOut).hasValue(598);
    Manifest manifest = created.manifest();
    assertThat(manifest.base()).isEqualTo(Chain.open(at("b0")).asBase());
    assertThat(manifest.asInBase()).isEqualTo(598);
    assertThat(manifest.keys()).isEqualTo(600);
    assertThat(created.tally().pagesReadAgain()).isZero();
    requireSameAsFull("b1");
    assertThat(manifest.bytes()).isEqualTo(Manifest.read(at("b1-full")).bytes());
    assertThat(manifest.fileBytes()).isLessThan(Manifest.read(at("b1-full")).fileBytes() / 2);
    assertThat(restored(at("b0")).get("orders")).isNotEqualTo(restored(at("b1")).get("orders"));
  }

  /** Its version is old, for it reached a majority after the base was read. */
  @Test
  void oldContentThatTheBaseDoesNotHaveIsAskedFor() throws Exception {
    base("b0");
    long before = cluster.hlc - (100_000L << 16);
    cluster.put("orders", key(30), content("late, and as long as others"), before);
    cluster.put("orders", key(31), content("late, too"), before);
    cluster.put("orders", key(2_000), content("late, and not in the base"), before);
    // Of the same length as what it replaces: only the hash tells.
    byte[] same = content("at first 77");
    same[0]++;
    cluster.put("orders", key(77), same, before);
    Creation.Created created = incremental("b1", "b0");
    assertThat(created.tally().pagesReadAgain()).isBetween(1L, 4L);
    assertThat(created.manifest().asInBase()).isEqualTo(597);
    requireSameAsFull("b1");
  }

  @Test
  void allContentsThatAreOldAndNotInTheBaseAreAskedFor() throws Exception {
    base("b0");
    long before = cluster.hlc - (100_000L << 16);
    for (int i = 0; i < 600; i++) {
      cluster.put("orders", key(i), content("late " + i), before);
    }
    assertThat(incremental("b1", "b0").manifest().asInBase()).isZero();
    requireSameAsFull("b1");
  }

  /** What was written again as it was is in the base, whatever its version says. */
  @Test
  void newContentThatTheBaseHasIsNotKeptAgain() throws Exception {
    base("b0");
    for (int i = 0; i < 100; i++) {
      put(i, "at first " + i);
    }
    assertThat(incremental("b1", "b0").manifest().asInBase()).isEqualTo(600);
    requireSameAsFull("b1");
  }

  @Test
  void tenantThatIsAnotherOneNowIsKeptWhole() throws Exception {
    base("b0");
    cluster.put("default", key(1), content("the same"));
    cluster.pass(60_000);
    incremental("b1", "b0");
    cluster.drop("orders");
    cluster.tenant("orders");
    cluster.drop("default");
    cluster.tenant("more");
    for (int i = 0; i < 600; i += 2) {
      // Older than the base, as far as versions say, and some of it as in the base.
      long before = cluster.hlc - (200_000L << 16);
      cluster.put("orders", key(i), content(i % 4 == 0 ? "other" : "at first " + i), before);
      cluster.put("more", key(i), content("more " + i), before);
    }
    cluster.pass(60_000);
    assertThat(incremental("b2", "b1").manifest().asInBase()).isZero();
    requireSameAsFull("b2");
    assertThat(restored(at("b2"))).containsOnlyKeys("more", "orders");
    cluster.pass(60_000);
    assertThat(incremental("b3", "b2").manifest().asInBase()).isEqualTo(600);
    requireSameAsFull("b3");
  }

  /** The base has one of two tenants, and was made as of a moment. */
  @Test
  void kindsAndTenantsMayDiffer() throws Exception {
    for (int i = 0; i < 100; i++) {
      put(i, "orders " + i);
      cluster.put("default", key(i), content("default " + i));
    }
    Runs.create(cluster, at("b0"), new BaseChoice.None(), Runs.LIMITS, true, SMALL_FILES, "orders");
    put(3, "changed");
    Manifest all = incremental("b1", "b0").manifest();
    assertThat(all.asInBase()).isEqualTo(99);
    requireSameAsFull("b1");
    put(4, "changed, too");
    Manifest exact =
        Runs.create(
                cluster,
                at("b2"),
                new BaseChoice.Named("b1"),
                Runs.LIMITS,
                true,
                SMALL_FILES,
                "orders")
            .manifest();
    assertThat(exact.exact()).isNotNull();
    assertThat(exact.asInBase()).isEqualTo(99);
    assertThat(restored(at("b2")).get("orders")).isEqualTo(cluster.contents("orders"));
    assertThat(Runs.faults(at("b2"))).isEmpty();
  }

  /** Killed at each step before and after it takes effect, it goes on. */
  @Test
  void runThatWasKilledGoesOn() throws Exception {
    base("b0");
    for (int i = 0; i < 600; i += 7) {
      put(i, "changed " + i);
    }
    Map<String, String> expected = cluster.contents("orders");
    boolean died = true;
    int steps = 0;
    for (int step = 1; died; step++) {
      for (boolean after : new boolean[] {false, true}) {
        BackupStore store = at("k" + step + after);
        FailingStore failing = new FailingStore(store, step, after);
        BaseChoice base = new BaseChoice.Named("b0");
        try {
          Runs.create(cluster, failing, base, ALONE, false, SMALL_FILES);
        } catch (CommandFailedException killed) {
          if (!store.list().containsKey(FileNames.MANIFEST)) {
            Runs.create(cluster, store, base, ALONE, false, SMALL_FILES);
          }
        }
        died = failing.hasDied();
        assertThat(restored(store).get("orders")).isEqualTo(expected);
        assertThat(Runs.faults(store)).isEmpty();
      }
      steps++;
    }
    assertThat(steps).isGreaterThan(15);
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /**
   * Makes a backup in which each page takes a minute.
   *
   * @param killedAt the page at which the run is killed
   * @return how many pages were read
   */
  private int slowly(String name, int killedAt) throws Exception {
    AtomicInteger pages = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (what.equals("read") && pages.incrementAndGet() == killedAt) {
            throw new Killed();
          }
        };
    try {
      Runs.create(
          cluster,
          at(name),
          new BaseChoice.Named("b0"),
          ALONE,
          () -> Instant.EPOCH.plus(Duration.ofMinutes(pages.get())));
    } catch (Killed killed) {
      assertThat(pages).hasValue(killedAt);
    } finally {
      cluster.onAsk = what -> {};
    }
    return pages.get();
  }

  /** A mark takes a byte or two: what a file of them has may be read for hours. */
  @Test
  void runThatWasKilledReadsFewMinutesAgain() throws Exception {
    base("b0");
    int whole = slowly("whole", Integer.MAX_VALUE);
    int killedAt = whole - 3;
    assertThat(killedAt).isGreaterThan(25);
    slowly("b1", killedAt);
    assertThat(slowly("b1", Integer.MAX_VALUE))
        .isBetween(whole - killedAt + 1, whole - killedAt + 1 + 5);
    requireSameAsFull("b1");
  }

  @Test
  void runGoesOnWithTheBaseThatItWasBegunWithAlone() throws Exception {
    base("b0");
    incremental("b1", "b0");
    AtomicInteger reads = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (reads.incrementAndGet() > 2) {
            throw FakeBackups.unavailable();
          }
        };
    assertThatThrownBy(
            () ->
                Runs.create(
                    cluster, at("c"), new BaseChoice.Named("b1"), ALONE, false, SMALL_FILES))
        .hasMessageContaining("what is finished is kept");
    cluster.onAsk = what -> {};
    assertThatThrownBy(() -> incremental("c", "b0"))
        .hasMessageContaining("it was begun with --base b1");
    assertThatThrownBy(() -> Runs.create(cluster, at("c"), new BaseChoice.None(), SMALL_FILES))
        .hasMessageContaining("it was begun with --base b1");
    // Newer than its base by now; it goes on with its base all the same.
    cluster.pass(60_000);
    incremental("b2", "b1");
    Runs.create(cluster, at("c"), new BaseChoice.Newest(31), SMALL_FILES);
    assertThat(Chain.open(at("c")).base()).isNotNull();
    assertThat(Manifest.read(at("c")).base()).isEqualTo(Chain.open(at("b1")).asBase());
    requireSameAsFull("c");
  }

  /** After all of it was read: the manifest would be of a backup that cannot be restored. */
  @Test
  void baseThatIsDeletedMeanwhileLetsTheRunFail() throws Exception {
    base("b0");
    cluster.onVersion =
        () -> {
          try {
            new Deletion(at("b0")).run();
          } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
          }
        };
    assertThatThrownBy(() -> incremental("b1", "b0"))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("b0: was deleted or replaced while a backup was made");
    assertThat(at("b1").list()).doesNotContainKey(FileNames.MANIFEST);
  }

  private void requireRefused(String base, String why) {
    assertThatThrownBy(() -> incremental("new", base))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("the backup cannot be based on " + base)
        .hasMessageContaining(why);
    assertThat(directory.resolve("new")).doesNotExist();
  }

  /** As in a bucket to which the user may write, and in which he may not delete. */
  @Test
  void baseThatCannotBeOneIsRefusedThoughNothingCanBeDeleted() {
    BackupStore cannotDelete = new FailingStore(at("new"), 1, false);
    assertThatThrownBy(
            () ->
                Runs.create(
                    cluster, cannotDelete, new BaseChoice.Named("none"), Creation.FILE_BYTES))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("the backup cannot be based on none")
        .satisfies(refused -> assertThat(refused.getSuppressed()).hasSize(1));
  }

  @Test
  void baseThatCannotBeOneIsRefused() throws Exception {
    base("b0");
    requireRefused("none", "there is no backup " + directory.resolve("none"));
    requireRefused("new", "cannot be based on itself");
    FakeBackups larger = new FakeBackups(8, 20).tenant("orders");
    Runs.create(larger, at("larger"), new BaseChoice.None(), SMALL_FILES);
    requireRefused("larger", "it is of a cluster with 8 partitions, and this one has 4");
    larger.clusterId = "00000000000000bb";
    Runs.create(larger, at("other"), new BaseChoice.None(), SMALL_FILES);
    requireRefused("other", "it is of another cluster, 00000000000000bb");
    incremental("b1", "b0");
    incremental("b2", "b1");
    Files.move(directory.resolve("b1"), directory.resolve("away"));
    requireRefused("b2", "lacks its base: there is no finished backup");
    Files.move(directory.resolve("away"), directory.resolve("b1"));
    String data = Manifest.read(at("b0")).files().getFirst().name();
    Files.delete(directory.resolve("b0").resolve(data));
    requireRefused("b2", data + ": is missing");
    Files.delete(directory.resolve("b2").resolve(FileNames.MANIFEST));
    Files.createFile(directory.resolve("b2").resolve(FileNames.PROGRESS));
    requireRefused("b2", "it is not finished");
    Files.writeString(directory.resolve("b1").resolve(FileNames.MANIFEST), "{}");
    requireRefused("b1", "its checksum is wrong");
  }

  /** Its blocks are as they were written, and it is another backup. */
  @Test
  void baseThatWasReplacedIsFoundOut() throws Exception {
    base("b0");
    incremental("b1", "b0");
    new Deletion(at("b0")).run();
    put(5, "changed");
    Runs.create(cluster, at("b0"), new BaseChoice.None(), SMALL_FILES);
    assertThatThrownBy(() -> Chain.open(at("b1")))
        .isInstanceOf(LacksBaseException.class)
        .hasMessageContaining("b1 lacks its base")
        .hasMessageContaining("is another backup");
    assertThat(BackupSummary.in(new DirectoryPlace(directory)))
        .extracting(BackupSummary::state)
        .containsExactly(BackupSummary.State.COMPLETE, BackupSummary.State.LACKS_BASE);
  }

  @Test
  void chainIsBounded() throws Exception {
    put(1, "one");
    Runs.create(cluster, at("c00"), new BaseChoice.None(), SMALL_FILES);
    for (int i = 1; i <= BaseEntry.CHAIN_MAX; i++) {
      put(i, "one more");
      incremental("c%02d".formatted(i), "c%02d".formatted(i - 1));
    }
    requireRefused("c31", "31 backups stand below it, and more cannot");
    BaseChoice newest = new BaseChoice.Newest(BaseEntry.CHAIN_MAX);
    assertThat(Runs.create(cluster, at("d"), newest, SMALL_FILES).manifest().base()).isNull();
    requireSameAsFull("c31");
  }

  private static void awaitNextMillisecond() {
    long now = System.currentTimeMillis();
    while (System.currentTimeMillis() == now) {
      Thread.onSpinWait();
    }
  }

  /** The newest one that can be a base is taken, and a full backup is made if none can. */
  @Test
  void newestIsChosen() throws Exception {
    BaseChoice newest = new BaseChoice.Newest(2);
    put(1, "one");
    assertThat(Runs.create(cluster, at("z0"), newest, SMALL_FILES).manifest().base()).isNull();
    List<String> bases = new java.util.ArrayList<>();
    for (String name : List.of("y1", "x2", "w3", "v4")) {
      awaitNextMillisecond(); // moments of backups have no more than that
      BaseEntry base = Runs.create(cluster, at(name), newest, SMALL_FILES).manifest().base();
      bases.add(base == null ? "none" : base.name());
    }
    assertThat(bases).containsExactly("z0", "y1", "none", "w3");
    Files.writeString(directory.resolve("v4").resolve(FileNames.MANIFEST), "{}");
    awaitNextMillisecond();
    FakeBackups other = new FakeBackups(4, 20).tenant("orders");
    other.clusterId = "00000000000000bb";
    Runs.create(other, at("other"), new BaseChoice.None(), SMALL_FILES);
    Runs.create(cluster, at("less"), new BaseChoice.None(), SMALL_FILES, "default");
    assertThat(Runs.create(cluster, at("u5"), newest, SMALL_FILES).manifest().base())
        .isEqualTo(Chain.open(at("w3")).asBase());
  }

  /** Returns the name of the base that is chosen while reading from a backup fails. */
  private String chosenWhile(String unusable, int read, Failure failure) throws Exception {
    AtomicInteger reads = new AtomicInteger();
    BackupStore store =
        SeenStore.of(
            at("c"),
            (of, method) -> {
              if (of.equals(unusable) && method.equals("read") && reads.incrementAndGet() == read) {
                failure.happen(directory.resolve(of).resolve(FileNames.MANIFEST));
              }
            });
    BaseEntry base =
        Runs.create(cluster, store, new BaseChoice.Newest(31), SMALL_FILES).manifest().base();
    assertThat(reads).hasValueGreaterThanOrEqualTo(read);
    return base == null ? "none" : base.name();
  }

  private interface Failure {
    void happen(Path manifest) throws IOException;
  }

  /** As in the directory of another user; it is looked at twice. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void candidateThatMayNotBeReadIsPassedOver(int read) throws Exception {
    base("b0");
    base("b1");
    assertThat(
            chosenWhile(
                "b1",
                read,
                manifest -> {
                  throw new AccessDeniedException(manifest.toString());
                }))
        .isEqualTo("b0");
  }

  /** As object storage says it of an old backup that another command deletes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void candidateThatIsDeletedMeanwhileIsPassedOver(int read) throws Exception {
    base("b0");
    base("b1");
    assertThat(chosenWhile("b1", read, IncrementalTest::delete)).isEqualTo("b0");
  }

  private static void delete(Path manifest) throws IOException {
    Files.delete(manifest);
    throw new IOException(manifest + ": there is no object of that name");
  }

  @Test
  void candidateWhoseBaseIsDeletedMeanwhileIsPassedOver() throws Exception {
    base("a");
    base("b0");
    incremental("b1", "b0");
    assertThat(chosenWhile("b0", 2, IncrementalTest::delete)).isEqualTo("a");
  }

  /** Else a full backup would be made whenever storage does not answer. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void storageThatFailsIsNotPassedOver(int read) throws Exception {
    base("b0");
    assertThatThrownBy(
            () ->
                chosenWhile(
                    "b0",
                    read,
                    manifest -> {
                      throw new IOException("the storage does not answer");
                    }))
        .hasMessageContaining("the storage does not answer");
  }

  @Test
  void damageOfABaseIsFoundByVerificationAndStopsARestore() throws Exception {
    base("b0");
    put(9, "changed");
    incremental("b1", "b0");
    Path data = directory.resolve("b0").resolve(Manifest.read(at("b0")).files().getLast().name());
    byte[] whole = Files.readAllBytes(data);
    byte[] damaged = whole.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(data, damaged);
    assertThat(Runs.faults(at("b1")))
        .singleElement()
        .asString()
        .contains("b0/" + data.getFileName());
    FakeBackups target = new FakeBackups(3, 5);
    assertThatThrownBy(() -> Runs.restore(target, at("b1")))
        .hasMessageContaining("b0/" + data.getFileName());
    assertThat(target.isOpen("orders")).isFalse();
    Files.write(data, whole);
    assertThat(Runs.faults(at("b1"))).isEmpty();
  }

  /** Each of its blocks is whole, and it is as long as the one that was written. */
  @Test
  void otherFileInABaseIsFoundByItsChecksumAlone() throws Exception {
    base("b0");
    incremental("b1", "b0");
    Manifest manifest = Manifest.read(at("b0"));
    FileEntry first = manifest.files().getFirst();
    Path data = directory.resolve("b0").resolve(first.name());
    // Zlib has another header for it, and the same length: what is in the blocks is as it was.
    byte[] other = OtherFiles.packedOtherwise(Files.readAllBytes(data));
    assertThat(other)
        .hasSameSizeAs(Files.readAllBytes(data))
        .isNotEqualTo(Files.readAllBytes(data));
    Files.write(data, other);
    assertThat(Runs.faults(at("b1")))
        .singleElement()
        .asString()
        .contains("b0/" + first.name(), "has another SHA-256");
    FakeBackups target = new FakeBackups(3, 5);
    assertThatThrownBy(() -> Runs.restore(target, at("b1")))
        .hasMessageContaining("b0/" + first.name())
        .hasMessageContaining("has another SHA-256");
    assertThat(target.isOpen("orders")).isFalse();
  }

  /** As a program would write it that is wrong. */
  @Test
  void markWithoutItsKeyInTheBaseIsFound() throws Exception {
    base("b0");
    incremental("b1", "b0");
    cluster.delete("orders", key(7));
    cluster.delete("orders", key(8));
    Runs.create(cluster, at("less"), new BaseChoice.None(), SMALL_FILES);
    OtherFiles.baseOf(at("b1"), Chain.open(at("less")).asBase());
    assertThat(Runs.faults(at("b1")))
        .isNotEmpty()
        .allMatch(each -> each.contains("says that the base has the key (base64) "));
    FakeBackups target = new FakeBackups(3, 5);
    assertThatThrownBy(() -> Runs.restore(target, at("b1")))
        .hasMessageContaining("says that the base has the key");
    assertThat(target.isOpen("orders")).isFalse();
  }

  /** A release that knows no base must not take it for a full one. */
  @Test
  void filesHaveAFormatOfTheirOwn() throws Exception {
    base("b0");
    incremental("b1", "b0");
    assertThat(Manifest.readChecked(at("b0")).format()).isEqualTo(1);
    assertThat(Manifest.readChecked(at("b1")).format()).isEqualTo(2);
    Manifest manifest = Manifest.read(at("b1"));
    CheckedJson.put(at("b1"), FileNames.MANIFEST, manifest, false);
    assertThatThrownBy(() -> Manifest.read(at("b1")))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("has format 1");
  }

  /** As files are that do not say where their segments begin, and when these were read. */
  @Test
  void baseThatDoesNotSayWhereItsPartsAreIsReadFromItsBeginning() throws Exception {
    base("b0");
    OtherFiles.withoutPlaces(at("b0"));
    assertThat(Manifest.read(at("b0")).segments()).allMatch(each -> each.at() == 0);
    put(3, "changed");
    assertThat(incremental("b1", "b0").manifest().asInBase()).isEqualTo(599);
    requireSameAsFull("b1");
  }
}
