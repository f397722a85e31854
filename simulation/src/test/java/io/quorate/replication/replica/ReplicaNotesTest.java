package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.OTHER_KEY;
import static io.quorate.replication.replica.SteppedReplica.purging;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.DroppedTenants;
import io.quorate.placement.Factor;
import io.quorate.placement.Placements;
import io.quorate.placement.Retries;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.placement.Tenants;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Offered;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.Probed;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.replica.LaxReplica.Rule;
import io.quorate.sim.kernel.SimClock;
import io.quorate.storage.NoteStore.Marks;
import io.quorate.storage.RecordStore;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one replica remembers of versions that it was offered (docs/design/once.md). */
class ReplicaNotesTest {
  private static final Map<String, Tenant> ONCE =
      Map.of(
          "t",
          new Tenant(1, "t", 1, TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE)));

  private static final long START = SimClock.EPOCH_MILLIS;
  private static final long REMEMBER = 30_000;
  private static final Record FIRST = at(100);
  private static final Record SECOND = at(200);
  private static final Record THIRD = at(300);

  private final SteppedReplica stepped = new SteppedReplica();
  private final SteppedStore store = stepped.store;
  private final SteppedNotes notes = store.notes;
  private final List<Event> events = stepped.events;
  private final List<WriteOutcome> written = new ArrayList<>();
  private final List<ProbeOutcome> probed = new ArrayList<>();
  private Replica replica = new Replica(stepped.with, purging(ONCE, 1, 0, 0));
  private long epoch = 1;

  /** A record that was stamped so long after the beginning. */
  private static Record at(long millis) {
    return Record.value(
        new Version(0, Hlc.of(START + millis, 0), new NodeId(millis), 1), 1, 0, new byte[] {1});
  }

  private void lacking(Rule rule) {
    replica =
        LaxReplica.create(Set.of(rule), Set.of(), Set.of(), stepped.with, purging(ONCE, 1, 0, 0));
  }

  /** The process dies, and starts again. */
  private void restart() {
    store.loseWaiting();
    replica = new Replica(stepped.with, purging(ONCE, 1, 0, 0));
  }

  private void remembering(long millis, long most) {
    Replica.Collaborators with = stepped.with;
    replica =
        new Replica(
            new Replica.Collaborators(
                with.self(),
                with.store(),
                with.arrivals(),
                with.notes(),
                with.clock(),
                with.hybridClock(),
                with.cacheSizes(),
                new NoteLimits(millis, most),
                with.events()),
            purging(ONCE, 1, 0, 0));
  }

  private void learn(Placements placements) {
    epoch = placements.epoch(0);
    replica.placementsChanged(placements);
  }

  private static Placements dropping(Placements before) {
    return new Placements(
        before.clusterVersion(),
        before.stateVersion() + 1,
        before.nodes(),
        Tenants.of(Map.of(), DroppedTenants.NONE.with(KEY.tenant())),
        before.partitions(),
        before.copyBytesPerSecond(),
        before.lossEpochs());
  }

  private void begin(Record record, Cause cause) {
    begin(KEY, record, cause);
  }

  private void begin(Key key, Record record, Cause cause) {
    replica.write(new Write(1, 0, epoch, key, record, cause, 1000), written::add);
    store.answerGets();
  }

  private void write(Record record) {
    begin(record, Cause.FRESH);
    store.syncAll();
  }

  private void beginProbe(Record record, boolean retry) {
    replica.probe(new Probe(1, 0, epoch, KEY, record.version(), retry, 1000), probed::add);
  }

  private Offered offered(Record record) {
    beginProbe(record, true);
    store.answerGets();
    notes.answerLooks();
    return ((Probed) probed.getLast()).offered();
  }

  private void pass(long millis) {
    stepped.world.runFor(Duration.ofMillis(millis));
  }

  /** As a node does, five times a second. */
  private void tickFor(long millis) {
    for (long passed = 0; passed < millis; passed += 200) {
      pass(200);
      replica.tick();
      store.syncAll();
    }
  }

  private long oldest() {
    return Hlc.of(stepped.with.clock().wallMillis() - REMEMBER, 0);
  }

  // What is noted

  @Test
  void aVersionIsNotedBeforeAnotherTakesItsPlace() {
    write(FIRST);
    assertThat(notes.durable).isEmpty();
    begin(SECOND, Cause.FRESH);
    assertThat(store.waiting()).isEqualTo(2);

    store.syncOne();
    assertThat(notes.durable).containsExactly(FIRST.version());
    assertThat(store.durable).containsEntry(KEY, FIRST);
    store.syncOne();
    assertThat(store.durable).containsEntry(KEY, SECOND);
    assertThat(written).containsExactly(Stored.INSTANCE, Stored.INSTANCE);
    assertThat(events).contains(ReplicaEvent.Window.NOTED_AS_OVERTAKEN);
  }

  /** What takes its place is known by the disk, by the cache of records, or by its header alone. */
  @Test
  void soIsOneThatIsNotDurableYetAndOneThatIsOnlyOnDisk() {
    begin(FIRST, Cause.FRESH);
    begin(SECOND, Cause.FRESH);
    store.syncAll();
    assertThat(notes.durable).containsExactly(FIRST.version());
    restart();
    write(THIRD);
    assertThat(notes.durable).containsExactly(FIRST.version(), SECOND.version());
  }

  @ParameterizedTest
  @EnumSource(Cause.class)
  void whatIsRefusedAsOlderIsAnsweredOnceItIsNoted(Cause cause) {
    write(SECOND);
    written.clear();
    begin(FIRST, cause);
    assertThat(written).isEmpty();

    store.syncOne();
    assertThat(written)
        .containsExactly(cause.asksForNewer() ? new HoldsNewer(SECOND.version()) : Stored.INSTANCE);
    assertThat(notes.durable).containsExactly(FIRST.version());
    assertThat(store.durable).containsEntry(KEY, SECOND);
    assertThat(events).contains(ReplicaEvent.Window.NOTED_AS_OLDER);
  }

  @Test
  void whatIsRefusedAsOlderWaitsForTheNewerOneAsWell() {
    begin(SECOND, Cause.FRESH);
    begin(FIRST, Cause.FRESH);
    begin(THIRD, Cause.FRESH);
    while (!notes.durable.contains(FIRST.version())) {
      assertThat(written).doesNotContain(new HoldsNewer(SECOND.version()));
      store.syncOne();
    }
    assertThat(written).containsExactly(Stored.INSTANCE, new HoldsNewer(SECOND.version()));
    store.syncAll();
    assertThat(written).hasSize(3).last().isEqualTo(Stored.INSTANCE);
  }

  @Test
  void ofRecordsThatComeTogetherEachIsNoted() {
    write(SECOND);
    List<WritesOutcome> brought = new ArrayList<>();
    replica.writeAll(
        new WriteRecords(
            1,
            0,
            1,
            KEY.tenant(),
            List.of(new RecordStore.Entry(KEY, FIRST), new RecordStore.Entry(OTHER_KEY, FIRST)),
            1000),
        brought::add);
    store.answerGets();
    assertThat(brought).isEmpty();
    store.syncAll();
    assertThat(brought)
        .containsExactly(new Merged(List.of(new HoldsNewer(SECOND.version()), Stored.INSTANCE)));
    assertThat(notes.durable).containsExactly(FIRST.version());
  }

  @Test
  void aNoteThatIsNotStoredIsNotSaidToBe() {
    write(SECOND);
    written.clear();
    begin(FIRST, Cause.FRESH);
    store.failOne();
    assertThat(written).containsExactly(new NotNow("disk: test"));

    written.clear();
    begin(FIRST, Cause.FRESH);
    store.syncAll();
    assertThat(written).containsExactly(new HoldsNewer(SECOND.version()));
    assertThat(notes.durable).containsExactly(FIRST.version());
  }

  @Test
  void theSameRecordAgainIsNotNoted() {
    write(FIRST);
    begin(FIRST, Cause.HINT);
    assertThat(store.waiting()).isZero();
    assertThat(written).containsExactly(Stored.INSTANCE, Stored.INSTANCE);
  }

  @Test
  void whatIsPurgedIsNotNotedAndCountsAsForgotten() {
    Record deleted = Record.tombstone(FIRST.version(), 1);
    write(deleted);
    learn(purging(ONCE, 2, FIRST.version().hlc(), FIRST.version().hlc()));
    begin(SECOND, Cause.FRESH);
    assertThat(store.waiting()).isOne();
    store.syncAll();
    assertThat(offered(deleted)).isEqualTo(Offered.FORGOTTEN);
  }

  @Test
  void ofATenantWhoseWritesMayRepeatNothingIsRemembered() {
    learn(purging(2, 0, 0));
    write(FIRST);
    write(THIRD);
    begin(SECOND, Cause.FRESH);
    assertThat(store.waiting()).isZero();
    assertThat(written).last().isEqualTo(new HoldsNewer(THIRD.version()));
    assertThat(notes.durable).isEmpty();
    assertThat(notes.marks).isEqualTo(Marks.NONE);
    tickFor(3 * REMEMBER);
    assertThat(notes.marks).isEqualTo(Marks.NONE);
    assertThat(offeredInAll()).isZero();
  }

  /** A replica may be sent writes of a tenant before it learns of it. */
  @Test
  void ofATenantThatIsNotKnownVersionsAreNoted() {
    learn(purging(Map.of(), 2, 0, 0));
    write(FIRST);
    write(SECOND);
    assertThat(notes.durable).containsExactly(FIRST.version());
  }

  // What is too old to be noted

  @Test
  void whatIsOverwrittenLongAfterCountsAsForgottenInPlaceOfANote() {
    write(FIRST);
    pass(REMEMBER + 1000);
    begin(at(REMEMBER + 900), Cause.FRESH);
    store.syncOne(); // the ceiling
    store.syncOne();
    assertThat(notes.marks.floor()).isEqualTo(oldest());
    assertThat(store.durable).containsEntry(KEY, FIRST);
    store.syncAll();

    assertThat(notes.durable).isEmpty();
    assertThat(offered(FIRST)).isEqualTo(Offered.FORGOTTEN);
    assertThat(events).contains(ReplicaEvent.Window.FLOOR_RAISED_INSTEAD);
  }

  /** The floor is durable before that is relied on. */
  @Test
  void whatIsAsOldNeedsNothingMoreOnceTheFloorIsDurable() {
    write(FIRST);
    pass(REMEMBER + 1000);
    begin(at(REMEMBER + 900), Cause.FRESH);
    begin(SECOND, Cause.FRESH);
    store.syncAll();
    assertThat(written).last().isEqualTo(new HoldsNewer(at(REMEMBER + 900).version()));

    begin(THIRD, Cause.HINT);
    assertThat(store.waiting()).isZero();
    assertThat(written).last().isEqualTo(Stored.INSTANCE);
  }

  @Test
  void whatIsRefusedAsMuchOlderIsAnsweredOnceTheFloorIsDurable() {
    write(at(REMEMBER + 900));
    pass(REMEMBER + 1000);
    written.clear();
    begin(FIRST, Cause.FRESH);
    assertThat(written).isEmpty();
    assertThat(notes.marks.floor()).isZero();
    store.syncOne();
    assertThat(written).containsExactly(new HoldsNewer(at(REMEMBER + 900).version()));
    assertThat(notes.marks.floor()).isEqualTo(oldest());
  }

  /** Another key may have had the floor raised, and that may fail. */
  @Test
  void aFloorThatIsNotDurableYetIsNotReliedOn() {
    write(at(REMEMBER + 900));
    begin(OTHER_KEY, at(REMEMBER + 900), Cause.FRESH);
    store.syncAll();
    pass(REMEMBER + 1000);
    written.clear();
    begin(SECOND, Cause.FRESH);
    begin(OTHER_KEY, FIRST, Cause.FRESH);
    assertThat(written).isEmpty();
    store.failOne();
    assertThat(written).containsExactly(new NotNow("disk: test"));
    store.syncOne();
    assertThat(written).last().isEqualTo(new HoldsNewer(at(REMEMBER + 900).version()));
    assertThat(notes.marks.floor()).isEqualTo(oldest());
  }

  // Answers

  @Test
  void aProbeTellsWhatIsHeldAndWhetherTheVersionWasOffered() {
    write(FIRST);
    write(THIRD);
    assertThat(offered(THIRD)).isEqualTo(Offered.ONCE);
    assertThat(offered(FIRST)).isEqualTo(Offered.ONCE);
    assertThat(offered(SECOND)).isEqualTo(Offered.NEVER);
    assertThat(offered(at(400))).isEqualTo(Offered.NEVER);
    assertThat(probed).map(outcome -> ((Probed) outcome).held()).containsOnly(THIRD.version());
    assertThat(events).contains(ReplicaEvent.Window.FOUND_NOTED);
  }

  @Test
  void aProbeOfAnEmptyKeyFindsNothing() {
    beginProbe(FIRST, false);
    store.answerGets();
    assertThat(probed).containsExactly(new Probed(null, 0, Offered.NEVER));
  }

  @Test
  void aProbeTellsOfWhatIsPromised() {
    learn(purging(ONCE, 2, 77, 5));
    beginProbe(FIRST, false);
    store.answerGets();
    assertThat(probed).containsExactly(new Probed(null, 77, Offered.NEVER));
  }

  /** Its coordinator has yet to hear of that; what is in memory is a header, of no model now. */
  @Test
  void aProbeOfADroppedTenantIsAnsweredInAPurgedPartition() {
    learn(purging(ONCE, 2, 5, 5));
    write(FIRST);
    write(SECOND);
    learn(dropping(purging(ONCE, 2, 5, 5)));
    beginProbe(SECOND, true);
    store.answerGets();
    assertThat(probed).map(outcome -> ((Probed) outcome).held()).containsExactly(SECOND.version());
  }

  /** What is replaced is known by its header alone, of no model now. */
  @Test
  void aWriteUnderWayEndsInAPurgedPartitionWhenItsTenantIsDropped() {
    learn(purging(ONCE, 2, 5, 5));
    write(FIRST);
    begin(SECOND, Cause.FRESH);
    learn(dropping(purging(ONCE, 2, 5, 5)));
    store.syncAll();
    assertThat(written).containsExactly(Stored.INSTANCE, Stored.INSTANCE);
  }

  /** A first attempt was sent to no replica before; and above what is held nothing is noted. */
  @Test
  void nothingIsLookedForThatCannotBeNoted() {
    write(SECOND);
    beginProbe(FIRST, false);
    beginProbe(THIRD, true);
    beginProbe(SECOND, true);
    assertThat(store.gets).isEmpty();
    assertThat(notes.looks).isEmpty();
    assertThat(probed)
        .map(outcome -> ((Probed) outcome).offered())
        .containsExactly(Offered.NEVER, Offered.NEVER, Offered.ONCE);
  }

  @Test
  void whatIsNotDurableIsNotHeld() {
    write(FIRST);
    begin(SECOND, Cause.FRESH);
    assertThat(offered(SECOND)).isEqualTo(Offered.NEVER);
    assertThat(((Probed) probed.getLast()).held()).isEqualTo(FIRST.version());
    assertThat(offered(FIRST)).isEqualTo(Offered.ONCE);
    store.syncAll();
    assertThat(offered(SECOND)).isEqualTo(Offered.ONCE);
  }

  @Test
  void whatIsOvertakenBetweenTheTwoLooksIsFoundNoted() {
    write(at(50));
    write(SECOND);
    beginProbe(FIRST, true); // and looks for a note
    begin(FIRST, Cause.FRESH);
    store.syncAll();
    notes.answerLooks();
    assertThat(probed).containsExactly(new Probed(SECOND.version(), 0, Offered.ONCE));
  }

  @Test
  void notesThatCannotBeReadAreNotTakenForNone() {
    write(SECOND);
    notes.looksFail = true;
    beginProbe(FIRST, true);
    notes.answerLooks();
    assertThat(probed).containsExactly(new Refused("disk: wrong checksum"));
    assertThat(replica.damaged()).as("records can be read").isZero();
  }

  @Test
  void aProbeOfARecordThatCannotBeReadIsRefused() {
    store.readsFail = true;
    beginProbe(FIRST, true);
    store.answerGets();
    assertThat(probed).containsExactly(new Refused("disk: wrong checksum"));
  }

  @Test
  void aProbeWhoseDeadlinePassedIsNotLookedAt() {
    beginProbe(FIRST, true);
    pass(2000);
    store.answerGets();
    assertThat(probed).hasSize(1).allMatch(Refused.class::isInstance);
  }

  /** The next write of the key need not read it again. */
  @Test
  void whatAProbeHasReadIsKept() {
    store.durable.put(KEY, FIRST);
    beginProbe(SECOND, false);
    store.answerGets();
    beginProbe(SECOND, false);
    assertThat(probed)
        .containsExactly(
            new Probed(FIRST.version(), 0, Offered.NEVER),
            new Probed(FIRST.version(), 0, Offered.NEVER));
  }

  // What is forgotten

  @Test
  void notesAreForgottenAfterAWhileAndNotBefore() {
    write(FIRST);
    write(SECOND);
    tickFor(REMEMBER - 400);
    assertThat(offered(FIRST)).isEqualTo(Offered.ONCE);
    tickFor(2 * REMEMBER);
    assertThat(notes.durable).isEmpty();
    assertThat(offered(FIRST)).isEqualTo(Offered.FORGOTTEN);
    assertThat(offered(at(150))).as("it may have been").isEqualTo(Offered.FORGOTTEN);
    assertThat(offered(SECOND)).as("it is held").isEqualTo(Offered.ONCE);
    assertThat(Long.compareUnsigned(notes.marks.floor(), oldest())).isNotPositive();
    assertThat(events)
        .contains(
            ReplicaEvent.Window.FORGOTTEN_AS_OLD,
            new ReplicaEvent.VersionsForgotten(1),
            new ReplicaEvent.FoundForgotten());
  }

  @Test
  void notesOfClocksThatAreAheadAreForgottenLater() {
    Record ahead = at(REMEMBER + 20_000);
    Record further = at(REMEMBER + 20_001);
    write(ahead);
    write(further);
    tickFor(2 * REMEMBER);
    assertThat(notes.durable).containsExactly(ahead.version());
    tickFor(2 * REMEMBER);
    assertThat(notes.durable).isEmpty();
    assertThat(offered(ahead)).isEqualTo(Offered.FORGOTTEN);
  }

  /** Floors do not fall again when the clock does. */
  @Test
  void aClockThatIsAheadForAMomentRaisesNoFloor() {
    SimClock clock = (SimClock) stepped.with.clock();
    stepped.with.hybridClock().ask(() -> -clock.skewMillis());
    write(FIRST);
    clock.skew(TimeUnit.DAYS.toMillis(1));
    write(SECOND);
    assertThat(notes.durable).containsExactly(FIRST.version());
    assertThat(notes.marks.floor()).isZero();

    tickFor(REMEMBER); // others begin to be forgotten
    clock.skew(0);
    tickFor(2 * REMEMBER);
    assertThat(notes.durable).isEmpty();
    assertThat(Long.compareUnsigned(notes.marks.floor(), oldest())).isNotPositive();
  }

  @Test
  void notesAreForgottenEarlierWhereTheyAreTooMany() {
    remembering(REMEMBER, 20);
    for (int i = 0; i < 200; i++) {
      write(at(i * 200L));
      tickFor(200);
    }
    assertThat(notes.durable).hasSizeBetween(10, 21);
    assertThat(offered(at(199 * 200L))).isEqualTo(Offered.ONCE);
    assertThat(offered(at(198 * 200L))).isEqualTo(Offered.ONCE);
    assertThat(offered(at(0))).isEqualTo(Offered.FORGOTTEN);
    assertThat(events).contains(ReplicaEvent.Window.FORGOTTEN_AS_TOO_MANY);
  }

  /** Answers use the floor from the moment on that notes may be gone. */
  @Test
  void theFloorIsRaisedBeforeTheNotesAreGone() {
    write(FIRST);
    write(SECOND);
    for (long passed = 0; passed < 2 * REMEMBER + 1000; passed += 200) {
      pass(200);
      replica.tick(); // and nothing is synced
    }
    beginProbe(at(150), true);
    notes.answerLooks();
    assertThat(probed).containsExactly(new Probed(SECOND.version(), 0, Offered.FORGOTTEN));
    assertThat(notes.marks.floor()).isZero();
  }

  @Test
  void whatCouldNotBeForgottenIsForgottenLater() {
    write(FIRST);
    write(SECOND);
    for (long passed = 0; passed < 2 * REMEMBER + 1000; passed += 200) {
      pass(200);
      replica.tick();
      while (store.waiting() > 0) {
        store.failOne();
      }
    }
    assertThat(notes.durable).containsExactly(FIRST.version());
    tickFor(2 * REMEMBER);
    assertThat(notes.durable).isEmpty();
  }

  // Over a restart

  @Test
  void floorAndCeilingAreKnownAfterARestart() {
    write(FIRST);
    write(SECOND);
    tickFor(2 * REMEMBER + 1000);
    restart();
    assertThat(offered(FIRST)).isEqualTo(Offered.FORGOTTEN);
    assertThat(offered(SECOND)).isEqualTo(Offered.ONCE);
    // What was offered is not known exactly, and not underestimated.
    assertThat(Hlc.millis(offeredInAll())).isBetween(START + 200, START + 2 * REMEMBER);
  }

  @Test
  void notesOfTheStartBeforeAreThereAndAreForgotten() {
    write(FIRST);
    write(SECOND);
    restart();
    assertThat(offered(FIRST)).isEqualTo(Offered.ONCE);
    tickFor(2 * REMEMBER + 1000);
    assertThat(notes.durable).isEmpty();
    assertThat(offered(FIRST)).isEqualTo(Offered.FORGOTTEN);
  }

  @Test
  void noVersionIsDurableAboveTheCeilingWhichIsSetSeldom() {
    begin(FIRST, Cause.FRESH);
    assertThat(store.waiting()).isEqualTo(2);
    store.syncOne();
    assertThat(store.durable).isEmpty();
    long ceiling = Hlc.of(START + 100 + 10_000, 0);
    assertThat(notes.marks.ceiling()).isEqualTo(ceiling);
    store.syncAll();

    for (int i = 200; i < 10_100; i += 100) {
      write(at(i));
    }
    assertThat(notes.marks.ceiling()).isEqualTo(ceiling);
    write(at(10_101));
    assertThat(notes.marks.ceiling()).isEqualTo(Hlc.of(START + 20_101, 0));
  }

  // What others are told, and what they have told

  /** The highest hybrid time that the replica says it was offered. */
  private long offeredInAll() {
    List<TreeOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 2; i++) { // a replica reads what it holds once it is asked
      replica.compareTree(new CompareTree(1, 0, epoch, Factor.of(1), 0, 1000), outcomes::add);
      stepped.world.runFor(Duration.ofMillis(100));
      replica.trees().tick();
      store.answerGets();
    }
    return switch (outcomes.getLast()) {
      case SameTree(long offered) -> offered;
      case OtherTree(var tree, long offered) -> offered;
      default -> throw new AssertionError(outcomes);
    };
  }

  @Test
  void theHighestVersionOfAllThatWereOfferedIsTold() {
    assertThat(offeredInAll()).isZero();
    write(SECOND);
    assertThat(offeredInAll()).isEqualTo(SECOND.version().hlc());
    write(FIRST);
    begin(THIRD, Cause.HINT); // not durable yet
    assertThat(offeredInAll()).isEqualTo(THIRD.version().hlc());
  }

  @Test
  void whatIsBelowAPromiseIsNotOffered() {
    learn(purging(ONCE, 2, SECOND.version().hlc(), 0));
    write(FIRST);
    assertThat(offeredInAll()).isZero();
    assertThat(notes.marks).isEqualTo(Marks.NONE);
  }

  private void copied(long offered, boolean stays, List<Boolean> done) {
    replica.copied(0, offered, stays, Map.of(), done::add);
  }

  @Test
  void aReplicaOfANewSetCountsAsForgottenWhatTheOldOneWasOffered() {
    List<Boolean> done = new ArrayList<>();
    copied(SECOND.version().hlc(), false, done);
    assertThat(done).isEmpty();
    store.syncAll();
    assertThat(done).containsExactly(true);
    assertThat(offered(FIRST)).isEqualTo(Offered.FORGOTTEN);
    assertThat(offered(THIRD)).isEqualTo(Offered.NEVER);
    assertThat(offeredInAll()).isEqualTo(SECOND.version().hlc());
    assertThat(events).contains(ReplicaEvent.Window.FLOOR_RAISED_BY_MOVE);
    restart();
    assertThat(offered(FIRST)).isEqualTo(Offered.FORGOTTEN);
  }

  @Test
  void aVersionAtTheFloorIsForgottenAndTheNextIsNot() {
    copied(SECOND.version().hlc(), false, new ArrayList<>());
    store.syncAll();
    assertThat(offered(SECOND)).isEqualTo(Offered.FORGOTTEN);
    assertThat(offered(SteppedReplica.ofHlc(SECOND.version().hlc() + 1))).isEqualTo(Offered.NEVER);
  }

  @Test
  void aReplicaThatStaysCountsWhatItWasOfferedItself() {
    write(THIRD);
    List<Boolean> done = new ArrayList<>();
    copied(FIRST.version().hlc(), true, done);
    store.syncAll();
    assertThat(done).containsExactly(true);
    assertThat(offered(SECOND)).isEqualTo(Offered.FORGOTTEN);
    assertThat(offered(THIRD)).isEqualTo(Offered.ONCE);
  }

  @Test
  void whereNothingWasOfferedNothingIsWritten() {
    List<Boolean> done = new ArrayList<>();
    copied(0, true, done);
    replica.filled(0, 0, Map.of(), done::add);
    assertThat(done).containsExactly(true, true);
    assertThat(store.waiting()).isZero();
  }

  /** The cluster counts on it: a machine that loses power must not lose it any more. */
  @Test
  void whatWasBroughtIsSyncedBeforeItIsSaid() {
    store.syncsLater = true;
    List<Boolean> done = new ArrayList<>();
    copied(0, true, done);
    replica.filled(0, 0, Map.of(), done::add);
    assertThat(done).isEmpty();
    store.failOne();
    assertThat(done).containsExactly(false);
    store.syncAll();
    assertThat(done).containsExactly(false, true);
  }

  @Test
  void aFloorThatIsNotStoredIsSaid() {
    List<Boolean> done = new ArrayList<>();
    copied(SECOND.version().hlc(), false, done);
    store.failOne();
    copied(SECOND.version().hlc(), false, done);
    store.syncAll();
    assertThat(done).containsExactly(false, true);
    assertThat(notes.marks.floor()).isEqualTo(SECOND.version().hlc());
  }

  @Test
  void aReplicaThatWasFilledCountsAsForgottenWhatTheOthersWereOffered() {
    List<Boolean> done = new ArrayList<>();
    replica.filled(0, SECOND.version().hlc(), Map.of(), done::add);
    assertThat(done).isEmpty();
    store.syncAll();
    assertThat(done).containsExactly(true);
    assertThat(offered(FIRST)).isEqualTo(Offered.FORGOTTEN);
    assertThat(events).contains(ReplicaEvent.Window.FLOOR_RAISED_BY_FILLING);
  }

  /** A replica that comes back to a partition knows what it was offered there before. */
  @Test
  void notesStayWhenAPartitionHasLeft() {
    write(FIRST);
    write(SECOND);
    learn(purging(ONCE, List.of(new NodeId(9)), 2, 0, 0));
    List<Boolean> gone = new ArrayList<>();
    replica.dropRemains(0, gone::add);
    store.durable.clear();
    Objects.requireNonNull(store.drops.poll()).stored();
    assertThat(gone).containsExactly(true);

    learn(purging(ONCE, 3, 0, 0));
    write(THIRD);
    assertThat(offered(FIRST)).isEqualTo(Offered.ONCE);
    assertThat(offeredInAll()).isEqualTo(THIRD.version().hlc());
  }

  // Without each rule in turn

  @Test
  void withoutNotesAnOvertakenVersionIsSaidToBeUnheardOf() {
    lacking(Rule.NOTES);
    write(FIRST);
    write(SECOND);
    assertThat(offered(FIRST)).isEqualTo(Offered.NEVER);
  }

  @Test
  void withoutNotesOfOlderVersionsOneThatCameLateIsSaidToBeUnheardOf() {
    lacking(Rule.NOTES_OF_OLDER);
    write(SECOND);
    write(FIRST);
    assertThat(offered(FIRST)).isEqualTo(Offered.NEVER);
  }

  @Test
  void withoutNotesOfWhatOthersBringThatIsSaidToBeUnheardOf() {
    lacking(Rule.NOTES_WHOEVER_BRINGS);
    write(SECOND);
    begin(FIRST, Cause.HINT);
    assertThat(offered(FIRST)).isEqualTo(Offered.NEVER);
  }

  @Test
  void withoutDurableNotesARestartForgetsThem() {
    lacking(Rule.NOTES_DURABLE);
    write(FIRST);
    write(SECOND);
    assertThat(offered(FIRST)).isEqualTo(Offered.ONCE);
    lacking(Rule.NOTES_DURABLE);
    write(at(250)); // held again in memory: the disk has it as it was
    assertThat(offered(FIRST)).isEqualTo(Offered.NEVER);
  }

  @Test
  void withoutTheFloorWhatIsForgottenIsSaidToBeUnheardOf() {
    lacking(Rule.FLOOR_WITH_FORGETTING);
    write(FIRST);
    write(SECOND);
    tickFor(2 * REMEMBER + 1000);
    assertThat(offered(FIRST)).isEqualTo(Offered.NEVER);
  }

  @Test
  void whereForgottenIsNotToldWhatIsForgottenIsSaidToBeUnheardOf() {
    lacking(Rule.FORGOTTEN_TOLD);
    write(FIRST);
    write(SECOND);
    tickFor(2 * REMEMBER + 1000);
    assertThat(offered(FIRST)).isEqualTo(Offered.NEVER);
  }

  @Test
  void wherePurgedIsNotForgottenWhatIsPurgedIsSaidToBeUnheardOf() {
    lacking(Rule.PURGED_AS_FORGOTTEN);
    Record deleted = Record.tombstone(FIRST.version(), 1);
    write(deleted);
    learn(purging(ONCE, 2, FIRST.version().hlc(), FIRST.version().hlc()));
    write(SECOND);
    assertThat(offered(deleted)).isEqualTo(Offered.NEVER);
  }

  @Test
  void whereWhatWasOfferedIsNotToldOthersLearnNothing() {
    lacking(Rule.OFFERED_TOLD);
    write(FIRST);
    assertThat(offeredInAll()).isZero();
  }

  @Test
  void withoutTheFloorOfAMoveWhatTheOldSetWasOfferedIsSaidToBeUnheardOf() {
    lacking(Rule.FLOOR_AT_MOVE);
    List<Boolean> done = new ArrayList<>();
    copied(SECOND.version().hlc(), false, done);
    copied(SECOND.version().hlc(), true, done);
    assertThat(done).containsExactly(true, true);
    assertThat(offered(FIRST)).isEqualTo(Offered.NEVER);
  }

  @Test
  void withoutTheFloorOfThoseThatStayTheSameHoldsThere() {
    lacking(Rule.FLOOR_OF_STAYING);
    List<Boolean> done = new ArrayList<>();
    copied(SECOND.version().hlc(), true, done);
    assertThat(offered(FIRST)).isEqualTo(Offered.NEVER);
    copied(SECOND.version().hlc(), false, done);
    store.syncAll();
    assertThat(offered(FIRST)).isEqualTo(Offered.FORGOTTEN);
  }

  @Test
  void withoutTheFloorOfFillingWhatTheOthersWereOfferedIsSaidToBeUnheardOf() {
    lacking(Rule.FLOOR_WHEN_FILLED);
    List<Boolean> done = new ArrayList<>();
    replica.filled(0, SECOND.version().hlc(), Map.of(), done::add);
    assertThat(done).containsExactly(true);
    assertThat(offered(FIRST)).isEqualTo(Offered.NEVER);
  }
}
