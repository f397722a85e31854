package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.OTHER_KEY;
import static io.quorate.replication.replica.SteppedReplica.SELF;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Step;
import io.quorate.placement.Move;
import io.quorate.placement.Nodes;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Replication;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.placement.Tenants;
import io.quorate.replication.history.HistoryEvent;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.KeptVersions;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadHistory;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.sim.kernel.SimClock;
import io.quorate.storage.HistoryStore.Kept;
import io.quorate.storage.HistoryStore.Place;
import io.quorate.storage.RecordStore;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one replica keeps of what was replaced, and shows of it (docs/design/history.md). */
class ReplicaHistoryTest {
  private static final long LENGTH = Duration.ofHours(1).toMillis();
  private static final Place PLACE = new Place(0, KEY.tenant());
  private static final NodeId OTHER = new NodeId(2);
  private static final NodeId ANOTHER = new NodeId(3);

  /** Times are in milliseconds after the history began. */
  private static final Record OLD = of(10);

  private static final Record LATE = of(20);
  private static final Record NEW = of(30);
  private static final Record NEWER = of(50);

  private final SteppedReplica stepped = new SteppedReplica();
  private Replica replica = stepped.replica;
  private long epoch = 1;
  private long cuts;
  private PurgeMarks purge = PurgeMarks.NONE;
  private long historyMillis = LENGTH;
  private boolean filling;

  private static long at(long millis) {
    return Hlc.of(SimClock.EPOCH_MILLIS + millis, 0);
  }

  private static Record of(long millis) {
    return Record.value(new Version(0, at(millis), new NodeId(5), 1), 1, 0, new byte[] {7});
  }

  private static Record expiring(long millis, long afterMillis) {
    return Record.value(
        new Version(0, at(millis), new NodeId(5), 1),
        1,
        SimClock.EPOCH_MILLIS + afterMillis,
        new byte[] {8});
  }

  private static Record deleted(long millis) {
    return Record.tombstone(new Version(0, at(millis), new NodeId(5), 1), 1);
  }

  @BeforeEach
  void begin() {
    learn(Cut.NONE);
    settle();
  }

  private void learn(Cut cut) {
    replica.placementsChanged(placements(cut));
  }

  private Placements placements(Cut cut) {
    return placements(
        Map.of("t", tenant(1, "t", 1)),
        new PartitionPlacement(
            epoch,
            List.of(SELF),
            purge,
            filling ? new TreeSet<>(Set.of(SELF)) : Collections.emptySortedSet()),
        cut);
  }

  private Tenant tenant(int id, String name, int replicas) {
    TenantSettings settings =
        historyMillis == 0
            ? TenantSettings.NONE
            : TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, historyMillis);
    return new Tenant(id, name, replicas, settings);
  }

  private Placements placements(
      Map<String, Tenant> tenants, PartitionPlacement partition, Cut cut) {
    return new Placements(
        Release.NEWEST_VERSION,
        epoch,
        Nodes.of(Map.of()),
        Tenants.of(tenants),
        List.of(partition),
        0,
        Map.of(),
        cut);
  }

  /** The partition moves from one list to another one. */
  private void move(Map<String, Tenant> tenants, List<NodeId> from, List<NodeId> to) {
    move(tenants, from, to, 0);
  }

  private void move(
      Map<String, Tenant> tenants, List<NodeId> from, List<NodeId> to, long alteredThrough) {
    epoch++;
    replica.placementsChanged(
        placements(
            tenants,
            new PartitionPlacement(
                epoch,
                from,
                purge,
                Collections.emptySortedSet(),
                new Move(Move.Step.DUAL_WRITE, to, epoch, alteredThrough, false)),
            Cut.NONE));
    settle();
  }

  private void learn() {
    learn(Cut.NONE);
    settle();
  }

  private List<WriteOutcome> write(Key key, Record record, Cause cause) {
    List<WriteOutcome> outcomes = new ArrayList<>();
    replica.write(new Write(1, 0, epoch, key, record, cause, 1000), outcomes::add);
    return outcomes;
  }

  private void stored(Record... records) {
    for (Record record : records) {
      stored(KEY, record, Cause.FRESH);
    }
  }

  private void stored(Key key, Record record, Cause cause) {
    List<WriteOutcome> outcomes = write(key, record, cause);
    settle();
    assertThat(outcomes).isNotEmpty();
  }

  private void settle() {
    for (int i = 0; i < 3; i++) {
      stepped.store.answerGets();
      stepped.store.syncAll();
    }
  }

  /** What the replica shows of a moment. */
  private RangeOutcome asOf(long millis) {
    epoch++;
    cuts++;
    long time = at(millis);
    learn(new Cut(cuts, time, Step.CLOSED, true, new TreeSet<>(List.of(1)), List.of(), time, ""));
    settle();
    List<RangeOutcome> outcomes = new ArrayList<>();
    RecordStore.Range all =
        new RecordStore.Range(0, 1, KeyRange.ofPrefix(new byte[0]), new byte[0], 100, 1 << 20);
    replica.readImage(new ReadImage(1, cuts, 0, all, 1000), outcomes::add);
    assertThat(outcomes).hasSize(1);
    assertThat(replica.cutStanding().closed().get(0))
        .isEqualTo(outcomes.getFirst() instanceof Records);
    return outcomes.getFirst();
  }

  private List<Record> records(long millis) {
    RangeOutcome outcome = asOf(millis);
    assertThat(outcome).isInstanceOf(Records.class);
    return ((Records) outcome).entries().stream().map(RecordStore.Entry::record).toList();
  }

  private long count(HistoryEvent event) {
    return stepped.events.stream().filter(event::equals).count();
  }

  @Test
  void showsWhatLayThereAtEachMoment() {
    stored(OLD, NEW, NEWER);

    assertThat(records(9)).isEmpty();
    assertThat(records(10)).containsExactly(OLD);
    assertThat(records(29)).containsExactly(OLD);
    assertThat(records(30)).containsExactly(NEW);
    assertThat(records(49)).containsExactly(NEW);
    assertThat(records(50)).containsExactly(NEWER);
    assertThat(records(1_000)).containsExactly(NEWER);
    assertThat(count(HistoryEvent.KEPT)).isEqualTo(2);
  }

  @Test
  void showsOfEachKeyItsOwn() {
    stored(OLD, NEWER);
    stored(OTHER_KEY, NEW, Cause.FRESH);

    assertThat(records(15)).containsExactly(OLD);
    assertThat(records(40)).containsExactly(OLD, NEW);
    assertThat(records(50)).containsExactly(NEWER, NEW);
  }

  @Test
  void showsWhatLayThereBeforeTheHistoryBegan() {
    Record before = of(-1_000);
    stored(before, OLD);

    assertThat(records(5)).containsExactly(before);
  }

  @Test
  void showsWhatWasDeleted() {
    stored(OLD, deleted(30), NEWER);

    assertThat(records(29)).containsExactly(OLD);
    assertThat(records(40)).containsExactly(deleted(30));
    assertThat(records(50)).containsExactly(NEWER);
  }

  @Test
  void showsWhatCameLate() {
    stored(OLD, NEW);
    stored(KEY, LATE, Cause.HINT);
    stored(KEY, OLD, Cause.HINT);
    stored(NEWER);

    assertThat(records(15)).containsExactly(OLD);
    assertThat(records(25)).containsExactly(LATE);
    assertThat(records(35)).containsExactly(NEW);
    assertThat(count(HistoryEvent.KEPT_LATE)).isEqualTo(2);
  }

  /** It counts where it is answered: it may be acknowledged by that. */
  @Test
  void whatCameLateIsAnsweredOnceItIsDurable() {
    stored(NEW);
    List<WriteOutcome> outcomes = write(KEY, LATE, Cause.HINT);
    stepped.store.answerGets();
    assertThat(outcomes).isEmpty();
    assertThat(stepped.store.waiting()).isEqualTo(1);

    stepped.store.syncAll();

    assertThat(outcomes).containsExactly(Stored.INSTANCE);
  }

  @Test
  void whatCameLateBelowSomethingThatIsUnderWayIsKept() {
    write(KEY, NEW, Cause.FRESH);
    write(KEY, LATE, Cause.HINT);
    write(KEY, NEWER, Cause.FRESH);
    settle();

    assertThat(records(25)).containsExactly(LATE);
    assertThat(records(35)).containsExactly(NEW);
  }

  @Test
  void aWriteThatIsRefusedReplacesNothing() {
    stored(OLD);
    purge = new PurgeMarks(at(40), 0);
    epoch++;
    learn();
    stored(NEW);

    assertThat(records(39)).containsExactly(OLD);
    assertThat(count(HistoryEvent.KEPT)).isZero();
  }

  @Test
  void hasNoImageOfAMomentBeforeItBegan() {
    stored(OLD, NEW);

    assertThat(asOf(-1)).isInstanceOf(NoImage.class);
    assertThat(count(HistoryEvent.ASKED_TOO_EARLY)).isEqualTo(1);
    assertThat(asOf(-1).toString()).contains("its history begins at ");
    assertThat(replica.cutStanding().since()).isEqualTo(at(0));
  }

  @Test
  void goesOnAfterARestart() {
    stored(OLD, NEW);
    restart();
    learn();
    stored(NEWER);

    assertThat(records(15)).containsExactly(OLD);
    assertThat(records(35)).containsExactly(NEW);
    assertThat(count(HistoryEvent.BEGUN)).isEqualTo(1);
  }

  private void restart() {
    stepped.world.runFor(Duration.ofSeconds(5));
    replica = new Replica(stepped.with, placements(Cut.NONE));
  }

  /** A node that starts hears of its cluster's state from an earlier one on. */
  @Test
  void goesOnWhileItHearsOfTheTenantAsItWas() {
    stored(OLD);
    historyMillis = 0;
    restart();
    stored(NEW);
    tick(Duration.ofSeconds(599));
    stored(NEWER);
    historyMillis = LENGTH;
    learn();

    assertThat(records(15)).containsExactly(OLD);
    assertThat(records(35)).containsExactly(NEW);
  }

  @Test
  void withoutThatWhatItReplacesMeanwhileIsMissing() {
    stored(OLD);
    historyMillis = 0;
    without(LaxReplica.Rule.HISTORY_GOES_ON);
    stored(NEW);
    historyMillis = LENGTH;
    learn();

    assertThat(records(15)).as("though its mark says that it is kept").isEmpty();
  }

  private void tick(Duration later) {
    stepped.world.runFor(later);
    replica.tick();
    settle();
  }

  @Test
  void endsWhenItIsNotWantedAnyMore() {
    stored(OLD, NEW);
    historyMillis = 0;
    learn();
    tick(Duration.ofSeconds(599));
    assertThat(stepped.store.history().load()).containsKey(PLACE);
    tick(Duration.ofSeconds(2));
    assertThat(stepped.store.history().load()).isEmpty();
    assertThat(count(HistoryEvent.ENDED)).isEqualTo(1);
    stored(NEWER);
    historyMillis = LENGTH;
    learn();

    assertThat(asOf(45)).isInstanceOf(NoImage.class);
    assertThat(records(602_000)).containsExactly(NEWER);
  }

  @Test
  void nothingIsKeptOfATenantWithoutAHistory() {
    historyMillis = 0;
    replica = new Replica(new SteppedReplica().with, placements(Cut.NONE));
    SteppedReplica other = new SteppedReplica();
    other.write(OLD, Cause.FRESH);
    other.write(NEW, Cause.FRESH);
    for (int i = 0; i < 3; i++) {
      other.store.answerGets();
      other.store.syncAll();
    }

    assertThat(other.events).noneMatch(HistoryEvent.class::isInstance);
    assertThat(other.store.history().load()).isEmpty();
  }

  @Test
  void whatIsTooOldGoes() {
    stored(OLD, NEW);
    Duration bucket = Duration.ofMillis(LENGTH / 24);
    tick(Duration.ofMillis(LENGTH));
    assertThat(count(HistoryEvent.FORGOTTEN)).isZero();
    tick(bucket.multipliedBy(2));
    assertThat(count(HistoryEvent.FORGOTTEN)).isEqualTo(1);
    assertThat(stepped.store.history().load().get(PLACE))
        .isEqualTo(at(bucket.multipliedBy(2).toMillis()));

    assertThat(asOf(15)).isInstanceOf(NoImage.class);
    assertThat(records(bucket.toMillis() * 2)).containsExactly(NEW);
  }

  /** Its bucket has ended for a moment that is still within the history. */
  @Test
  void whatWasReplacedWithinTheLengthStays() {
    long bucket = LENGTH / 24;
    stored(OLD);
    Record replacing = of(bucket * 2 + 5);
    stepped.world.runFor(Duration.ofMillis(bucket * 2 + 10));
    stored(replacing);
    tick(Duration.ofMillis(LENGTH - 10));
    assertThat(count(HistoryEvent.FORGOTTEN)).isEqualTo(1);

    assertThat(records(bucket * 2 + 4)).containsExactly(OLD);
    assertThat(records(bucket * 2 + 5)).containsExactly(replacing);
  }

  @Test
  void beginsAgainWhenItWasFilled() {
    stored(OLD, NEW);
    stepped.world.runFor(Duration.ofMillis(100));
    List<Boolean> durable = new ArrayList<>();
    replica.filled(0, at(90), Map.of(), durable::add);
    assertThat(durable).as("not before it is durable").isEmpty();
    settle();

    assertThat(durable).containsExactly(true);
    assertThat(asOf(99)).isInstanceOf(NoImage.class);
    assertThat(records(100)).containsExactly(NEW);
    assertThat(count(HistoryEvent.BEGUN_AGAIN)).isEqualTo(1);
  }

  @Test
  void beginsAgainWhenItArrives() {
    stored(OLD, NEW);
    copied(false);

    assertThat(asOf(35)).isInstanceOf(NoImage.class);
  }

  /** It was brought what others hold, and nothing of what that had replaced. */
  @Test
  void withoutThatItClaimsMomentsThatItKnowsNothingOf() {
    without(LaxReplica.Rule.HISTORY_BEGINS_AGAIN);
    copied(false);
    stored(NEW);

    assertThat(records(15)).as("as if nothing had been there").isEmpty();
  }

  private void without(LaxReplica.Rule rule) {
    replica =
        LaxReplica.create(Set.of(rule), Set.of(), Set.of(), stepped.with, placements(Cut.NONE));
    settle();
  }

  /** It holds what a majority of the replicas before it held. */
  private void copied(boolean stays) {
    stepped.world.runFor(Duration.ofMillis(100));
    List<Boolean> durable = new ArrayList<>();
    replica.copied(0, at(90), stays, Map.of(), durable::add);
    settle();
    assertThat(durable).containsExactly(true);
  }

  private static Kept kept(Record record, long untilMillis) {
    return new Kept(KEY, record, at(untilMillis));
  }

  /** What others keep is brought, of whom each has marks. */
  private List<Boolean> brought(List<Kept> versions, Long... marks) {
    List<Boolean> durable = new ArrayList<>();
    replica.keepCopied(0, versions, durable::add);
    assertThat(durable).as("not before it is durable").hasSize(versions.isEmpty() ? 1 : 0);
    settle();
    assertThat(durable).containsExactly(true);
    List<Boolean> complete = new ArrayList<>();
    replica.copied(0, at(90), false, Map.of(1, List.of(marks)), complete::add);
    return complete;
  }

  @Test
  void reachesBackAsFarAsAllWhoseHistoriesItWasBrought() {
    stepped.world.runFor(Duration.ofMillis(100));
    stored(NEWER);
    List<Boolean> complete =
        brought(List.of(kept(OLD, 30), kept(NEW, 50)), at(-40), at(-20), at(-30));
    assertThat(complete).as("not before the mark is durable").isEmpty();
    settle();

    assertThat(complete).containsExactly(true);
    assertThat(replica.tenantsWithHistory(0)).containsExactly(1);
    assertThat(stepped.store.history().load()).containsEntry(PLACE, at(-20));
    assertThat(asOf(-21)).isInstanceOf(NoImage.class);
    assertThat(records(-20)).isEmpty();
    assertThat(records(15)).containsExactly(OLD);
    assertThat(records(35)).containsExactly(NEW);
    assertThat(records(50)).containsExactly(NEWER);
    assertThat(count(HistoryEvent.COPIED)).isEqualTo(2);
    assertThat(count(HistoryEvent.TAKEN)).isEqualTo(1);
    assertThat(count(HistoryEvent.BEGUN_AGAIN)).isZero();
  }

  @Test
  void whatIsBroughtIsThereOnceAllOfItIsDurable() {
    List<Boolean> durable = new ArrayList<>();
    replica.keepCopied(0, List.of(kept(OLD, 30), kept(NEW, 50)), durable::add);
    stepped.store.syncOne();
    assertThat(durable).isEmpty();
    stepped.store.syncOne();

    assertThat(durable).containsExactly(true);
  }

  @Test
  void whatIsBroughtIsNotThereIfTheDiskDoesNotTakeAllOfIt() {
    List<Boolean> durable = new ArrayList<>();
    replica.keepCopied(0, List.of(kept(OLD, 30), kept(NEW, 50)), durable::add);
    stepped.store.failOne();
    stepped.store.syncOne();

    assertThat(durable).containsExactly(false);
  }

  @Test
  void doesNotCountBeforeItsMarkIsDurable() {
    List<Boolean> complete = new ArrayList<>();
    replica.copied(0, at(90), false, Map.of(1, List.of(at(-40))), complete::add);
    while (!Long.valueOf(at(-40)).equals(stepped.store.history().load().get(PLACE))) {
      assertThat(complete).isEmpty();
      stepped.store.syncOne();
    }

    assertThat(complete).containsExactly(true);
  }

  @Test
  void doesNotCountIfTheDiskDoesNotTakeItsMark() {
    List<Boolean> complete = new ArrayList<>();
    replica.copied(0, at(90), false, Map.of(1, List.of(at(-40))), complete::add);
    stepped.store.syncOne(); // what others were offered counts as forgotten
    stepped.store.failOne();

    assertThat(complete).containsExactly(false);
  }

  /** One of them knows nothing of what the other has forgotten. */
  @Test
  void withTheEarliestOfTheirMarksItClaimsTooMuch() {
    without(LaxReplica.Rule.HISTORY_SINCE_ALL);
    brought(List.of(), at(-40), at(-20));
    settle();

    assertThat(asOf(-30)).isInstanceOf(Records.class);
  }

  /** One replica missed what took the place of a version at another one. */
  @Test
  void ofTwoEndsOfAVersionTheLaterOneHolds() {
    stored(NEWER);
    brought(List.of(kept(OLD, 20), kept(OLD, 40)), at(0));
    settle();

    assertThat(records(15)).containsExactly(OLD);
    assertThat(records(39)).containsExactly(OLD);
    assertThat(records(40)).isEmpty();
  }

  @Test
  void beginsAgainWhereOneOfTheOthersHasNoHistory() {
    stored(OLD, NEW);
    stepped.world.runFor(Duration.ofMillis(100));
    brought(List.of(kept(LATE, 30)), at(-40), Hlc.END);
    settle();

    assertThat(asOf(99)).isInstanceOf(NoImage.class);
    assertThat(count(HistoryEvent.BEGUN_AGAIN)).isEqualTo(1);
  }

  /** What is brought lies under the key as if it had been there, and what it replaces is kept. */
  @Test
  void whatIsReplacedMeanwhileIsKept() {
    stored(KEY, OLD, Cause.REPAIR);
    stored(NEW);
    stored(KEY, LATE, Cause.REPAIR);
    brought(List.of(kept(OLD, 50)), at(-40));
    settle();

    assertThat(records(15)).containsExactly(OLD);
    assertThat(records(25)).containsExactly(LATE);
    assertThat(records(30)).containsExactly(NEW);
  }

  @Test
  void doesNotReachBackToWhatItHasForgottenItself() {
    stored(OLD, NEW);
    tick(Duration.ofMillis(LENGTH + LENGTH / 24 + 100));
    assertThat(count(HistoryEvent.FORGOTTEN)).isEqualTo(1);
    long since = Objects.requireNonNull(stepped.store.history().load().get(PLACE));
    brought(List.of(), at(-40));
    settle();

    assertThat(stepped.store.history().load()).containsEntry(PLACE, since);
  }

  @Test
  void takesNothingAwayWhileItIsBroughtWhatOthersKeep() {
    stored(OLD, NEW);
    filling = true;
    learn();
    tick(Duration.ofMillis(2 * LENGTH));
    assertThat(count(HistoryEvent.FORGOTTEN)).isZero();
    stored(NEWER);
    assertThat(count(HistoryEvent.KEPT_WHILE_COPYING)).isEqualTo(1);
    filling = false;
    learn();
    tick(Duration.ofSeconds(2));
    assertThat(count(HistoryEvent.FORGOTTEN)).isEqualTo(1);
  }

  @Test
  void takesNothingAwayWhileItArrives() {
    stored(OLD, NEW);
    Map<String, Tenant> tenants = Map.of("t", tenant(1, "t", 1));
    move(tenants, List.of(OTHER), List.of(SELF));
    tick(Duration.ofMillis(2 * LENGTH));
    assertThat(count(HistoryEvent.FORGOTTEN)).isZero();
    epoch++;
    learn();
    tick(Duration.ofSeconds(2));
    assertThat(count(HistoryEvent.FORGOTTEN)).isEqualTo(1);
  }

  @Test
  void takesAwayWhatIsTooOldWhileItStaysAndAnotherOneArrives() {
    stored(OLD, NEW);
    Map<String, Tenant> tenants = Map.of("t", tenant(1, "t", 2));
    move(tenants, List.of(OTHER, SELF), List.of(SELF, ANOTHER));
    tick(Duration.ofMillis(2 * LENGTH));

    assertThat(count(HistoryEvent.FORGOTTEN)).isEqualTo(1);
  }

  @Test
  void withoutThatWhatItWasBroughtIsTakenAwayAgain() {
    without(LaxReplica.Rule.HISTORY_STAYS);
    stored(OLD, NEW);
    filling = true;
    learn();
    tick(Duration.ofMillis(2 * LENGTH));

    assertThat(count(HistoryEvent.FORGOTTEN)).isEqualTo(1);
  }

  @Test
  void takesNothingThatNoClockCanHaveStamped() {
    List<Boolean> durable = new ArrayList<>();
    long far = Duration.ofDays(40_000).toMillis();
    replica.keepCopied(0, List.of(kept(OLD, far)), durable::add);
    replica.keepCopied(0, List.of(new Kept(KEY, of(far), at(30))), durable::add);
    settle();

    assertThat(durable).containsExactly(false, false);
    assertThat(count(HistoryEvent.COPIED)).isZero();
  }

  @Test
  void takesNothingThatIsNotOfTheModelOfItsTenant() {
    List<Boolean> durable = new ArrayList<>();
    replica.keepCopied(0, List.of(kept(Record.promising(null, OLD.version()), 30)), durable::add);
    settle();

    assertThat(durable).containsExactly(false);
    assertThat(count(HistoryEvent.COPIED)).isZero();
  }

  @Test
  void givesOthersWhatItKeepsPageByPage() {
    stored(OLD, NEW, NEWER);
    KeptVersions first = page(new byte[0]);
    assertThat(first.versions()).containsExactly(kept(OLD, 30));
    KeptVersions second = page(first.next());
    assertThat(second.versions()).containsExactly(kept(NEW, 50));
    assertThat(second.next()).isEmpty();
    assertThat(List.of(first.since(), second.since())).containsOnly(at(0));
  }

  /** What was taken away before that is not in it. */
  @Test
  void aPageHasTheMarkOfWhenItWasRead() {
    stored(OLD, NEW);
    List<RangeOutcome> outcomes = new ArrayList<>();
    stepped.store.history.readsWait = true;
    replica.readHistory(
        new ReadHistory(1, 0, epoch, 1, new byte[0], 1, 1 << 20, 1000), outcomes::add);
    tick(Duration.ofMillis(2 * LENGTH));
    assertThat(count(HistoryEvent.FORGOTTEN)).isEqualTo(1);
    long since = Objects.requireNonNull(stepped.store.history().load().get(PLACE));
    stepped.store.history.answerReads();

    assertThat(outcomes).hasSize(1);
    KeptVersions page = (KeptVersions) outcomes.getFirst();
    assertThat(page.versions()).isEmpty();
    assertThat(page.since()).isEqualTo(since);
  }

  @Test
  void givesNothingOfATenantWithoutHistory() {
    historyMillis = 0;
    learn();
    tick(Duration.ofMinutes(11));

    KeptVersions page = page(new byte[0]);
    assertThat(page.versions()).isEmpty();
    assertThat(page.since()).isEqualTo(Hlc.END);
  }

  /** What it keeps may lack something, too. */
  @Test
  void givesNothingOfAPartitionThatTurnedOutToBeDamagedMeanwhile() {
    replica.onDamage(partition -> {});
    stored(OLD, NEW);
    List<RangeOutcome> outcomes = new ArrayList<>();
    stepped.store.history.readsWait = true;
    replica.readHistory(
        new ReadHistory(1, 0, epoch, 1, new byte[0], 1, 1 << 20, 1000), outcomes::add);
    stepped.store.readsFail = true;
    write(OTHER_KEY, NEW, Cause.FRESH);
    stepped.store.answerGets();
    assertThat(replica.isDamaged(0)).isTrue();
    stepped.store.history.answerReads();

    assertThat(outcomes).hasSize(1).first().isInstanceOf(Refused.class);
  }

  @Test
  void givesNothingUnderAnotherEpoch() {
    List<RangeOutcome> outcomes = new ArrayList<>();
    replica.readHistory(
        new ReadHistory(1, 0, epoch - 1, 1, new byte[0], 1, 1 << 20, 1000), outcomes::add);

    assertThat(outcomes).hasSize(1).first().isInstanceOf(StaleEpoch.class);
  }

  private KeptVersions page(byte[] from) {
    List<RangeOutcome> outcomes = new ArrayList<>();
    replica.readHistory(new ReadHistory(1, 0, epoch, 1, from, 1, 1 << 20, 1000), outcomes::add);
    settle();
    return (KeptVersions) outcomes.getFirst();
  }

  @Test
  void goesOnWhenItStaysWhileOthersComeAndGo() {
    stored(OLD, NEW);
    copied(true);

    assertThat(records(15)).containsExactly(OLD);
  }

  /**
   * It is further back in the list than tenants with one replica go, so it has a mark of them, and
   * nothing that they hold. A majority of the sets of tenants with two stays.
   */
  @Test
  void ofTwoTenantsItGoesOnForTheOneForWhichItStaysOnly() {
    Map<String, Tenant> both = Map.of("t", tenant(1, "t", 1), "wide", tenant(2, "wide", 2));
    Place wide = new Place(0, 2);
    move(both, List.of(OTHER, SELF), List.of(SELF, ANOTHER));
    assertThat(stepped.store.history().load())
        .containsEntry(PLACE, at(0))
        .containsEntry(wide, at(0));
    copied(true);

    assertThat(stepped.store.history().load())
        .containsEntry(PLACE, at(100))
        .containsEntry(wide, at(0));
    assertThat(count(HistoryEvent.BEGUN_AGAIN)).isEqualTo(1);
  }

  /** The other one may have been all that a majority had of something. */
  @Test
  void beginsAgainWhereItStaysAndTheTenantGetsFewerReplicas() {
    Tenant fewer = tenant(1, "t", 2).with(Replication.of(2).altered(5, 1));
    move(Map.of("t", fewer), List.of(OTHER, SELF), List.of(SELF), 5);
    copied(true);

    assertThat(stepped.store.history().load()).containsEntry(PLACE, at(100));
  }

  @Test
  void keepsWhatHasExpiredWhenAPurgeTakesItAway() {
    Record expiring = expiring(10, 40);
    stored(expiring);
    purge();
    takeOffTheDisk();
    assertThat(count(HistoryEvent.KEPT_EXPIRED)).isEqualTo(1);

    assertThat(records(20)).containsExactly(expiring);
    assertThat(records(150)).isEmpty();
  }

  @Test
  void withoutThatItIsMissing() {
    without(LaxReplica.Rule.HISTORY_EXPIRED);
    stored(expiring(10, 40));
    purge();
    takeOffTheDisk();

    assertThat(records(20)).isEmpty();
  }

  private void purge() {
    stepped.world.runFor(Duration.ofMillis(200));
    purge = new PurgeMarks(at(100), at(100));
    epoch++;
    learn();
  }

  private void takeOffTheDisk() {
    stepped.readAll(replica);
    settle();
    assertThat(stepped.store.durable).as("taken off the disk").doesNotContainKey(KEY);
  }

  /** It counts as nothing when it is replaced, and is still on the disk. */
  @Test
  void keepsWhatHasExpiredWhenItIsReplacedAfterAPurge() {
    Record expiring = expiring(10, 40);
    stored(expiring);
    purge();
    stored(of(150));

    assertThat(records(20)).containsExactly(expiring);
  }

  @Test
  void whatADeletionTookAwayDoesNotComeBackWithItsPurge() {
    stored(OLD, deleted(30));
    purge();
    takeOffTheDisk();

    assertThat(records(29)).containsExactly(OLD);
    assertThat(records(30)).isEmpty();
  }

  /** Under the epoch before: it may be acknowledged there. */
  @Test
  void anImageIsFixedOnceNothingOfTheEpochBeforeIsUnderWay() {
    stored(NEW);
    write(KEY, LATE, Cause.HINT);
    stepped.store.answerGets();
    epoch++;
    cuts++;
    long time = at(25);
    learn(new Cut(cuts, time, Step.CLOSED, true, new TreeSet<>(List.of(1)), List.of(), time, ""));
    assertThat(replica.cutStanding().closed().get(0)).isFalse();
    stepped.store.syncAll();

    assertThat(replica.cutStanding().closed().get(0)).isTrue();
  }

  @Test
  void whatIsBroughtUpToTheMomentWaitsForTheSeal() {
    stored(OLD, NEW);
    assertThat(records(25)).containsExactly(OLD);
    List<WriteOutcome> outcomes = write(KEY, LATE, Cause.REPAIR);
    settle();

    assertThat(outcomes).isEmpty();
  }
}
