package io.quorate.cli.backup.cut;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.command.Patience;
import io.quorate.client.admin.BackupCut;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Cuts that are kept until they are ended, by the run that they were made for. */
class CutMakerTest {
  private final FakeBackups cluster = new FakeBackups(4, 5).tenant("orders");

  private CutMaker cuts(BooleanSupplier takenOver) {
    return new CutMaker(
        "backup", cluster, takenOver, new RecordingListener(), Duration.ofMillis(1));
  }

  private static BackupCut made(CutMaker cuts) throws Exception {
    return cuts.make(
        List.of("orders"),
        null,
        new Patience(Runs.LIMITS.giveUp(), () -> false),
        CutMaker.RequestRecord.NONE,
        CutMaker.KilledRuns.NONE);
  }

  private static void awaitNoKeeper() {
    Awaitility.await("nothing keeps the cut any more")
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(each -> each.getName().equals("cut-keeper")));
  }

  /** As by a signal. */
  @Test
  void runThatIsStoppedEndsItsCutOnce() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    CutMaker cuts = cuts(() -> looks.incrementAndGet() == 0);
    cuts.end();
    assertThat(cluster.endedCuts).isEmpty();
    assertThat(looks).as("looks for another run, though there is no cut to end").hasValue(0);
    assertThat(made(cuts).id()).isEqualTo(1);
    cuts.end();
    cuts.end();
    assertThat(cluster.endedCuts).containsExactly(1L);
    assertThat(looks).hasValue(1);
  }

  /** Storage may answer late, and the process be killed meanwhile: then the cut ends by itself. */
  @Test
  void cutIsNotKeptAnyMoreWhileStorageIsAskedWhoseItIs() throws Exception {
    CutMaker cuts =
        cuts(
            () -> {
              awaitNoKeeper();
              return false;
            });
    made(cuts);
    Awaitility.await().until(() -> !cluster.keptCuts.isEmpty());
    cuts.end();
    assertThat(cluster.endedCuts).containsExactly(1L);
  }

  @Test
  void cutThatAnotherRunHasTakenOverIsNotEnded() throws Exception {
    CutMaker cuts = cuts(() -> true);
    made(cuts);
    cuts.end();
    awaitNoKeeper();
    assertThat(cluster.endedCuts).isEmpty();
    assertThat(cuts.mayBeLeft()).isTrue();
  }

  /** Storage may take long to write what was read. */
  @Test
  void cutIsKeptUntilItIsEnded() throws Exception {
    CutMaker cuts = cuts(() -> false);
    BackupCut cut = made(cuts);
    Awaitility.await().until(() -> cluster.keptCuts.size() > 3);
    AtomicInteger failed = new AtomicInteger();
    cluster.onAsk =
        what -> {
          if (what.equals("keep")) {
            failed.incrementAndGet();
            throw FakeBackups.unavailable();
          }
        };
    Awaitility.await().until(() -> failed.get() > 0);
    cluster.onAsk = what -> {};
    cluster.keptCuts.clear();
    Awaitility.await("it is said again after a failure").until(() -> !cluster.keptCuts.isEmpty());
    assertThat(cluster.keptCuts).containsOnly(cut.id());
    cuts.end();
    awaitNoKeeper();
  }
}
