package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.NEW;
import static io.quorate.replication.replica.SteppedReplica.OLD;
import static io.quorate.replication.replica.SteppedReplica.OTHER_KEY;
import static io.quorate.replication.replica.SteppedReplica.SELF;
import static io.quorate.replication.replica.SteppedReplica.TENANT;
import static io.quorate.replication.replica.SteppedReplica.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Step;
import io.quorate.placement.Nodes;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenants;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.storage.CopiedImage;
import io.quorate.storage.RecordStore;
import io.quorate.version.FenceRank;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** One replica's part in a cut (docs/design/cuts.md). */
class ReplicaCutTest {
  private static final long ID = 7;
  private static final long TIME = Hlc.of(15, 0);
  private static final Record LATE = ofMillis(12);
  private static final Record NEWER = ofMillis(30);

  private final SteppedReplica replica = new SteppedReplica();
  private long epoch = 1;

  private static Cut cut(Step step, long floor) {
    return new Cut(ID, TIME, step, new TreeSet<>(List.of(KEY.tenant())), List.of(), floor, "");
  }

  private void learn(Cut cut) {
    replica.replica.placementsChanged(placements(epoch, cut));
  }

  private static Placements placements(long epoch, Cut cut) {
    return new Placements(
        Release.NEWEST_VERSION,
        epoch,
        Nodes.of(Map.of()),
        Tenants.of(TENANT),
        List.of(new PartitionPlacement(epoch, List.of(SELF))),
        0,
        Map.of(),
        cut);
  }

  private void arm() {
    epoch++;
    learn(cut(Step.ARMED, 0));
  }

  private void close() {
    epoch++;
    learn(cut(Step.CLOSED, TIME));
  }

  private void seal() {
    SortedSet<NodeId> counted = new TreeSet<>(List.of(SELF));
    learn(new Cut(ID, TIME, Step.SEALED, cut(Step.ARMED, 0).tenants(), List.of(counted), TIME, ""));
  }

  private void stored(Record record) {
    stored(KEY, record, Cause.FRESH);
  }

  private void stored(Key key, Record record, Cause cause) {
    write(key, record, cause);
    settle();
  }

  private List<WriteOutcome> write(Key key, Record record, Cause cause) {
    List<WriteOutcome> outcomes = new ArrayList<>();
    replica.replica.write(new Write(1, 0, epoch, key, record, cause, 1000), outcomes::add);
    return outcomes;
  }

  private void settle() {
    for (int i = 0; i < 3; i++) {
      replica.store.answerGets();
      replica.store.syncAll();
    }
  }

  private RangeOutcome image() {
    return image(replica.replica, ID);
  }

  private static RangeOutcome image(Replica of, long id) {
    List<RangeOutcome> outcomes = new ArrayList<>();
    of.readImage(ask(id, KEY.tenant()), outcomes::add);
    return outcomes.getFirst();
  }

  private static ReadImage ask(long cut, int tenant) {
    RecordStore.Range all =
        new RecordStore.Range(0, tenant, KeyRange.ofPrefix(new byte[0]), new byte[0], 100, 1 << 20);
    return new ReadImage(1, cut, 0, all, 1000);
  }

  private static List<Record> records(RangeOutcome outcome) {
    assertThat(outcome).isInstanceOf(Records.class);
    return ((Records) outcome).entries().stream().map(RecordStore.Entry::record).toList();
  }

  private boolean counts() {
    return replica.replica.cutStanding().closed().get(0);
  }

  private long windows(ReplicaEvent.Window window) {
    return replica.events.stream().filter(window::equals).count();
  }

  @Test
  void showsWhatLayThereUpToItsTimeThoughSomethingLaterTookItsPlace() {
    stored(OLD);
    arm();
    stored(NEW);
    stored(NEWER);
    close();

    assertThat(records(image())).containsExactly(OLD);
    assertThat(counts()).isTrue();
    assertThat(windows(ReplicaEvent.Window.KEPT_FOR_CUT)).isEqualTo(1);
  }

  @Test
  void showsNothingOfAKeyThatWasFirstWrittenLater() {
    arm();
    stored(NEW);
    stored(OTHER_KEY, LATE, Cause.FRESH);
    close();

    assertThat(records(image())).containsExactly(LATE);
  }

  /** The one that came late is in the cut, though it was never what the key had. */
  @Test
  void showsWhatCameLateBelowSomethingLater() {
    stored(OLD);
    arm();
    stored(NEW);
    stored(KEY, LATE, Cause.REPAIR);
    stored(KEY, OLD, Cause.REPAIR);
    close();

    assertThat(records(image())).containsExactly(LATE);
    assertThat(windows(ReplicaEvent.Window.CAME_LATE_FOR_CUT)).isEqualTo(2);
  }

  @Test
  void showsWhatCameLateWhereThereWasNothing() {
    arm();
    stored(NEW);
    stored(KEY, LATE, Cause.FRESH);
    close();

    assertThat(records(image())).containsExactly(LATE);
  }

  @Test
  void showsWhatWasWrittenUpToItsTimeWhileItWasArmed() {
    stored(OLD);
    arm();
    stored(LATE);
    assertThat(windows(ReplicaEvent.Window.KEPT_FOR_CUT)).as("still in its place").isZero();
    stored(NEW);
    close();

    assertThat(records(image())).containsExactly(LATE);
  }

  @Test
  void showsDeletionsToo() {
    stored(OLD);
    arm();
    stored(SteppedReplica.DELETED);
    stored(NEW);
    close();

    assertThat(records(image())).containsExactly(SteppedReplica.DELETED);
  }

  @Test
  void showsNothingThatCameAfterItWasClosed() {
    stored(OLD);
    arm();
    close();
    seal();
    stored(NEW);
    stored(KEY, LATE, Cause.REPAIR);
    stored(OTHER_KEY, LATE, Cause.REPAIR);

    assertThat(records(image())).containsExactly(OLD);
  }

  /** It was written under the epoch before: it may be acknowledged there. */
  @Test
  void isFixedOnceNothingOfTheEpochBeforeIsUnderWay() {
    arm();
    write(KEY, OLD, Cause.FRESH);
    replica.store.answerGets();
    close();
    assertThat(counts()).isFalse();

    replica.store.syncAll();

    assertThat(counts()).isTrue();
    assertThat(records(image())).containsExactly(OLD);
  }

  /** A clock was ahead. What the key had before is not known, and a guess would be no backup. */
  @Test
  void refusesAKeyThatHadALaterVersionBeforeItWasArmed() {
    stored(OLD);
    stored(NEW);
    arm();
    stored(KEY, LATE, Cause.REPAIR);
    close();

    assertThat(image()).isInstanceOf(NoImage.class);
  }

  @Test
  void takesNothingAfreshUpToItsTimeWhateverItHolds() {
    stored(OLD);
    arm();
    close();

    assertThat(outcome(OTHER_KEY, LATE)).isEqualTo(new BelowPromise(TIME));
    assertThat(outcome(KEY, OLD)).as("what it holds").isEqualTo(new BelowPromise(TIME));
    stored(NEW);
    assertThat(outcome(KEY, LATE)).as("above it is another").isEqualTo(new BelowPromise(TIME));
    assertThat(outcome(OTHER_KEY, NEW)).isEqualTo(Stored.INSTANCE);
    assertThat(windows(ReplicaEvent.Window.REFUSED_BELOW_CUT)).isEqualTo(3);
  }

  /** One that slept meanwhile may still come with what it stamped before. */
  @Test
  void takesNothingAfreshUpToItsTimeOnceItHasEnded() {
    stored(OLD);
    arm();
    close();
    epoch++;
    learn(cut(Step.ENDED, TIME));

    assertThat(outcome(OTHER_KEY, LATE)).isEqualTo(new BelowPromise(TIME));
    assertThat(outcome(KEY, OLD)).isEqualTo(new BelowPromise(TIME));
  }

  @Test
  void takesEverythingWhileItIsArmed() {
    arm();

    assertThat(outcome(KEY, OLD)).isEqualTo(Stored.INSTANCE);
    assertThat(outcome(OTHER_KEY, NEW)).isEqualTo(Stored.INSTANCE);
  }

  private WriteOutcome outcome(Key key, Record record) {
    List<WriteOutcome> outcomes = write(key, record, Cause.FRESH);
    settle();
    assertThat(outcomes).hasSize(1);
    return outcomes.getFirst();
  }

  /** Its own writes are stamped above, and not refused. */
  @Test
  void stampsAboveItsTime() {
    arm();
    close();
    List<Long> promised = new ArrayList<>();
    replica.replica.writeFresh(
        0,
        epoch,
        1000,
        KEY,
        (held, least) -> {
          promised.add(least);
          return NEW;
        },
        outcome -> {});
    settle();

    assertThat(promised).containsExactly(TIME);
  }

  /** A session that is shown it could write into the cut, in a partition that is not closed. */
  @Test
  void whatIsBroughtUpToItsTimeWaitsForTheSeal() {
    stored(OLD);
    arm();
    close();
    List<WriteOutcome> brought = write(KEY, LATE, Cause.REPAIR);
    settle();
    assertThat(brought).isEmpty();
    assertThat(windows(ReplicaEvent.Window.WAITED_FOR_SEAL)).isEqualTo(1);

    seal();
    settle();

    assertThat(brought).containsExactly(Stored.INSTANCE);
    assertThat(counts()).isTrue();
    assertThat(records(image())).containsExactly(OLD);
  }

  @Test
  void whatIsBroughtGoesOnWhenNoSealComes() {
    stored(OLD);
    arm();
    close();
    List<WriteOutcome> brought = write(KEY, LATE, Cause.REPAIR);
    settle();
    replica.world.runFor(Duration.ofMillis(1900));
    replica.replica.tick();
    settle();
    assertThat(brought).isEmpty();

    replica.world.runFor(Duration.ofMillis(200));
    replica.replica.tick();
    settle();

    assertThat(brought).containsExactly(Stored.INSTANCE);
    assertThat(counts()).as("its image").isFalse();
    seal();
    assertThat(image()).isInstanceOf(NoImage.class);
  }

  @Test
  void whatIsBroughtGoesOnWhenTheCutIsGivenUp() {
    arm();
    close();
    List<WriteOutcome> brought = write(KEY, LATE, Cause.HINT);
    settle();
    learn(cut(Step.ENDED, TIME));
    settle();

    assertThat(brought).containsExactly(Stored.INSTANCE);
    assertThat(image()).isInstanceOf(NoImage.class);
  }

  /** The image has it, or does not show it. */
  @Test
  void whatIsBroughtAboveItsTimeOrIsHeldAlreadyDoesNotWait() {
    stored(OLD);
    arm();
    close();
    List<WriteOutcome> again = write(KEY, OLD, Cause.REPAIR);
    List<WriteOutcome> later = write(OTHER_KEY, NEW, Cause.REPAIR);
    settle();
    assertThat(again).containsExactly(Stored.INSTANCE);
    assertThat(later).containsExactly(Stored.INSTANCE);

    List<WriteOutcome> older = write(KEY, ofMillis(9), Cause.REPAIR);
    settle();
    assertThat(older).as("below what is in the image").containsExactly(Stored.INSTANCE);
    assertThat(counts()).isTrue();
  }

  /** Nothing of it is stored, and the read that brings it counts this replica all the same. */
  @Test
  void whatIsBroughtBelowSomethingLaterWaitsToo() {
    arm();
    close();
    stored(NEW);
    List<WriteOutcome> below = write(KEY, LATE, Cause.WRITTEN_BACK);
    settle();
    assertThat(below).isEmpty();

    seal();
    settle();

    assertThat(below).containsExactly(new HoldsNewer(NEW.version()));
    assertThat(counts()).isTrue();
  }

  /** It was kept, so it is in the image. */
  @Test
  void whatIsBroughtAndWasKeptDoesNotWait() {
    stored(LATE);
    arm();
    stored(NEW);
    close();
    List<WriteOutcome> kept = write(KEY, LATE, Cause.REPAIR);
    List<WriteOutcome> older = write(KEY, OLD, Cause.REPAIR);
    settle();

    assertThat(kept).containsExactly(Stored.INSTANCE);
    assertThat(older).containsExactly(Stored.INSTANCE);
    assertThat(counts()).isTrue();
  }

  /** It is not known what lies there. */
  @Test
  void isVoidWhenAWriteFails() {
    stored(OLD);
    arm();
    write(KEY, NEW, Cause.FRESH);
    replica.store.answerGets();
    replica.store.failOne();
    close();

    assertThat(counts()).isFalse();
    assertThat(image()).isInstanceOf(NoImage.class);
  }

  @Test
  void isVoidWhenMoreIsReplacedThanFitsIntoMemory() {
    byte[] large = new byte[(int) (CutView.KEPT_BYTES_MAX / 4)];
    for (int i = 0; i < 4; i++) {
      Key key = new Key(KEY.tenant(), new byte[] {(byte) i});
      stored(key, Record.value(OLD.version(), 1, 0, large), Cause.FRESH);
    }
    arm();
    for (int i = 0; i < 4; i++) {
      stored(new Key(KEY.tenant(), new byte[] {(byte) i}), NEW, Cause.FRESH);
    }
    close();

    assertThat(counts()).isFalse();
    assertThat(image()).isInstanceOf(NoImage.class);
    assertThat(replica.replica.cutStanding().voids().get(0)).isTrue();
    assertThat(replica.replica.cutStanding().whyVoid())
        .isEqualTo("more was written meanwhile than a node keeps in memory");
  }

  /** What the first arming had kept is free when it is armed again, at a later time. */
  @Test
  void keepsAsMuchAsFitsEachTimeItIsArmed() {
    byte[] large = new byte[(int) (CutView.KEPT_BYTES_MAX / 4)];
    storedUnderThreeKeys(Record.value(OLD.version(), 1, 0, large));
    arm();
    storedUnderThreeKeys(Record.value(NEW.version(), 1, 0, large));
    epoch++;
    Cut later =
        new Cut(ID, Hlc.of(25, 0), Step.ARMED, cut(Step.ARMED, 0).tenants(), List.of(), 0, "");
    learn(later);
    storedUnderThreeKeys(NEWER);
    epoch++;
    learn(new Cut(ID, later.time(), Step.CLOSED, later.tenants(), List.of(), later.time(), ""));

    assertThat(counts()).isTrue();
  }

  private void storedUnderThreeKeys(Record record) {
    for (int i = 0; i < 3; i++) {
      stored(new Key(KEY.tenant(), new byte[] {(byte) i}), record, Cause.FRESH);
    }
  }

  /** Else the disk would keep what is deleted until the cut ends. */
  @Test
  void letsGoOfAnImageThatIsVoid() {
    stored(OLD);
    arm();
    close();
    assertThat(replica.store.images).noneMatch(CopiedImage::isClosed);
    write(OTHER_KEY, NEWER, Cause.FRESH);
    replica.store.answerGets();
    replica.store.failOne();

    assertThat(counts()).isFalse();
    assertThat(replica.store.images).hasSize(1).allMatch(CopiedImage::isClosed);
  }

  @Test
  void hasNoImageIfItWasNotArmed() {
    stored(OLD);
    close();

    assertThat(counts()).isFalse();
    assertThat(image()).isInstanceOf(NoImage.class);
    assertThat(outcome(OTHER_KEY, LATE)).isEqualTo(new BelowPromise(TIME));
  }

  @Test
  void hasNoImageIfItCameToCloseAfterTheSeal() {
    stored(OLD);
    arm();
    epoch++;
    seal();

    assertThat(counts()).isFalse();
    assertThat(image()).isInstanceOf(NoImage.class);
    assertThat(outcome(OTHER_KEY, LATE)).isEqualTo(new BelowPromise(TIME));
    stored(NEW);
    assertThat(windows(ReplicaEvent.Window.KEPT_FOR_CUT)).as("in vain").isZero();
  }

  @Test
  void hasNoImageOfAnEndedCutNorOfAnother() {
    stored(OLD);
    arm();
    close();
    assertThat(image(replica.replica, ID + 1)).isInstanceOf(NoImage.class);

    learn(cut(Step.ENDED, TIME));

    assertThat(image()).isInstanceOf(NoImage.class);
  }

  /** All of it is in memory. */
  @Test
  void hasNoImageOnceItWasStartedAgain() {
    stored(OLD);
    arm();
    close();
    seal();
    Replica again = new Replica(replica.with, placements(epoch, cut(Step.SEALED, TIME)));

    assertThat(image(again, ID)).isInstanceOf(NoImage.class);
  }

  /** What it forgot to keep in the start before is noticed. */
  @Test
  void doesNotGuessWhatItForgotWhenItWasStartedAgain() {
    stored(OLD);
    arm();
    stored(NEW);
    Replica again = new Replica(replica.with, placements(epoch, cut(Step.ARMED, 0)));
    epoch++;
    again.placementsChanged(placements(epoch, cut(Step.CLOSED, TIME)));

    assertThat(again.cutStanding().closed().get(0)).isTrue();
    assertThat(image(again, ID)).isInstanceOf(NoImage.class);
  }

  @Test
  void isOfItsTenantsOnly() {
    arm();
    close();
    List<RangeOutcome> outcomes = new ArrayList<>();
    replica.replica.readImage(ask(ID, KEY.tenant() + 1), outcomes::add);

    assertThat(outcomes.getFirst()).isInstanceOf(NoImage.class);
  }

  @Test
  void beginsAnewWhenItIsArmedAgain() {
    stored(OLD);
    arm();
    stored(NEW);
    epoch++;
    Cut later =
        new Cut(ID, Hlc.of(25, 0), Step.ARMED, cut(Step.ARMED, 0).tenants(), List.of(), 0, "");
    learn(later);
    stored(NEWER);
    epoch++;
    learn(new Cut(ID, later.time(), Step.CLOSED, later.tenants(), List.of(), later.time(), ""));

    assertThat(records(image())).containsExactly(NEW);
  }

  /** A mark is no write: what lies under it is as old as it is. */
  @Test
  void looksUnderMarks() {
    stored(OLD);
    arm();
    Version mark = new Version(FenceRank.raised(5), Hlc.of(20, 0), new NodeId(5), 1);
    stored(KEY, Record.marked(mark, OLD), Cause.REPAIR);
    close();

    assertThat(records(image())).containsExactly(OLD);
  }

  @Test
  void tellsWhatTimeItWasWhenItWasArmed() {
    arm();

    CutStanding standing = replica.replica.cutStanding();
    assertThat(standing.cut()).isEqualTo(ID);
    assertThat(standing.armed().get(0)).isTrue();
    assertThat(standing.closed().get(0)).isFalse();
    assertThat(standing.latestTime()).isEqualTo(Hlc.of(replica.with.clock().wallMillis(), 0));
    assertThat(standing.voids().isEmpty()).isTrue();
    assertThat(standing.whyVoid()).isEmpty();
  }

  /** A node that paused hears of the end of the one and of the other in one state. */
  @Test
  void whatTimeItWasWhenAnotherCutWasArmedSaysNothingOfThisOne() {
    arm();
    assertThat(replica.replica.cutStanding().latestTime()).isNotZero();
    epoch++;
    learn(
        new Cut(
            ID + 1,
            Hlc.of(5, 0),
            Step.CLOSED,
            true,
            cut(Step.ARMED, 0).tenants(),
            List.of(),
            Hlc.of(5, 0),
            ""));

    assertThat(replica.replica.cutStanding().cut()).isEqualTo(ID + 1);
    assertThat(replica.replica.cutStanding().latestTime()).isZero();
  }

  @Test
  void whatTimeItWasWhenThisCutWasArmedStaysThoughTheEndOfAnotherIsHeardOfWithIt() {
    arm();
    epoch++;
    learn(
        new Cut(ID + 1, Hlc.of(25, 0), Step.ARMED, cut(Step.ARMED, 0).tenants(), List.of(), 0, ""));

    assertThat(replica.replica.cutStanding().latestTime())
        .isEqualTo(Hlc.of(replica.with.clock().wallMillis(), 0));
  }
}
