package io.quorate.replication.coordinator.write;

import static io.quorate.placement.Level.ONE;
import static io.quorate.placement.Level.QUORUM;
import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Model;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent.StampForgotten;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Stamped;
import io.quorate.replication.coordinator.read.PlayedRead;
import io.quorate.replication.coordinator.read.ReadEntry;
import io.quorate.replication.coordinator.register.RegisterEntry;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.version.Addition;
import io.quorate.version.CrdtState;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.FieldValue;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Writer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An update of a key whose fields are merged, from its refusals to its answer. */
class UpdateTest {
  private static final Stored STORED = Stored.INSTANCE;
  private static final Field COUNTER = new Field("visits", Field.Kind.COUNTER);
  private static final Field SET = new Field("items", Field.Kind.SET);
  private static final Field REGISTER = new Field("name", Field.Kind.REGISTER);
  private static final byte[] X = "x".getBytes(UTF_8);

  private static final Tenant MAPS = tenant(3).with(TenantSetting.MODEL, Model.MAPS);

  private PlayedNode node = node(CoordinatorConfig.DEFAULT);
  private PlayedUpdate client = new PlayedUpdate(node);

  private final Writer writer = new Writer(Hlc.of(node.wallMillis(), 1), 7);
  private final Writer other = new Writer(Hlc.of(node.wallMillis() - 5_000, 0), 8);

  private static PlayedNode node(CoordinatorConfig config) {
    return new PlayedNode(MAPS, placed(EPOCH, A, B, C), config);
  }

  private void holdsAtMost(int bytes) {
    CoordinatorConfig usual = CoordinatorConfig.DEFAULT;
    node =
        node(
            new CoordinatorConfig(
                usual.operationsMax(),
                usual.valueBytesMax(),
                bytes,
                usual.versionsOnlyAboveBytes(),
                usual.hedgeDelayNanosMin(),
                usual.hedgeShare(),
                usual.sweepNanos(),
                usual.lagNanosMax(),
                usual.breaker(),
                usual.repair(),
                usual.limiter()));
    client = new PlayedUpdate(node);
  }

  private static FieldChange.Count count(long number, long up) {
    return new FieldChange.Count(COUNTER, number, up, 0);
  }

  private static FieldChange.Add add(long number, byte[] value) {
    return new FieldChange.Add(SET, number, value, List.of());
  }

  private static FieldChange.Remove remove(long number, byte[] value, Addition... seen) {
    return new FieldChange.Remove(SET, number, value, List.of(seen));
  }

  private static Record record(Writer by, FieldChange... changes) {
    return CrdtState.update(by, List.of(changes)).toRecord();
  }

  private static Record merged(Record... records) {
    Record all = records[0];
    for (Record record : records) {
      all = RecordModel.CRDTS.merge(all, record);
    }
    return all;
  }

  /** The own replica answers a read; returns the one other node that is asked then. */
  private NodeId ownHas(Object outcome) {
    return ownHas(1, outcome);
  }

  private NodeId ownHas(int question, Object outcome) {
    List<Object> happened = node.ownAnswers(question, outcome);
    assertThat(happened).singleElement().isInstanceOf(Sent.class);
    return ((Sent) happened.getFirst()).to();
  }

  // ---- what is sent

  @Test
  void updateIsSentAloneWhateverIsHeld() {
    Record held = record(other, count(1, 100), add(1, X));
    Record record = record(writer, count(1, 5));

    assertThat(client.update(QUORUM, writer, true, count(1, 5))).containsExactly(client.fresh());
    assertThat(node.ownStamps(1, held, 0))
        .containsExactly(client.sent(B, 1, record), client.sent(C, 1, record), new Stamped(record));
    assertThat(node.ownAnswers(1, STORED)).isEmpty();
    assertThat(node.writeReply(C, 1, STORED)).containsExactly(client.updated(A, C));
    assertThat(node.writeReply(B, 1, STORED)).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  /** A replica that holds more holds it, too: there is nothing to stamp again. */
  @Test
  void replicaThatHoldsMoreAcknowledges() {
    Record record = record(writer, count(1, 5));
    assertThat(client.update(QUORUM, writer, false, count(1, 5))).containsExactly(client.fresh());
    assertThat(node.ownStamps(1, null, 0)).contains(new Stamped(record));
    assertThat(node.ownAnswers(1, STORED)).isEmpty();

    assertThat(node.writeReply(B, 1, new HoldsNewer(record.version())))
        .containsExactly(Window.STORED_BELOW_ANOTHER, client.updated(A, B));
  }

  @Test
  void levelIsThatOfTheClient() {
    assertThat(client.update(ONE, writer, true, count(1, 5))).containsExactly(client.fresh());
    assertThat(node.ownStamps(1, null, 0)).hasSize(3);
    assertThat(node.ownAnswers(1, STORED))
        .singleElement()
        .isInstanceOfSatisfying(
            Answered.class,
            answered ->
                assertThat(((Outcome.Updated) answered.result()).info().potentiallyStale())
                    .as("a read at QUORUM may miss it")
                    .isTrue());
  }

  // ---- writers that are being forgotten

  @Test
  void firstAttemptOfAForgottenWriterIsMadeOnceMoreByAnother() {
    assertThat(client.update(QUORUM, writer, true, count(1, 5))).containsExactly(client.fresh());
    assertThat(node.ownStamps(1, null, writer.openedHlc()))
        .containsExactly(
            Window.UPDATE_OF_FORGOTTEN_WRITER,
            new Failed(Reason.STAMP_TOO_LOW, false, List.of()),
            new Stamped(null));
    assertThat(node.message()).contains("Nothing was applied", "a writer that is opened above");
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void whatBecameOfLaterAttemptsOfAForgottenWriterIsUnknown() {
    assertThat(client.update(QUORUM, writer, false, count(1, 5))).containsExactly(client.fresh());
    assertThat(node.ownStamps(1, null, writer.openedHlc()))
        .containsExactly(
            Window.UPDATE_OF_FORGOTTEN_WRITER,
            new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()),
            new Stamped(null));
  }

  // ---- tenants that take the place of others

  private void hasTenant(int id) {
    Tenant maps = new Tenant(id, "orders", 3, TenantSettings.NONE);
    node =
        new PlayedNode(
            maps.with(TenantSetting.MODEL, Model.MAPS),
            placed(EPOCH, A, B, C),
            CoordinatorConfig.DEFAULT);
    client = new PlayedUpdate(node);
  }

  /** Its totals have all that it counted in what is gone. */
  @Test
  void writerThatCountedInATenantThatIsGoneIsRefused() {
    hasTenant(9);
    assertThat(client.updateIn(8, QUORUM, writer, true, count(2, 501)))
        .containsExactly(new Failed(Reason.STAMP_TOO_LOW, false, List.of()));
    assertThat(node.failure().tenantId()).isEqualTo(9);
    assertThat(node.message()).contains("id 8", "id 9", "Nothing was applied");
    assertThat(client.updateIn(8, QUORUM, writer, false, count(2, 501)))
        .containsExactly(new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()));
    assertThat(node.failure().tenantId()).isZero();
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void nodeThatHasNotHeardOfTheTenantYetSaysSo() {
    hasTenant(9);
    assertThat(client.updateIn(10, QUORUM, writer, true, count(1, 1)))
        .containsExactly(new Failed(Reason.UNKNOWN_TENANT, false, List.of()));
    assertThat(client.updateIn(9, QUORUM, writer, true, count(1, 1)))
        .containsExactly(client.fresh());
  }

  @Test
  void writerThatIsOpenedAfterThePromiseIsTaken() {
    assertThat(client.update(QUORUM, writer, true, remove(1, X, new Addition(other, 1))))
        .containsExactly(client.fresh());
    assertThat(node.ownStamps(1, null, writer.openedHlc() - 1))
        .as("though it has seen what others did before")
        .hasSize(3);
  }

  @Test
  void anotherReplicaThatHasPromisedLeavesTheOutcomeUnknown() {
    assertThat(client.update(QUORUM, writer, true, count(1, 5))).containsExactly(client.fresh());
    assertThat(node.ownStamps(1, null, 0)).hasSize(3);
    assertThat(node.writeReply(B, 1, new BelowPromise(writer.openedHlc())))
        .containsExactly(new StampForgotten(), new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()));
    assertThat(node.message()).contains("its writer", "no longer remembered");
  }

  // ---- times that no clock shows

  /** A clock may have jumped: that passes. */
  @Test
  void writerOrAssignmentAheadOfTheClockIsRefusedUntilTheClockHasCaughtUp() {
    long bound = node.wallMillis() + PlayedNode.CLOCK_BOUND_MILLIS;
    Writer ahead = new Writer(Hlc.of(bound + 3, 0), 7);
    Failed forNow = new Failed(Reason.UNAVAILABLE, false, List.of());
    assertThat(client.update(QUORUM, ahead, true, count(1, 5))).containsExactly(forNow);
    assertThat(node.message()).contains("the writer of the update was opened at", "in 3ms");
    assertThat(client.update(QUORUM, ahead, false, count(1, 5))).containsExactly(forNow);
    assertThat(node.message()).contains("This attempt applied nothing");

    FieldChange late = new FieldChange.Assign(REGISTER, Hlc.of(bound + 1, 0), 1, X);
    assertThat(client.update(QUORUM, writer, true, late)).containsExactly(forNow);
    assertThat(node.message()).contains("an assignment made at", "in 1ms");

    assertThat(node.after(3)).isEmpty();
    assertThat(client.update(QUORUM, ahead, false, count(1, 5))).containsExactly(client.fresh());
  }

  @Test
  void writerOrAssignmentThatNoClockCanHaveShownIsInvalid() {
    long never = Hlc.of(node.wallMillis() + 25L * 60 * 60 * 1000, 0);
    Writer opened = new Writer(never, 7);
    assertThat(client.update(QUORUM, opened, true, count(1, 5)))
        .containsExactly(new Failed(Reason.INVALID, false, List.of()));
    assertThat(node.message()).contains("No node can have given it");
    assertThat(client.update(QUORUM, opened, false, count(1, 5)))
        .containsExactly(new Failed(Reason.OUTCOME_UNKNOWN, true, List.of()));

    FieldChange late = new FieldChange.Assign(REGISTER, never, 1, X);
    assertThat(client.update(QUORUM, writer, true, late))
        .containsExactly(new Failed(Reason.INVALID, false, List.of()));
  }

  /** Who reads the register next hears a time that is not below it. */
  @Test
  void clockFollowsAnAssignment() {
    long ahead = Hlc.of(node.wallMillis() + 300, 4);
    assertThat(client.update(QUORUM, writer, true, new FieldChange.Assign(REGISTER, ahead, 1, X)))
        .containsExactly(client.fresh());
    assertThat(node.hlc()).isGreaterThanOrEqualTo(ahead);
  }

  @Test
  void additionThatNoReadGaveIsRefused() {
    Writer never = new Writer(Hlc.of(node.wallMillis() + 365L * 24 * 60 * 60 * 1000, 0), 1);
    assertThat(client.update(QUORUM, writer, true, remove(1, X, new Addition(never, 1))))
        .containsExactly(new Failed(Reason.INVALID, false, List.of()));
    assertThat(node.message()).contains("no read returned it");
  }

  // ---- sizes

  @Test
  void keyThatWouldBecomeTooLargeIsRefused() {
    byte[] large = new byte[600];
    Record held = record(other, add(1, large));
    holdsAtMost(1000);

    assertThat(client.update(QUORUM, writer, true, add(1, new byte[500])))
        .containsExactly(client.fresh());
    assertThat(node.ownStamps(1, held, 0))
        .containsExactly(
            Window.UPDATE_TOO_LARGE,
            new Failed(Reason.KEY_TOO_LARGE, false, List.of()),
            new Stamped(null));
    assertThat(node.message()).contains("it may have 1000", "Nothing was applied: spread");
  }

  @Test
  void whatMakesAKeySmallerIsTakenThoughItIsTooLarge() {
    byte[] large = new byte[600];
    Record held = record(other, add(1, large), add(2, new byte[500]));
    holdsAtMost(1000);

    assertThat(client.update(QUORUM, writer, true, remove(1, large, new Addition(other, 1))))
        .containsExactly(client.fresh());
    assertThat(node.ownStamps(1, held, 0)).hasSize(3);
  }

  @Test
  void keyTakesAsManyWritersAsItRemembers() {
    List<Record> all = new ArrayList<>();
    for (int id = 0; id < CrdtState.WRITERS_MAX; id++) {
      all.add(record(new Writer(other.openedHlc(), id), count(1, 1)));
    }
    Record full = merged(all.toArray(Record[]::new));
    Writer known = new Writer(other.openedHlc(), 5);

    assertThat(client.update(QUORUM, writer, true, count(1, 5))).containsExactly(client.fresh());
    assertThat(node.ownStamps(1, full, 0))
        .containsExactly(
            Window.UPDATE_TOO_LARGE,
            new Failed(Reason.KEY_TOO_LARGE, false, List.of()),
            new Stamped(null));
    assertThat(node.message()).contains("1024 writers");
    assertThat(client.update(QUORUM, known, true, count(2, 5))).containsExactly(client.fresh());
    assertThat(node.ownStamps(2, full, 0)).as("it has that writer").hasSize(3);
  }

  // ---- removals that name nothing as seen

  @Test
  void removalTakesAwayWhatAReadAtQuorumFinds() {
    Addition first = new Addition(other, 1);
    Record held = record(other, add(1, X), add(2, "y".getBytes(UTF_8)));

    assertThat(client.update(ONE, writer, true, remove(3, X), count(1, 1))).hasSize(1);
    NodeId asked = ownHas(new Held(held));
    assertThat(node.readReply(asked, 1, Same.INSTANCE)).as("looks again").hasSize(1);
    NodeId askedAgain = ownHas(2, new Held(held));
    assertThat(node.readReply(askedAgain, 2, Same.INSTANCE))
        .containsExactly(Window.REMOVAL_LOOKED_UP, client.fresh());
    Record record = record(writer, remove(3, X, first), count(1, 1));
    assertThat(node.ownStamps(3, held, 0)).contains(new Stamped(record));
    List<FieldValue> left = CrdtState.of(merged(held, record)).values();
    assertThat(left).extracting(value -> value.field()).containsExactly(SET, COUNTER);
    assertThat(left.getFirst().elements()).hasSize(1);
  }

  /** The number marks the record: what a replica still has does not come back. */
  @Test
  void removalOfNothingIsWrittenAllTheSame() {
    assertThat(client.update(QUORUM, writer, true, remove(3, X))).hasSize(1);
    NodeId asked = ownHas(Nothing.INSTANCE);
    assertThat(node.readReply(asked, 1, Nothing.INSTANCE))
        .containsExactly(Window.REMOVAL_LOOKED_UP, client.fresh());
    assertThat(node.ownStamps(2, null, 0)).contains(new Stamped(record(writer, remove(3, X))));
  }

  /** Another client has put the value back, and that stays. */
  @Test
  void removalThatWasTakenBeforeRemovesNothingMore() {
    Record removed = record(writer, remove(3, X, new Addition(other, 1)));
    Record held = merged(record(other, add(1, X)), removed, record(other, add(2, X)));

    assertThat(client.update(QUORUM, writer, false, remove(3, X))).hasSize(1);
    NodeId asked = ownHas(new Held(held));
    assertThat(node.readReply(asked, 1, Same.INSTANCE))
        .containsExactly(Window.REMOVAL_TAKEN_BEFORE, client.fresh());
    Record record = record(writer, remove(3, X));
    assertThat(node.ownStamps(2, held, 0)).contains(new Stamped(record));
    assertThat(CrdtState.of(merged(held, record)).additions(SET, X))
        .containsExactly(new Addition(other, 2));
  }

  /** Another attempt took effect, and the value was put back, while this one looked. */
  @Test
  void removalThatWasTakenWhileItLookedRemovesNothingMore() {
    Record before = merged(record(other, add(1, X)), record(other, add(2, X)));
    Record removed = record(writer, remove(3, X, new Addition(other, 1)));
    Record held = merged(before, removed);

    assertThat(client.update(QUORUM, writer, true, remove(3, X))).hasSize(1);
    NodeId asked = ownHas(new Held(before));
    assertThat(node.readReply(asked, 1, Same.INSTANCE)).hasSize(1);
    NodeId askedAgain = ownHas(2, new Held(held));
    assertThat(node.readReply(askedAgain, 2, Same.INSTANCE))
        .containsExactly(Window.TAKEN_WHILE_LOOKED_UP, Window.REMOVAL_TAKEN_BEFORE, client.fresh());
    assertThat(node.ownStamps(3, held, 0)).contains(new Stamped(record(writer, remove(3, X))));
  }

  @Test
  void removalThatCannotBeLookedUpFails() {
    node.dies(B);
    node.dies(C);
    assertThat(client.update(ONE, writer, true, remove(3, X)))
        .contains(new Failed(Reason.UNAVAILABLE, false, List.of()));
    assertThat(node.isIdle()).isTrue();
  }

  // ---- reads

  @Test
  void readTellsTheFields() {
    Record held = record(other, count(1, 5), add(1, X));
    PlayedRead read = new PlayedRead(node, EPOCH);

    assertThat(read.get(QUORUM, ReadRepair.BLOCKING)).hasSize(1);
    NodeId asked = ownHas(new Held(held));
    assertThat(node.readReply(asked, 1, Same.INSTANCE))
        .singleElement()
        .isInstanceOfSatisfying(
            Answered.class,
            answered -> {
              Outcome.Read found = (Outcome.Read) answered.result();
              assertThat(found.fields()).isEqualTo(CrdtState.of(held).values());
              assertThat(found.live()).isNull();
              assertThat(found.version()).isEqualTo(held.version());
            });
  }

  /** Its client may assign the register next, through whichever node: above what it has read. */
  @Test
  void clockOfAReadFollowsAnAssignment() {
    long ahead = Hlc.of(node.wallMillis() + 300, 4);
    Record held = record(other, new FieldChange.Assign(REGISTER, ahead, 1, X));
    PlayedRead read = new PlayedRead(node, EPOCH);

    assertThat(read.get(QUORUM, ReadRepair.BLOCKING)).hasSize(1);
    NodeId asked = ownHas(new Held(held));
    assertThat(node.readReply(asked, 1, Same.INSTANCE))
        .singleElement()
        .isInstanceOfSatisfying(
            Answered.class,
            answered ->
                assertThat(((Outcome.Read) answered.result()).info().hlc())
                    .isGreaterThanOrEqualTo(ahead));
  }

  /**
   * Each replica has an update that the other lacks: the read has both, and brings them to both.
   */
  @Test
  void readMergesWhatReplicasHave() {
    Record one = record(other, count(1, 5));
    Record two = record(writer, count(1, 2));
    Record both = merged(one, two);
    PlayedRead read = new PlayedRead(node, EPOCH);

    assertThat(read.get(QUORUM, ReadRepair.BLOCKING)).hasSize(1);
    NodeId asked = ownHas(new Held(one));
    assertThat(node.readReply(asked, 1, new Held(two)))
        .contains(read.repairsOwn(1, both), read.repairs(asked, 1, both));
  }

  @Test
  void sessionReadsAtQuorum() {
    Plan plan = node.plan();
    Operation.Get get =
        new Operation.Get(
            plan.tenant().name(), new byte[] {7}, ONE, null, Minimum.upTo(writer.openedHlc()));
    ReadEntry entry =
        new ReadEntry(
            node.context(),
            node.hints(),
            new RegisterEntry(node.context(), node.hints()),
            (same, callback) -> node.beginsAgain());
    var request =
        new ClientRequest(
            plan.tenant(),
            new Key(1, get.key()),
            PlayedNode.PARTITION,
            get,
            node.nanos() + 10_000_000_000L);

    assertThat(node.step(() -> entry.begin(request, plan, ONE, node::answered)))
        .hasSize(2)
        .startsWith(Window.FIELDS_READ_FOR_SESSION);
    NodeId asked = ownHas(new Held(record(other, count(1, 5))));
    assertThat(node.readReply(asked, 1, Same.INSTANCE))
        .as("whatever the version is")
        .singleElement()
        .isInstanceOf(Answered.class);
  }
}
