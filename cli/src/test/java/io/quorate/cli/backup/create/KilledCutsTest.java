package io.quorate.cli.backup.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.cut.RecordingListener;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.Progress;
import io.quorate.cli.backup.inventory.BackupSummary;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FailingStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.backup.store.SeenStore;
import io.quorate.client.admin.BackupCut;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A run that is killed before it knows its cut, or before it has written it down: the next run of
 * the same backup is not refused for it, and that of others is left alone.
 */
class KilledCutsTest {
  private static final Instant PAST = Instant.parse("2026-11-27T10:41:00.250Z");

  @TempDir private Path directory;

  private final FakeBackups cluster = new FakeBackups(4, 5).tenant("default").tenant("orders");
  private final RecordingListener cuts = new RecordingListener();

  /** When a run is killed. */
  enum Kill {
    /** The cluster has not heard of the request. */
    BEFORE_IT_IS_ASKED_FOR("cut"),
    /** The answer arrives nowhere. */
    BEGUN("decided"),
    BEING_MADE("look"),
    /** It is not written down yet which one it is. */
    SEALED("put");

    private final String at;

    Kill(String at) {
      this.at = at;
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private BackupStore store(String name) {
    return Runs.at(directory.resolve(name));
  }

  private Creation.Created make(String name, @Nullable Instant asOf, String... tenants)
      throws Exception {
    return Runs.exact(cluster, store(name), cuts, asOf, tenants);
  }

  private Map<String, String> filled() {
    Runs.fill(cluster, "orders", 60, 40);
    return cluster.contents("orders");
  }

  /** As by SIGKILL: it ends nothing. */
  private void kill(String name, Kill when, @Nullable Instant asOf) {
    cluster.onAsk =
        what -> {
          if (what.equals(when.at) || what.equals("end")) {
            throw new Killed();
          }
        };
    // The first one says what is asked for, the second one which cut it is.
    BackupStore store = when == Kill.SEALED ? new FailingStore(store(name), 2, false) : store(name);
    assertThatThrownBy(() -> Runs.exact(cluster, store, cuts, asOf)).isInstanceOfAny(Killed.class);
    assertThat(cluster.endedCuts).isEmpty();
    cluster.onAsk = what -> {};
    cuts.clear();
  }

  @ParameterizedTest
  @EnumSource
  void theNextRunGoesOnWithTheCut(Kill when) throws Exception {
    for (Instant asOf : new @Nullable Instant[] {null, PAST}) {
      cluster.endedCuts.clear();
      String name = "of-" + asOf;
      Map<String, String> then = filled();
      long cutsBefore = cluster.cut(0).id();
      kill(name, when, asOf);
      Progress left = Progress.read(store(name));
      assertThat(left.ofOneMoment()).isTrue();
      assertThat(left.asked()).isNotNull();
      Creation.Created created = make(name, asOf);
      assertThat(cuts.told()).containsExactly("goes on with " + (cutsBefore + 1));
      assertThat(cluster.endedCuts).as("there is no other").containsExactly(cutsBefore + 1);
      assertThat(created.manifest().exact())
          .isNotNull()
          .extracting(ExactEntry::cut)
          .isEqualTo(cutsBefore + 1);
      assertThat(Runs.faults(store(name))).isEmpty();
      FakeBackups other = new FakeBackups(7, 5);
      Runs.restore(other, store(name));
      assertThat(other.contents("orders")).isEqualTo(then);
    }
  }

  /** Nodes keep it for a minute or two. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BEFORE_IT_IS_ASKED_FOR")
  void theNextRunMakesAnotherOneWhenTheCutHasEndedMeanwhile(Kill when) throws Exception {
    filled();
    kill("a", when, null);
    cluster.endCut(1);
    assertThat(make("a", null).manifest().exact())
        .isNotNull()
        .extracting(ExactEntry::cut)
        .isEqualTo(2L);
    assertThat(cuts.told()).containsExactly("begins again: its cut has ended", "making");
  }

  @ParameterizedTest
  @EnumSource
  void aRunOfAnotherMomentOrOtherTenantsEndsTheCut(Kill when) throws Exception {
    filled();
    kill("a", when, null);
    boolean begun = when != Kill.BEFORE_IT_IS_ASKED_FOR;
    make("a", PAST);
    assertThat(cuts.told()).containsExactly("begins again: another moment is asked for", "making");
    assertThat(cluster.endedCuts).containsExactlyElementsOf(begun ? List.of(1L, 2L) : List.of(1L));
    cluster.endedCuts.clear();
    long next = cluster.cut(0).id() + 1;
    kill("b", when, PAST);
    make("b", PAST, "orders");
    assertThat(cuts.told())
        .containsExactly(
            "begins again: it is of other tenants, or one was truncated or created again since",
            "making");
    assertThat(cluster.endedCuts)
        .containsExactlyElementsOf(begun ? List.of(next, next + 1) : List.of(next));
  }

  /** As where each run is named by the time: it is told the name with which it goes on. */
  @ParameterizedTest
  @EnumSource(
      value = Kill.class,
      names = {"BEGUN", "BEING_MADE", "SEALED"})
  void aRunOfAnotherNameBesideItIsToldHowItGoesOn(Kill when) throws Exception {
    filled();
    kill("a", when, null);
    assertThatThrownBy(() -> make("b", null))
        .hasMessageStartingWith("the backup stopped: there is one at a time. ")
        .hasMessageEndingWith(
            (" It may have been made for %s, an unfinished backup whose command was killed: run"
                    + " that one again, with --name a, and it goes on")
                .formatted(store("a").place()));
    assertThat(directory.resolve("b")).as("nothing to list as unfinished").doesNotExist();
    assertThat(cluster.endedCuts).isEmpty();
    make("a", null);
    assertThat(Runs.faults(store("a"))).isEmpty();
    make("b", null);
  }

  /** It has written down which cut it has. */
  @Test
  void aRunOfAnotherNameIsToldWhichBackupHasTheCut() throws Exception {
    filled();
    killWhileItReads("a");
    assertThatThrownBy(() -> make("b", null))
        .hasMessageContaining("It was made for " + store("a").place());
    try (Closeable running = store("a").lock()) {
      assertThat(running).isNotNull();
      assertThatThrownBy(() -> make("b", null))
          .hasMessageContaining("was heard 12 s ago")
          .hasMessageEndingWith("if it is run again with its --to and --name");
    }
    cluster.clusterId = "00000000000000bb";
    assertThatThrownBy(() -> make("b", null))
        .as("that is another cluster's")
        .hasMessageEndingWith("if it is run again with its --to and --name");
  }

  private void killWhileItReads(String name) {
    AtomicInteger pages = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (what.equals("end") || (what.equals("read") && pages.incrementAndGet() > 8)) {
            throw new Killed();
          }
        };
    assertThatThrownBy(() -> make(name, null)).isNotNull();
    cluster.onAsk = what -> {};
    cuts.clear();
  }

  /** Another run works on that backup just now: it has taken the cut over. */
  @ParameterizedTest
  @EnumSource(
      value = Kill.class,
      names = {"BEGUN", "BEING_MADE", "SEALED"})
  void theCutOfABackupThatARunWorksOnIsLeft(Kill when) throws Exception {
    filled();
    kill("a", when, null);
    try (Closeable running = store("a").lock()) {
      assertThat(running).isNotNull();
      assertThatThrownBy(() -> make("b", null))
          .hasMessageContaining("there is one at a time")
          .hasMessageNotContaining("was killed: run");
      assertThatThrownBy(() -> make("a", null)).hasMessageContaining("another run works on this");
    }
    assertThat(cluster.endedCuts).isEmpty();
    assertThat(directory.resolve("b")).as("nothing to list as unfinished").doesNotExist();
  }

  /** The killed run of this place has begun none, and that of another place looks the same. */
  @Test
  void theCutOfAnotherOperatorIsLeft() throws Exception {
    filled();
    kill("a", Kill.BEFORE_IT_IS_ASKED_FOR, null);
    long others = cluster.makeCut(List.of("default", "orders"));
    for (String name : List.of("b", "a")) {
      assertThatThrownBy(() -> make(name, null)).hasMessageContaining("there is one at a time");
      assertThatThrownBy(() -> make(name, PAST)).hasMessageContaining("there is one at a time");
    }
    assertThat(cluster.endedCuts).isEmpty();
    assertThat(cluster.cut(0).id()).isEqualTo(others);
    assertThat(cluster.cut(0).step()).isNotEqualTo(BackupCut.Step.ENDED);
  }

  /** A refusal of a request is the answer to it for good, so the next run makes another one. */
  @Test
  void aRunThatWasRefusedIsNotRefusedForEver() throws Exception {
    filled();
    kill("a", Kill.BEGUN, null);
    cluster.endCut(1);
    long others = cluster.makeCut(List.of("default"));
    assertThatThrownBy(() -> make("a", null)).hasMessageContaining("there is one at a time");
    assertThat(store("a").list()).containsKey(FileNames.PROGRESS);
    cluster.endCut(others);
    cuts.clear();
    assertThat(make("a", null).manifest().kind()).isEqualTo("exact");
    assertThat(cuts.told()).containsExactly("begins again: the cluster refused its cut", "making");
  }

  /** Whether a cut was begun is not known, so what says so stays. */
  @Test
  void aRunThatDoesNotKnowLeavesWhatItAskedFor() throws Exception {
    filled();
    cluster.lostAnswers.set(1_000);
    assertThatThrownBy(() -> make("a", null))
        .hasMessage(
            "the backup stopped: no answer; run it again with --exact --name nightly, and it goes"
                + " on with the same cut");
    cluster.lostAnswers.set(0);
    assertThat(store("a").list()).containsKey(FileNames.PROGRESS);
    make("a", null);
    assertThat(cuts.told()).containsExactly("making", "goes on with 1");
  }

  /** As by a signal that ends a command whose options name the moment. */
  @Test
  void aRunAsOfAMomentThatDoesNotKnowSaysHowItGoesOn() {
    filled();
    cluster.lostAnswers.set(1_000);
    assertThatThrownBy(() -> make("a", PAST))
        .hasMessageEndingWith(
            "; run it again with --as-of 2026-11-27T10:41:00.250Z --name nightly, and it goes on"
                + " with the same cut");
  }

  /** A run of that backup that begins just now would be refused. */
  @Test
  void locksOfBackupsThatDoNotFitAreNotTouched() throws Exception {
    filled();
    make("finished", null);
    cluster.endedCuts.clear();
    cluster.onAsk =
        what -> {
          if (what.equals("read")) {
            throw FakeBackups.unavailable();
          }
        };
    assertThatThrownBy(() -> Runs.create(cluster, store("fuzzy"))).isNotNull();
    assertThat(store("fuzzy").list()).containsKey(FileNames.PROGRESS);
    kill("killed", Kill.BEING_MADE, null);
    List<String> locked = new CopyOnWriteArrayList<>();
    BackupStore watched =
        SeenStore.of(
            store("b"),
            (of, method) -> {
              if (method.equals("lockIfLeft")) {
                locked.add(of);
              }
            });
    assertThatThrownBy(() -> Runs.exact(cluster, watched, cuts))
        .hasMessageContaining("It may have been made for " + store("killed").place());
    assertThat(locked).containsExactly("killed");
  }

  /** Such as a directory that the user may search and not list. */
  @Test
  void aPlaceThatCannotBeLookedAtHidesNoRefusal() throws Exception {
    filled();
    kill("a", Kill.BEING_MADE, null);
    BackupStore watched =
        SeenStore.of(
            store("b"),
            (of, method) -> {
              if (method.equals("names")) {
                throw new AccessDeniedException(of);
              }
            });
    assertThatThrownBy(() -> Runs.exact(cluster, watched, cuts))
        .hasMessage("the backup stopped: there is one at a time");
    assertThat(directory.resolve("b")).as("nothing to list as unfinished").doesNotExist();
  }

  @Test
  void aBackupThatCannotBeReadHidesNoOther() throws Exception {
    filled();
    make("aa", null);
    cluster.endedCuts.clear();
    kill("killed", Kill.BEING_MADE, null);
    AtomicInteger failed = new AtomicInteger();
    BackupStore watched =
        SeenStore.of(
            store("b"),
            (of, method) -> {
              if (of.equals("aa")) {
                failed.incrementAndGet();
                throw new IOException("Input/output error");
              }
            });
    assertThatThrownBy(() -> Runs.exact(cluster, watched, cuts))
        .hasMessageContaining("It may have been made for " + store("killed").place());
    assertThat(failed.get()).isPositive();
  }

  @Test
  void itsKindIsListed() throws Exception {
    filled();
    kill("a", Kill.BEGUN, null);
    assertThat(BackupSummary.in(store("a").beside()))
        .singleElement()
        .satisfies(
            listed -> {
              assertThat(listed.state()).isEqualTo(BackupSummary.State.UNFINISHED);
              assertThat(listed.kind()).isEqualTo("exact");
            });
    assertThatThrownBy(() -> Runs.create(cluster, store("a")))
        .hasMessageContaining("cannot go on, for it was begun with --exact");
  }
}
