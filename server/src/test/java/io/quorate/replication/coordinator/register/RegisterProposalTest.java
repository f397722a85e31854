package io.quorate.replication.coordinator.register;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Model;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.FieldsUpdate;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.repair.Peers;
import io.quorate.storage.RecordStore;
import io.quorate.version.FieldMap;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One proposer, and what others say to it. */
class RegisterProposalTest {
  private static final Register.Change GIVEN =
      new Register.Change(new WriteId(1, 1, 1), (byte) 0, 0);

  private static final Key KEY = new Key(1, new byte[] {7});
  private static final byte[] VALUE = {1};

  private final PlayedNode node =
      new PlayedNode(
          new Tenant(
              1, "settings", 3, TenantSettings.NONE.with(TenantSetting.MODEL, Model.LINEARIZABLE)),
          placed(EPOCH, A, B, C),
          CoordinatorConfig.DEFAULT);

  private @Nullable Condition condition;
  private long token;
  private final WriteId id = new WriteId(Hlc.of(node.wallMillis(), 0), 3, 1);

  private final PlayedRegister register = new PlayedRegister(node, KEY);

  private List<Object> reads() {
    return register.reads(new RegisterChange.Nothing());
  }

  private List<Object> puts(boolean first) {
    return register.proposes(
        new RegisterChange.Write(id, first, true, token, new RegisterEdit.Set(condition, VALUE)));
  }

  private static Record accepted(Version ballot, byte @Nullable [] value) {
    return Register.of(null, 0)
        .after(GIVEN, value)
        .toRecord(new Version(EPOCH, ballot.hlc(), ballot.node(), ballot.boot()));
  }

  private static <T extends ReplicaMessage> List<T> sent(List<Object> happened, Class<T> kind) {
    return happened.stream()
        .filter(PlayedNode.Sent.class::isInstance)
        .map(each -> ((PlayedNode.Sent) each).message())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  private static <T> T only(List<Object> happened, Class<T> kind) {
    List<T> all = happened.stream().filter(kind::isInstance).map(kind::cast).toList();
    assertThat(all).as("%s", happened).hasSize(1);
    return all.getFirst();
  }

  private static Outcome outcome(List<Object> happened) {
    return (Outcome) only(happened, PlayedNode.Answered.class).result();
  }

  private static byte @Nullable [] value(Record proposed) {
    return Register.of(proposed, 0).value();
  }

  @Test
  void aReadIsAnsweredInOneRoundIfAMajorityHasAcceptedTheSame() {
    Record held = accepted(version(C, -10, 0), VALUE);
    assertThat(reads()).hasSize(1);
    List<Object> asked = node.ownAnswers(1, new Held(held));
    assertThat(sent(asked, Read.class))
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.known()).isEqualTo(held.summary()));

    Outcome.Read read = (Outcome.Read) outcome(node.readReply(B, 1, Same.INSTANCE));

    assertThat(Objects.requireNonNull(read.live()).copyValue()).isEqualTo(VALUE);
    assertThat(node.isIdle()).isTrue();
  }

  /**
   * A replica that has promised a higher ballot does not take the register, though the others do. A
   * ballot of this node's clock would be promised by the others again, without it, for as long as
   * what it has promised is ahead.
   */
  @Test
  void aRegisterThatAReplicaDoesNotTakeIsProposedAboveWhatItHasPromised() {
    Version minutesAhead = version(C, 600_000, 0);
    assertThat(ballotThatMends(minutesAhead).hlc()).isGreaterThan(minutesAhead.hlc());
  }

  /** One replica alone is not believed. */
  @Test
  void aRegisterIsNotProposedAboveATimeThatNoClockHasShown() {
    Version daysAhead = version(C, 200_000_000, 0);
    assertThat(ballotThatMends(daysAhead).hlc()).isLessThan(daysAhead.hlc());
  }

  private Version ballotThatMends(Version promised) {
    Plan plan = node.plan();
    var settler =
        new RegisterSettler(node.context(), new RegisterEntry(node.context(), node.hints()));
    List<Object> happened =
        node.step(
            () ->
                settler.written(
                    new Peers.Place(plan.partition(), plan.epoch()),
                    List.of(new RecordStore.Entry(KEY, accepted(version(B, -10, 0), VALUE))),
                    new Merged(List.of(new PromisedHigher(promised)))));
    return sent(happened, Prepare.class).getFirst().ballot();
  }

  /** What is shown must be chosen first: nothing says that it is. */
  @Test
  void aReadThatFindsTwoBallotsHasTheHigherOneAccepted() {
    Record low = accepted(version(C, -10, 0), new byte[] {1});
    Record high = accepted(version(C, -5, 0), new byte[] {2});
    assertThat(reads()).hasSize(1);
    assertThat(node.ownAnswers(1, new Held(low))).isNotEmpty();
    assertThat(sent(node.readReply(B, 1, new Held(high)), Prepare.class)).isEmpty();
    List<Object> prepared = node.readReply(C, 1, Same.INSTANCE);
    assertThat(prepared).as("two of three agree").isNotEmpty();
    assertThat(outcome(prepared)).isInstanceOf(Outcome.Read.class);

    assertThat(reads()).hasSize(1);
    assertThat(node.ownAnswers(2, new Held(low))).isNotEmpty();
    node.dies(C);
    assertThat(node.readReply(B, 2, new Held(high))).isEmpty();
    List<Object> asked = node.after(400);
    assertThat(sent(asked, Prepare.class)).hasSize(1);
    assertThat(node.ownAnswers(3, new Promised(low))).isEmpty();
    List<Object> proposed = node.prepareReply(B, 3, new Promised(high));
    Write write = sent(proposed, Write.class).getFirst();
    assertThat(value(write.record())).isEqualTo(new byte[] {2});
    assertThat(write.record().version().isAfter(high.version())).isTrue();
  }

  @Test
  void aPutTakesThePlaceOfWhatWasAcceptedByTheHighestBallot() {
    List<Object> asked = puts(true);
    List<Prepare> prepares = sent(asked, Prepare.class);
    assertThat(prepares).hasSize(2);
    Version ballot = prepares.getFirst().ballot();
    assertThat(ballot.rank()).isEqualTo(EPOCH);
    assertThat(Long.compareUnsigned(ballot.hlc(), id.hlc())).isPositive();

    assertThat(node.ownAnswers(1, new Promised(null))).isEmpty();
    List<Object> proposed =
        node.prepareReply(C, 1, new Promised(accepted(version(B, -10, 0), new byte[] {9})));
    List<Write> writes = sent(proposed, Write.class);
    assertThat(writes).hasSize(2);
    assertThat(writes.getFirst().record().version()).isEqualTo(ballot);
    assertThat(value(writes.getFirst().record())).isEqualTo(VALUE);
    assertThat(Register.of(writes.getFirst().record(), 0).find(id)).isNotNull();

    assertThat(node.ownAnswers(2, Stored.INSTANCE)).isEmpty();
    assertThat(outcome(node.writeReply(C, 2, Stored.INSTANCE)))
        .isInstanceOfSatisfying(
            Outcome.Written.class,
            written -> assertThat(written.version()).isEqualTo(Register.versionOf(id)));
  }

  @Test
  void whoIsOutbidBeginsAgainAboveThat() {
    assertThat(puts(true)).isNotEmpty();
    Version higher = new Version(EPOCH, Hlc.of(node.wallMillis() + 100, 0), B, 1);
    assertThat(node.ownAnswers(1, new PromisedHigher(higher))).isEmpty();
    List<Object> again = node.prepareReply(B, 1, new PromisedHigher(higher));

    assertThat(sent(again, Prepare.class))
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.ballot().isAfter(higher)).isTrue());
  }

  /**
   * Its own replica tells at once that it was outbid: how long the rounds of the other proposer
   * take, its own have not shown.
   */
  @Test
  void whoIsOutbidWaitsByHowFarTheReplicasAre() {
    node.isAway(B, 200);
    node.isAway(C, 200);
    assertThat(puts(true)).isNotEmpty();
    PromisedHigher higher =
        new PromisedHigher(new Version(EPOCH, Hlc.of(node.wallMillis() + 10_000, 0), B, 1));
    assertThat(node.ownAnswers(1, higher)).isEmpty();
    assertThat(sent(node.prepareReply(B, 1, higher), ReplicaMessage.class)).isEmpty();
    assertThat(node.after(199)).isEmpty();
    assertThat(sent(node.after(201), Prepare.class)).hasSize(2);
  }

  /** A majority accepted it; that a third has promised more does not matter. */
  @Test
  void anAcceptedRegisterIsChosenThoughOneIsOutbid() {
    assertThat(puts(true)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(null))).isEmpty();
    assertThat(node.prepareReply(B, 1, new Promised(null))).isNotEmpty();
    Version higher = new Version(EPOCH, Hlc.of(node.wallMillis() + 100, 0), C, 1);
    assertThat(node.writeReply(C, 2, new PromisedHigher(higher))).isEmpty();
    assertThat(node.ownAnswers(2, Stored.INSTANCE)).isEmpty();

    List<Object> done = node.writeReply(B, 2, Stored.INSTANCE);
    assertThat(outcome(done)).isInstanceOf(Outcome.Written.class);
    assertThat(done)
        .as("C is settled by its ballot")
        .noneMatch(PlayedNode.Hinted.class::isInstance);
  }

  @Test
  void aPutThatWasTakenBeforeChangesNothing() {
    Register taken =
        Register.of(null, 0)
            .after(new Register.Change(id, (byte) 0, 0), VALUE)
            .after(new Register.Change(new WriteId(id.hlc(), 4, 1), (byte) 0, 0), new byte[] {5});
    Version ballot = version(B, -10, 0);
    Record held = taken.toRecord(new Version(EPOCH, ballot.hlc(), B, 1));
    assertThat(puts(false)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(held))).isEmpty();

    List<Object> proposed = node.prepareReply(B, 1, new Promised(held));
    assertThat(value(sent(proposed, Write.class).getFirst().record())).isEqualTo(new byte[] {5});
  }

  private List<Write> proposed(@Nullable Record held) {
    assertThat(puts(true)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(held))).isEmpty();
    return sent(node.prepareReply(B, 1, new Promised(held)), Write.class);
  }

  /** Not the one that the key has by now, which another increment has made. */
  @Test
  void anIncrementThatIsTriedAgainIsToldItsOwnSum() {
    Register taken =
        Register.of(null, 0)
            .after(new Register.Change(id, (byte) 0, 5), new byte[] {'5'})
            .after(new Register.Change(new WriteId(id.hlc(), 4, 1), (byte) 0, 6), new byte[] {'6'});
    Version ballot = version(B, -10, 0);
    Record held = taken.toRecord(new Version(EPOCH, ballot.hlc(), B, 1));
    assertThat(increments(false)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(held))).isEmpty();
    List<Object> proposed = node.prepareReply(B, 1, new Promised(held));
    assertThat(value(sent(proposed, Write.class).getFirst().record())).isEqualTo(new byte[] {'6'});
    assertThat(sumOnceAccepted()).isEqualTo(5);
  }

  @Test
  void anIncrementAddsToWhatWasAcceptedByTheHighestBallot() {
    assertThat(increments(true)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(null))).isEmpty();
    List<Object> proposed =
        node.prepareReply(C, 1, new Promised(accepted(version(B, -10, 0), new byte[] {'4', '1'})));
    Record next = sent(proposed, Write.class).getFirst().record();
    assertThat(value(next)).isEqualTo(new byte[] {'4', '2'});
    assertThat(Objects.requireNonNull(Register.of(next, 0).find(id)).sum()).isEqualTo(42);
    assertThat(sumOnceAccepted()).isEqualTo(42);
  }

  @Test
  void anIncrementOfWhatIsNoNumberFailsAndIsRemembered() {
    assertThat(increments(true)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(null))).isEmpty();
    List<Object> proposed =
        node.prepareReply(C, 1, new Promised(accepted(version(B, -10, 0), new byte[] {'x'})));
    Record next = sent(proposed, Write.class).getFirst().record();
    assertThat(value(next)).isEqualTo(new byte[] {'x'});
    assertThat(Register.of(next, 0).find(id)).isNotNull();
    assertThat(node.ownAnswers(2, Stored.INSTANCE)).isEmpty();
    assertThat(only(node.writeReply(B, 2, Stored.INSTANCE), PlayedNode.Failed.class).reason())
        .isEqualTo(Failure.Reason.CONDITION_FAILED);
  }

  private List<Object> updatesFields(boolean first) {
    FieldsUpdate update =
        new FieldsUpdate(
            List.of(new FieldsUpdate.Absent("hold"), new FieldsUpdate.Absent("owner")),
            List.of(new FieldsUpdate.Edit("owner", VALUE)));
    return register.proposes(
        new RegisterChange.Write(
            id, first, true, 0, new RegisterEdit.UpdateFields(null, update, 1_000)));
  }

  private static byte[] fields(String field) {
    return FieldMap.EMPTY.with(new TreeMap<>(Map.of(field, VALUE))).toBytes();
  }

  @Test
  void anUpdateOfFieldsIsMadeOfWhatWasAcceptedByTheHighestBallot() {
    assertThat(updatesFields(true)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(null))).isEmpty();
    List<Object> proposed =
        node.prepareReply(C, 1, new Promised(accepted(version(B, -10, 0), fields("a"))));
    FieldMap next =
        Objects.requireNonNull(
            FieldMap.of(
                Objects.requireNonNull(value(sent(proposed, Write.class).getFirst().record()))));
    assertThat(next.fields().keySet()).containsExactly("a", "owner");
  }

  /** Also if the field that was in the way is gone by the time of another attempt. */
  @Test
  void anUpdateOfFieldsThatIsNotMetIsToldAgainWhichFieldItWas() {
    assertThat(updatesFields(true)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(null))).isEmpty();
    List<Object> proposed =
        node.prepareReply(C, 1, new Promised(accepted(version(B, -10, 0), fields("owner"))));
    Record next = sent(proposed, Write.class).getFirst().record();
    assertThat(value(next)).isEqualTo(fields("owner"));
    assertThat(node.ownAnswers(2, Stored.INSTANCE)).isEmpty();
    assertThat(only(node.writeReply(B, 2, Stored.INSTANCE), PlayedNode.Failed.class).reason())
        .isEqualTo(Failure.Reason.CONDITION_FAILED);
    assertThat(node.message()).contains("field 'owner' must be absent");

    Register since =
        Register.of(next, 0)
            .after(new Register.Change(new WriteId(id.hlc(), 4, 1), (byte) 0, 0), fields("a"));
    Version higher = new Version(EPOCH, next.promised().hlc() + 1, B, 1);
    Record held = since.toRecord(higher);
    assertThat(updatesFields(false)).isNotEmpty();
    assertThat(node.ownAnswers(3, new PromisedHigher(higher))).isEmpty();
    assertThat(node.writeReply(B, 3, new PromisedHigher(higher))).isNotEmpty();
    assertThat(node.ownAnswers(4, new Promised(held))).isEmpty();
    assertThat(
            value(
                sent(node.prepareReply(B, 4, new Promised(held)), Write.class).getFirst().record()))
        .isEqualTo(fields("a"));
    assertThat(node.ownAnswers(5, Stored.INSTANCE)).isEmpty();
    assertThat(only(node.writeReply(B, 5, Stored.INSTANCE), PlayedNode.Failed.class).reason())
        .isEqualTo(Failure.Reason.CONDITION_FAILED);
    assertThat(node.message()).contains("field 'owner' must be absent");
  }

  private List<Object> increments(boolean first) {
    return register.proposes(
        new RegisterChange.Write(id, first, true, 0, new RegisterEdit.Add(1, -100, 100)));
  }

  private long sumOnceAccepted() {
    assertThat(node.ownAnswers(2, Stored.INSTANCE)).isEmpty();
    return ((Outcome.Written) outcome(node.writeReply(B, 2, Stored.INSTANCE))).sum();
  }

  @Test
  void aPutWhoseConditionIsMetTakesEffect() {
    Record held = accepted(version(B, -10, 0), new byte[] {5});
    condition = new Condition.Of(Register.versionOf(GIVEN.id()));

    assertThat(value(proposed(held).getFirst().record())).isEqualTo(VALUE);
  }

  /** It is remembered, so that an earlier attempt does not take effect later. */
  @Test
  void aPutWhoseConditionIsNotMetIsRememberedAndFails() {
    Record held = accepted(version(B, -10, 0), new byte[] {5});
    condition = new Condition.Value(new byte[] {6});
    Record next = proposed(held).getFirst().record();
    assertThat(value(next)).isEqualTo(new byte[] {5});
    assertThat(Register.of(next, 0).version()).isEqualTo(Register.versionOf(GIVEN.id()));
    assertThat(node.ownAnswers(2, Stored.INSTANCE)).isEmpty();
    assertThat(only(node.writeReply(B, 2, Stored.INSTANCE), PlayedNode.Failed.class))
        .satisfies(
            failed -> {
              assertThat(failed.reason()).isEqualTo(Failure.Reason.CONDITION_FAILED);
              assertThat(failed.mayHaveApplied()).isFalse();
            });

    condition = new Condition.Value(new byte[] {5}); // as another attempt might find it
    Record again = sent(puts(false), Write.class).getFirst().record();
    assertThat(value(again)).isEqualTo(new byte[] {5});
  }

  private final WriteId second = new WriteId(Hlc.of(node.wallMillis() + 5, 0), 3, 2);

  private RegisterChange.Write put(WriteId named) {
    return new RegisterChange.Write(
        named, true, true, 0, new RegisterEdit.Set(null, new byte[] {2}));
  }

  /** Has a put accepted; returns the ballot that was promised with it. */
  private Version reserved() {
    Write first = proposed(null).getFirst();
    assertThat(first.record().promised().isAfter(first.record().version())).isTrue();
    assertThat(node.ownAnswers(2, Stored.INSTANCE)).isEmpty();
    assertThat(node.writeReply(B, 2, Stored.INSTANCE)).isNotEmpty();
    return first.record().promised();
  }

  @Test
  void theNextPutNeedsNoPreparation() {
    Version reserved = reserved();

    Record next = sent(register.proposes(put(second)), Write.class).getFirst().record();

    assertThat(next.version()).isEqualTo(reserved);
    assertThat(next.promised().isAfter(reserved)).as("and so does the one after it").isTrue();
    assertThat(Register.of(next, 0).changes()).extracting(Register.Change::id).contains(id, second);
    assertThat(node.ownAnswers(3, Stored.INSTANCE)).isEmpty();
    assertThat(outcome(node.writeReply(B, 3, Stored.INSTANCE))).isInstanceOf(Outcome.Written.class);
  }

  /** Replicas may have accepted what was proposed by it first. */
  @Test
  void aReservedBallotIsUsedOnce() {
    Version reserved = reserved();
    assertThat(register.proposes(put(second))).isNotEmpty();
    node.dies(B);
    node.dies(C);
    assertThat(only(node.after(50), PlayedNode.Failed.class).mayHaveApplied()).isTrue();

    node.isHeard(B);
    node.isHeard(C);
    WriteId third = new WriteId(second.hlc() + 1, 3, 3);
    assertThat(sent(register.proposes(put(third)), Prepare.class))
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.ballot()).isNotEqualTo(reserved));
  }

  /** Others than those that promise may be replicas under another epoch. */
  @Test
  void aReservedBallotEndsWithItsEpoch() {
    Version unused = reserved();
    assertThat(node.isPlaced(placed(EPOCH + 1, A, B, C))).isEmpty();

    assertThat(sent(register.proposes(put(second)), Prepare.class))
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.ballot().rank()).isEqualTo(EPOCH + 1));
  }

  /** Else a purge up to the time of the register would take a later change away. */
  @Test
  void aReservedBallotIsNotUsedForAChangeThatIsLaterThanIt() {
    Version reserved = reserved();
    WriteId late = new WriteId(reserved.hlc() + 1, 3, 2);

    assertThat(sent(register.proposes(put(late)), Prepare.class))
        .hasSize(2)
        .allSatisfy(
            each -> assertThat(Long.compareUnsigned(each.ballot().hlc(), late.hlc())).isPositive());
  }

  @Test
  void whoIsOutbidWithAReservedBallotPrepares() {
    Version reserved = reserved();
    assertThat(register.proposes(put(second))).isNotEmpty();
    Version higher = new Version(EPOCH, reserved.hlc() + 1, B, 1);
    assertThat(node.ownAnswers(3, new PromisedHigher(higher))).isEmpty();

    assertThat(sent(node.writeReply(B, 3, new PromisedHigher(higher)), Prepare.class))
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.ballot().isAfter(higher)).isTrue());
  }

  @Test
  void aKeyWithoutValueIsAbsent() {
    condition = new Condition.Absent();
    assertThat(value(proposed(null).getFirst().record())).isEqualTo(VALUE);
  }

  @Test
  void aPutThatMayBeForgottenIsNotTaken() {
    Record held =
        Register.of(null, id.hlc())
            .after(GIVEN, new byte[] {5})
            .toRecord(new Version(EPOCH, Hlc.of(node.wallMillis() - 10, 0), B, 1));
    assertThat(puts(true)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(held))).isEmpty();
    assertThat(only(node.prepareReply(B, 1, new Promised(held)), PlayedNode.Failed.class))
        .satisfies(
            failed -> {
              assertThat(failed.reason()).isEqualTo(Failure.Reason.STAMP_TOO_LOW);
              assertThat(failed.mayHaveApplied()).isFalse();
            });

    assertThat(puts(false)).isNotEmpty();
    assertThat(node.ownAnswers(2, new Promised(held))).isEmpty();
    assertThat(only(node.prepareReply(B, 2, new Promised(held)), PlayedNode.Failed.class).reason())
        .isEqualTo(Failure.Reason.OUTCOME_UNKNOWN);
  }

  /** What was promised under one epoch is not built on under another. */
  @Test
  void anotherEpochBeginsWithAnotherBallot() {
    assertThat(puts(true)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(null))).isEmpty();
    assertThat(sent(node.prepareReply(B, 1, new StaleEpoch(EPOCH + 1)), Prepare.class)).isEmpty();

    List<Object> again = node.isPlaced(placed(EPOCH + 1, A, B, C));

    assertThat(sent(again, Prepare.class))
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.ballot().rank()).isEqualTo(EPOCH + 1));
  }

  @Test
  void aPutThatReachedNoMajorityIsOfUnknownOutcome() {
    assertThat(puts(true)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(null))).isEmpty();
    assertThat(node.prepareReply(B, 1, new Promised(null))).isNotEmpty();
    node.dies(B);
    node.dies(C);

    PlayedNode.Failed failed = only(node.after(50), PlayedNode.Failed.class);
    assertThat(failed.reason()).isEqualTo(Failure.Reason.OUTCOME_UNKNOWN);
    assertThat(failed.mayHaveApplied()).isTrue();
  }

  @Test
  void aPutOfWhichNothingWasProposedIsUnavailable() {
    for (NodeId gone : List.of(B, C)) {
      node.dies(gone);
    }
    PlayedNode.Failed failed = only(puts(true), PlayedNode.Failed.class);
    assertThat(failed.reason()).isEqualTo(Failure.Reason.UNAVAILABLE);
    assertThat(failed.mayHaveApplied()).isFalse();
  }
}
