package io.quorate.cli.backup.create;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.cut.RecordingListener;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FailingStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureCode;
import io.quorate.client.FailureInfo;
import io.quorate.client.admin.BackupCut;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.TenantSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of one moment: the cut is made, read and ended. */
class ExactBackupTest {
  private static final String AS_OF = "2027-01-15T08:00:00.123Z";

  @TempDir private Path directory;

  private final FakeBackups cluster = new FakeBackups(4, 5).tenant("default").tenant("orders");
  private final RecordingListener cuts = new RecordingListener();

  private BackupStore store(String name) {
    return Runs.at(directory.resolve(name));
  }

  private Creation.Created make(BackupStore store, String... tenants) throws Exception {
    return Runs.exact(cluster, store, cuts, tenants);
  }

  private Map<String, String> filled() {
    Runs.fill(cluster, "orders", 60, 40);
    return cluster.contents("orders");
  }

  /** Each page that is read finds something new, which is in no page. */
  private void writeMeanwhile() {
    AtomicInteger number = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (what.equals("read")) {
            int next = number.incrementAndGet();
            cluster.put("orders", new byte[] {9, 9, (byte) next}, new byte[] {1});
          }
        };
  }

  @Test
  void allOfItIsReadAsOfTheCut() throws Exception {
    Map<String, String> then = filled();
    writeMeanwhile();
    Manifest manifest = make(store("a")).manifest();
    assertThat(manifest.kind()).isEqualTo("exact");
    assertThat(manifest.exact()).isEqualTo(new ExactEntry(1, 1_800_000_000_123L << 16, AS_OF));
    assertThat(Manifest.read(store("a"))).isEqualTo(manifest);
    assertThat(cuts.told()).containsExactly("making");
    assertThat(cluster.endedCuts).containsExactly(1L);
    cluster.onAsk = what -> {};
    assertThat(Runs.faults(store("a"))).isEmpty();
    FakeBackups other = new FakeBackups(7, 5);
    Runs.restore(other, store("a"));
    assertThat(other.contents("orders")).isEqualTo(then).isNotEqualTo(cluster.contents("orders"));
  }

  private static String nameOf(Model model) {
    return model.name().toLowerCase(Locale.ROOT);
  }

  /** Adds a tenant of each model, and fills it. */
  private void allModels() {
    for (Model model : Model.values()) {
      cluster.tenant(
          nameOf(model),
          ReplicationFactor.of(3),
          TenantSettings.DEFAULT.model(model).retries(Retries.REPEAT));
      Runs.fill(cluster, nameOf(model), 5, 40);
    }
  }

  /** Of tenants of other models each key is by itself, and the manifest says of which. */
  @Test
  void tenantsOfAllModelsAreInItAndWhichAreKeyByKeyIsSaid() throws Exception {
    allModels();
    Manifest manifest = make(store("a")).manifest();

    assertThat(Manifest.read(store("a"))).isEqualTo(manifest);
    assertThat(manifest.tenantNames()).contains("default", "last_write_wins", "linearizable");
    assertThat(manifest.tenants())
        .allSatisfy(
            each ->
                assertThat(each.oneMoment())
                    .as(each.name())
                    .isEqualTo(each.model().equals(Model.LAST_WRITE_WINS.name())));
    assertThat(manifest.keyByKey())
        .containsExactly("counters", "linearizable", "maps", "sets", "siblings");
    FakeBackups other = new FakeBackups(7, 5);
    Runs.restore(other, store("a"));
    assertThat(other.contents("maps")).isEqualTo(cluster.contents("maps")).isNotEmpty();
  }

  @Test
  void fuzzyBackupMakesNoCut() throws Exception {
    filled();
    Manifest manifest = Runs.create(cluster, store("a")).manifest();
    assertThat(manifest.tenants()).extracting(TenantEntry::oneMoment).containsOnlyNulls();
    assertThat(manifest.keyByKey()).isEmpty();
    assertThat(manifest.exact()).isNull();
    assertThat(manifest.kind()).isEqualTo("fuzzy");
    assertThat(cluster.endedCuts).isEmpty();
  }

  @Test
  void voidCutIsMadeAgainAndSaidWhy() throws Exception {
    filled();
    cluster.voids.addAll(List.of("node 2 is down", "partition 3 moves", "node 3 is down"));
    Manifest manifest = make(store("a")).manifest();
    assertThat(manifest.exact()).isNotNull().extracting(ExactEntry::cut).isEqualTo(4L);
    assertThat(cuts.told())
        .containsExactly(
            "making", "again: node 2 is down", "again: partition 3 moves", "again: node 3 is down");
    assertThat(cluster.endedCuts).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void cutThatIsVoidEachTimeStopsTheBackup() throws Exception {
    filled();
    cluster.voids.addAll(List.of("one", "two", "three", "four", "five"));
    assertThatThrownBy(() -> make(store("a")))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage("the backup stopped: the cut could not be made, at 4 attempts: four");
    assertThat(store("a").list()).doesNotContainKey(FileNames.MANIFEST);
  }

  @Test
  void whatTheClusterRefusesIsSaidAsItIs() {
    filled();
    cluster.onAsk =
        what -> {
          throw new FailedPreconditionException(
              "tenant 'orders' is of model SETS", FailureInfo.NONE);
        };
    assertThatThrownBy(() -> make(store("a")))
        .hasMessage("the backup stopped: tenant 'orders' is of model SETS");
    assertThat(cluster.endedCuts).as("none was begun").isEmpty();
    assertThat(directory.resolve("a")).as("nothing to list as unfinished").doesNotExist();
  }

  /** As in a bucket to which the user may write, and in which he may not delete. */
  @Test
  void refusalIsSaidThoughWhatWasWrittenCannotBeDeleted() {
    filled();
    cluster.onAsk =
        what -> {
          throw new FailedPreconditionException("no leader", FailureInfo.NONE);
        };
    assertThatThrownBy(() -> make(new FailingStore(store("a"), 2, false)))
        .hasMessage("the backup stopped: no leader")
        .cause()
        .satisfies(
            refused ->
                assertThat(refused.getSuppressed())
                    .singleElement()
                    .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                    .hasMessage("No space left on device"));
  }

  @Test
  void ofTenantsWithoutAHistoryItSaysWhatCanBeBackedUp() {
    filled();
    cluster.onAsk =
        what -> {
          throw FakeBackups.refused("'orders' keeps nothing", FailureCode.NO_HISTORY);
        };
    assertThatThrownBy(() -> Runs.exact(cluster, store("a"), cuts, PAST))
        .hasMessage(
            "the backup stopped: 'orders' keeps nothing; name tenants that have one with --tenant,"
                + " or leave out --as-of");
  }

  /** Its words are for people. */
  @Test
  void refusalWithoutACodeIsQuotedAsItIs() {
    filled();
    cluster.onAsk =
        what -> {
          throw FakeBackups.refused("tenant 'orders' has no history", FailureCode.NONE);
        };
    assertThatThrownBy(() -> Runs.exact(cluster, store("a"), cuts, PAST))
        .hasMessage("the backup stopped: tenant 'orders' has no history");
  }

  @Test
  void cutThatEndsWithoutACodeIsMadeAgainWhateverItsReason() {
    filled();
    cluster.saysCodes = false;
    String reason = "ask for a later moment";
    cluster.beforeHistory.add(reason);
    cluster.voids.addAll(List.of(reason, reason, reason, reason));
    assertThatThrownBy(() -> Runs.exact(cluster, store("a"), cuts, PAST))
        .hasMessage("the backup stopped: the cut could not be made, at 4 attempts: " + reason);
  }

  @Test
  void refusalForAnotherCutWithoutACodeIsQuotedAsItIs() throws Exception {
    filled();
    killIn("a", null);
    cluster.saysCodes = false;
    assertThatThrownBy(() -> make(store("b")))
        .hasMessage("the backup stopped: there is one at a time");
  }

  /** What lies there is another run's, and not for this one to delete. */
  @Test
  void refusedRunLeavesWhatAnEarlierOneLeft() throws Exception {
    filled();
    assertThatThrownBy(() -> make(new FailingStore(store("a"), 4, false)))
        .hasMessageContaining("No space left on device");
    assertThat(store("a").list()).containsKey(FileNames.PROGRESS);
    cluster.onAsk =
        what -> {
          throw new FailedPreconditionException("no leader", FailureInfo.NONE);
        };
    assertThatThrownBy(() -> make(store("a"))).hasMessageContaining("no leader");
    assertThat(store("a").list()).containsKey(FileNames.PROGRESS);
  }

  @Test
  void cutIsEndedWhenReadingFails() throws Exception {
    filled();
    AtomicInteger asked = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (what.equals("read") && asked.incrementAndGet() > 3) {
            throw new FailedPreconditionException("images are gone", FailureInfo.NONE);
          }
        };
    assertThatThrownBy(() -> make(store("a")))
        .hasMessageContaining("the backup stopped: partition ")
        .hasMessageContaining("images are gone; run it again with --exact --name nightly, and it")
        .hasMessageContaining("begins again, as of a new moment");
    assertThat(cluster.endedCuts).containsExactly(1L);
  }

  @Test
  void cutIsEndedWhenItsMakingIsStopped() throws Exception {
    filled();
    AtomicInteger looked = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (what.equals("look") && looked.incrementAndGet() == 1) {
            throw new FailedPreconditionException("stopped", FailureInfo.NONE);
          }
        };
    assertThatThrownBy(() -> make(store("a"))).hasMessageContaining("stopped");
    assertThat(cluster.endedCuts).containsExactly(1L);
  }

  @Test
  void cutIsEndedWhenTheDiskIsFull() throws Exception {
    filled();
    FailingStore failing = new FailingStore(store("a"), 2, false);
    assertThatThrownBy(() -> make(failing)).hasMessageContaining("No space left on device");
    assertThat(cluster.endedCuts).containsExactly(1L);
  }

  /** The thread that waits is interrupted, and the cut is ended all the same. */
  @Test
  void cutIsEndedByAThreadThatIsInterrupted() {
    filled();
    cluster.onAsk =
        what -> {
          if (what.equals("look")) {
            Thread.currentThread().interrupt();
          }
        };
    assertThatThrownBy(() -> make(store("a"))).isInstanceOf(InterruptedException.class);
    assertThat(cluster.endedCuts).containsExactly(1L);
  }

  /** A client that waits with the flag set would give up at once. */
  @Test
  void cutIsEndedByAThreadThatIsToStop() {
    filled();
    cluster.onAsk =
        what -> {
          if (what.equals("look")) {
            Thread.currentThread().interrupt();
            throw new FailedPreconditionException("stopped", FailureInfo.NONE);
          }
          if (what.equals("end") && Thread.currentThread().isInterrupted()) {
            throw new FailedPreconditionException("interrupted", FailureInfo.NONE);
          }
        };
    assertThatThrownBy(() -> make(store("a"))).hasMessageContaining("stopped");
    assertThat(Thread.interrupted()).as("it is still to stop").isTrue();
    assertThat(cluster.endedCuts).containsExactly(1L);
  }

  /** The answer to the attempt that began it was lost. */
  @Test
  void cutThatMayHaveBeenBegunIsGoneOnWith() throws Exception {
    filled();
    for (Instant asOf : Arrays.asList(null, PAST)) {
      cluster.lostAnswers.set(1);
      BackupStore store = store("a" + asOf);
      RunLimits patient = new RunLimits(1, 0, Duration.ofSeconds(20));
      Manifest manifest = Runs.exact(cluster, store, cuts, asOf, patient).manifest();
      assertThat(manifest.kind()).isEqualTo("exact");
    }
    assertThat(cluster.endedCuts).containsExactly(1L, 2L);
  }

  /** Else two commands would read one cut, and the first to be done would end it. */
  @Test
  void cutOfOthersIsNotGoneOnWith() {
    filled();
    long other = cluster.makeCut(List.of("default"));
    cluster.lostAnswers.set(1);
    RunLimits patient = new RunLimits(1, 0, Duration.ofSeconds(20));
    assertThatThrownBy(() -> Runs.exact(cluster, store("a"), cuts, null, patient, "orders"))
        .hasMessageContaining("there is one at a time");
    assertThat(cluster.cut(other).step()).isNotEqualTo(BackupCut.Step.ENDED);
    assertThat(cluster.endedCuts).isEmpty();
  }

  @Test
  void backupIsMadeThoughItsCutCannotBeEnded() throws Exception {
    filled();
    cluster.onAsk =
        what -> {
          if (what.equals("end")) {
            throw new FailedPreconditionException("no leader", FailureInfo.NONE);
          }
        };
    assertThat(make(store("a")).manifest().kind()).isEqualTo("exact");
    assertThat(cuts.told()).containsExactly("making", "cut 1 not ended: no leader");
  }

  // ---- as of a moment that has passed

  private static final Instant PAST = Instant.parse("2026-11-27T10:41:00.250Z");

  @Test
  void momentThatIsNamedIsTheOneOfTheCut() throws Exception {
    filled();
    Manifest manifest = Runs.exact(cluster, store("a"), cuts, PAST).manifest();
    assertThat(cluster.askedAsOf).containsExactly(PAST);
    assertThat(manifest.kind()).isEqualTo("exact");
    assertThat(manifest.exact())
        .isEqualTo(new ExactEntry(1, PAST.toEpochMilli() << 16 | 0xFFFF, PAST.toString()));
    assertThat(cluster.endedCuts).containsExactly(1L);
  }

  @Test
  void voidCutOfAPastMomentIsMadeAgainAsOfTheSame() throws Exception {
    filled();
    cluster.voids.add("node 2 is down");
    assertThat(Runs.exact(cluster, store("a"), cuts, PAST).manifest().exact())
        .isNotNull()
        .extracting(ExactEntry::asOf)
        .isEqualTo(PAST.toString());
    assertThat(cluster.askedAsOf).containsExactly(PAST, PAST);
    assertThat(cuts.told()).containsExactly("making", "again: node 2 is down");
  }

  /** The next attempt would find the same. */
  @Test
  void momentBeforeTheHistoryOfReplicasStopsTheBackupAtOnce() throws Exception {
    filled();
    String reason = "the history of its replicas begins at 2026-11-27T10:45:00Z";
    cluster.beforeHistory.add(reason);
    cluster.voids.addAll(List.of("node 2 is down", reason, "not asked for"));
    assertThatThrownBy(() -> Runs.exact(cluster, store("a"), cuts, PAST))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage("the backup stopped: " + reason);
    assertThat(cluster.askedAsOf).hasSize(2);
    assertThat(cluster.endedCuts).containsExactly(1L, 2L);
    assertThat(store("a").list()).doesNotContainKey(FileNames.MANIFEST);
  }

  /** A backup that stopped an hour later cannot be as of an hour later. */
  @Test
  void backupThatStoppedSaysOfWhichMomentItIsToBeginAgain() {
    filled();
    cluster.onAsk =
        what -> {
          if (what.equals("read")) {
            throw new FailedPreconditionException("images are gone", FailureInfo.NONE);
          }
        };
    assertThatThrownBy(() -> Runs.exact(cluster, store("a"), cuts, PAST))
        .hasMessageContaining(
            "run it again with --as-of 2026-11-27T10:41:00.250Z --name nightly, and it begins"
                + " again, as of the same moment");
  }

  // ---- gone on with

  private void stopIn(String name, boolean exact) {
    AtomicInteger asked = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (what.equals("read") && asked.incrementAndGet() > 5) {
            throw FakeBackups.unavailable();
          }
        };
    assertThatThrownBy(
            () -> {
              Object unused = exact ? make(store(name)) : Runs.create(cluster, store(name));
            })
        .isInstanceOf(CommandFailedException.class);
    cluster.onAsk = what -> {};
  }

  /** What it had read is of another moment. */
  @Test
  void backupThatStoppedBeginsAgain() throws Exception {
    filled();
    stopIn("a", true);
    assertThat(store("a").list().keySet()).anyMatch(FileNames::isData);
    for (int i = 0; i < 40; i++) {
      cluster.put("orders", new byte[] {0, (byte) i}, new byte[] {1}); // where it had read
    }
    Map<String, String> then = cluster.contents("orders");
    Creation.Created created = make(store("a"));
    assertThat(created.resumed()).isFalse();
    assertThat(cuts.told()).containsExactly("making", "begins again: its cut has ended", "making");
    assertThat(created.manifest().exact()).isNotNull().extracting(ExactEntry::cut).isEqualTo(2L);
    assertThat(Runs.faults(store("a"))).isEmpty();
    FakeBackups other = new FakeBackups(7, 5);
    Runs.restore(other, store("a"));
    assertThat(other.contents("orders")).isEqualTo(then);
    requireFilesOf(created.manifest(), "a");
  }

  /** As by SIGKILL: what it has read is there, and its cut has not ended. */
  private void killIn(String name, @Nullable Instant asOf) {
    killIn(name, asOf, 8);
  }

  /**
   * @param pages that it reads before
   */
  private void killIn(String name, @Nullable Instant asOf, int pages) {
    AtomicInteger asked = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (what.equals("end") || (what.equals("read") && asked.incrementAndGet() > pages)) {
            throw new FailedPreconditionException("killed", FailureInfo.NONE);
          }
        };
    assertThatThrownBy(() -> Runs.exact(cluster, store(name), cuts, asOf))
        .hasMessageContaining("killed");
    assertThat(cluster.endedCuts).isEmpty();
    cuts.clear();
    cluster.onAsk = what -> {};
  }

  @Test
  void runThatWasKilledGoesOnWithItsCut() throws Exception {
    Map<String, String> then = filled();
    killIn("a", null);
    List<String> before = store("a").list().keySet().stream().filter(FileNames::isData).toList();
    assertThat(before).isNotEmpty();
    cluster.put("orders", new byte[] {0, 1}, new byte[] {1}); // which is later than the cut
    AtomicInteger pages = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (what.equals("read")) {
            pages.incrementAndGet();
          }
        };
    Creation.Created created = make(store("a"));
    assertThat(cuts.told()).containsExactly("goes on with 1");
    assertThat(created.resumed()).isTrue();
    assertThat(created.manifest().exact())
        .isEqualTo(new ExactEntry(1, FakeBackups.CUT_MILLIS << 16, AS_OF));
    assertThat(cluster.endedCuts).containsExactly(1L);
    assertThat(store("a").list()).containsKeys(before.toArray(String[]::new));
    int pagesGoingOn = pages.getAndSet(0);
    make(store("all"));
    assertThat(pagesGoingOn).as("what was read is not read again").isLessThan(pages.get());
    assertThat(Runs.faults(store("a"))).isEmpty();
    FakeBackups other = new FakeBackups(7, 5);
    Runs.restore(other, store("a"));
    assertThat(other.contents("orders")).isEqualTo(then).isNotEqualTo(cluster.contents("orders"));
    requireFilesOf(created.manifest(), "a");
  }

  private Map<String, Map<String, String>> contentsOfAllModels(FakeBackups of) {
    Map<String, Map<String, String>> contents = new TreeMap<>();
    for (Model model : Model.values()) {
      contents.put(nameOf(model), of.contents(nameOf(model)));
    }
    return contents;
  }

  /** Images of tenants of other models are of the cut, too, whichever of them were read before. */
  @Test
  void runOfAllModelsThatWasKilledGoesOnWithItsCut() throws Exception {
    allModels();
    for (int pages : new int[] {0, 1, 7, 20, 31}) {
      cluster.endedCuts.clear();
      Map<String, Map<String, String>> then = contentsOfAllModels(cluster);
      String name = "after-" + pages;
      killIn(name, null, pages);
      for (Model model : Model.values()) {
        cluster.put(nameOf(model), new byte[] {0}, ("later than " + pages).getBytes(UTF_8));
        cluster.put(nameOf(model), new byte[] {7, (byte) pages}, new byte[] {1});
      }
      Creation.Created created = make(store(name));

      assertThat(created.resumed()).isTrue();
      assertThat(cuts.told()).singleElement().asString().startsWith("goes on with ");
      assertThat(cluster.endedCuts).hasSize(1);
      assertThat(Manifest.read(store(name)).keyByKey())
          .containsExactly("counters", "linearizable", "maps", "sets", "siblings");
      assertThat(Runs.faults(store(name))).isEmpty();
      FakeBackups other = new FakeBackups(7, 5);
      Runs.restore(other, store(name));
      assertThat(contentsOfAllModels(other)).as("killed after %d pages", pages).isEqualTo(then);
      requireFilesOf(created.manifest(), name);
    }
  }

  /** What is left of the tenant that was read under the name is of another one. */
  @Test
  void runBeginsAgainWhenATenantWasCreatedAgainWithAnotherModel() throws Exception {
    allModels();
    killIn("a", null, 20);
    cluster.drop("counters");
    cluster.tenant(
        "counters",
        ReplicationFactor.of(3),
        TenantSettings.DEFAULT.model(Model.LAST_WRITE_WINS).retries(Retries.REPEAT));
    Runs.fill(cluster, "counters", 7, 30);
    Creation.Created created = make(store("a"));

    assertThat(created.resumed()).isFalse();
    assertThat(cuts.told())
        .containsExactly(
            "begins again: it is of other tenants, or one was truncated or created again since",
            "making");
    assertThat(cluster.endedCuts).containsExactly(1L, 2L);
    assertThat(created.manifest().keyByKey())
        .containsExactly("linearizable", "maps", "sets", "siblings");
    FakeBackups other = new FakeBackups(7, 5);
    Runs.restore(other, store("a"));
    assertThat(contentsOfAllModels(other)).isEqualTo(contentsOfAllModels(cluster));
    requireFilesOf(created.manifest(), "a");
  }

  @Test
  void runThatWasKilledGoesOnAsOfTheMomentThatWasNamed() throws Exception {
    filled();
    killIn("a", PAST);
    Creation.Created created = Runs.exact(cluster, store("a"), cuts, PAST);
    assertThat(created.resumed()).isTrue();
    assertThat(cuts.told()).containsExactly("goes on with 1");
    assertThat(cluster.askedAsOf).containsExactly(PAST);
  }

  /** What is left of it is ended, for there is one cut at a time. */
  @Test
  void runAsOfAnotherMomentEndsTheCutOfTheOneThatWasKilled() throws Exception {
    filled();
    killIn("a", PAST);
    Creation.Created created = Runs.exact(cluster, store("a"), cuts, PAST.plusMillis(1));
    assertThat(created.resumed()).isFalse();
    String moment = "it is as of " + PAST + ", and another moment is asked for";
    assertThat(cuts.told()).containsExactly("begins again: " + moment, "making");
    assertThat(cluster.endedCuts).containsExactly(1L, 2L);

    cluster.endedCuts.clear();
    killIn("b", PAST);
    assertThat(make(store("b")).resumed()).isFalse();
    assertThat(cuts.told()).containsExactly("begins again: " + moment, "making");
    cluster.endedCuts.clear();
    killIn("c", null);
    assertThat(Runs.exact(cluster, store("c"), cuts, PAST).resumed()).isFalse();
  }

  @Test
  void runBeginsAgainWhenTheCutOfTheOneThatWasKilledHasEnded() throws Exception {
    filled();
    killIn("a", null);
    cluster.endCut(1);
    Creation.Created created = make(store("a"));
    assertThat(created.resumed()).isFalse();
    assertThat(cuts.told()).containsExactly("begins again: its cut has ended", "making");
    assertThat(created.manifest().exact()).isNotNull().extracting(ExactEntry::cut).isEqualTo(2L);

    cluster.endedCuts.clear();
    killIn("b", null);
    cluster.endCut(3);
    make(store("other"));
    cuts.clear();
    assertThat(make(store("b")).resumed()).isFalse();
    assertThat(cuts.told())
        .containsExactly("begins again: its cut has ended: cut 4 was begun since", "making");
  }

  @Test
  void runOfOtherTenantsBeginsAgain() throws Exception {
    filled();
    killIn("a", null);
    Creation.Created created = make(store("a"), "orders");
    assertThat(created.resumed()).isFalse();
    assertThat(cuts.told())
        .containsExactly(
            "begins again: it is of other tenants, or one was truncated or created again since",
            "making");
    assertThat(cluster.endedCuts).containsExactly(1L, 2L);
  }

  @Test
  void anotherRunIsToldWhenTheOneThatWasKilledWasHeardLast() throws Exception {
    filled();
    killIn("a", null);
    assertThatThrownBy(() -> make(store("b")))
        .hasMessage(
            "the backup stopped: there is one at a time. The command that it was made for was heard"
                + " 12 s ago; if it was killed, the cut ends by itself 90 s after it was heard"
                + " last. It was made for %s, an unfinished backup whose command was killed: run"
                    .formatted(store("a").place())
                + " that one again, with --name a, and it goes on");
    assertThat(directory.resolve("b")).as("nothing to list as unfinished").doesNotExist();
    assertThat(cluster.endedCuts).as("it is not of this run").isEmpty();
  }

  private void requireFilesOf(Manifest manifest, String name) throws IOException {
    assertThat(store(name).list().keySet().stream().filter(FileNames::isData))
        .containsExactlyInAnyOrderElementsOf(
            manifest.files().stream().map(FileEntry::name).toList());
  }

  @Test
  void oneKindDoesNotGoOnAsTheOther() {
    filled();
    stopIn("a", true);
    assertThatThrownBy(() -> Runs.create(cluster, store("a")))
        .hasMessageContaining("cannot go on, for it was begun with --exact");
    stopIn("b", false);
    assertThatThrownBy(() -> make(store("b")))
        .hasMessageContaining("cannot go on, for it was begun without --exact");
    assertThat(cluster.endedCuts).as("that of the first run").containsExactly(1L);
  }
}
