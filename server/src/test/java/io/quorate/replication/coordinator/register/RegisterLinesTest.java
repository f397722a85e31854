package io.quorate.replication.coordinator.register;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.placement.Model;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.register.RegisterLines.Entry;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Increments and reads of one key that come while a proposal is under way. */
class RegisterLinesTest {
  private static final long TIMEOUT_NANOS = 10_000_000_000L;

  private final Tenant tenant =
      new Tenant(
          1, "numbers", 3, TenantSettings.NONE.with(TenantSetting.MODEL, Model.LINEARIZABLE));
  private final PlayedNode node =
      new PlayedNode(tenant, placed(EPOCH, A, B, C), CoordinatorConfig.DEFAULT);
  private final RegisterLines lines = new RegisterLines(node.context(), node.hints());

  private Entry entry(RegisterChange change, long timeoutNanos) {
    return new Entry(
        node.plan(),
        new Key(1, new byte[] {7}),
        node.nanos() + timeoutNanos,
        change,
        node::answered,
        node::beginsAgain);
  }

  private List<Object> increments(int number, long token, long timeoutNanos) {
    return increments(
        new WriteId(Hlc.of(node.wallMillis(), number), 3, number), token, timeoutNanos);
  }

  private List<Object> increments(WriteId id, long token, long timeoutNanos) {
    var change =
        new RegisterChange.Write(
            id, true, true, token, new RegisterEdit.Add(1, Long.MIN_VALUE, Long.MAX_VALUE));
    return node.step(() -> lines.change(entry(change, timeoutNanos)));
  }

  private List<Object> reads(long timeoutNanos) {
    return node.step(() -> lines.read(entry(new RegisterChange.Nothing(), timeoutNanos)));
  }

  private List<Object> increments(int number) {
    return increments(number, 0, TIMEOUT_NANOS);
  }

  private static <T extends ReplicaMessage> List<T> sent(List<Object> happened, Class<T> kind) {
    return happened.stream()
        .filter(PlayedNode.Sent.class::isInstance)
        .map(each -> ((PlayedNode.Sent) each).message())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  private static List<Long> sums(List<Object> happened) {
    return happened.stream()
        .filter(Answered.class::isInstance)
        .map(each -> ((Answered) each).result())
        .filter(Outcome.Written.class::isInstance)
        .map(each -> ((Outcome.Written) each).sum())
        .toList();
  }

  private static String value(Write write) {
    byte[] value = Register.of(write.record(), 0).value();
    return value == null ? "" : new String(value, StandardCharsets.US_ASCII);
  }

  private Write accepts(int round) {
    assertThat(node.ownAnswers(round, new Promised(null))).isEmpty();
    return sent(node.prepareReply(B, round, new Promised(null)), Write.class).getFirst();
  }

  /** The next proposal, which needs no preparation. */
  private static Write next(List<Object> happened) {
    List<Write> writes = sent(happened, Write.class);
    assertThat(writes).hasSize(2);
    return writes.getFirst();
  }

  private List<Object> accepted(int round) {
    assertThat(node.ownAnswers(round, Stored.INSTANCE)).isEmpty();
    return node.writeReply(B, round, Stored.INSTANCE);
  }

  @Test
  void whatComesMeanwhileIsProposedTogether() {
    assertThat(sent(increments(1), Prepare.class)).hasSize(2);
    for (int i = 2; i <= 4; i++) {
      assertThat(sent(increments(i), ReplicaMessage.class)).as("it waits").isEmpty();
    }
    Write first = accepts(1);
    assertThat(value(first)).isEqualTo("1");

    List<Object> ended = accepted(2);
    assertThat(sums(ended)).containsExactly(1L);
    assertThat(sent(ended, Prepare.class)).as("the next ballot was promised before").isEmpty();
    Write others = next(ended);
    assertThat(value(others)).isEqualTo("4");
    assertThat(Register.of(others.record(), 0).changes()).hasSize(4);
    assertThat(sums(accepted(3))).as("each is told its own sum").containsExactly(2L, 3L, 4L);
  }

  @Test
  void oneUnderALockGoesAlone() {
    assertThat(increments(1)).isNotEmpty();
    assertThat(increments(2, 5, TIMEOUT_NANOS)).isNotEmpty();
    assertThat(increments(3)).isNotEmpty();
    assertThat(value(accepts(1))).isEqualTo("1");
    Write second = next(accepted(2));
    assertThat(value(second)).isEqualTo("2");
    assertThat(Register.of(second.record(), 0).fence()).isEqualTo(5);
  }

  @Test
  void oneThatWaitsUntilItsDeadlineWasNotApplied() {
    assertThat(increments(1)).isNotEmpty();
    assertThat(increments(2, 0, 1_000_000_000L)).isNotEmpty();

    List<Object> expired = node.after(1_100);
    assertThat(expired)
        .filteredOn(PlayedNode.Failed.class::isInstance)
        .extracting(each -> ((PlayedNode.Failed) each).reason())
        .containsExactly(Reason.DEADLINE_EXCEEDED);
    assertThat(expired)
        .filteredOn(PlayedNode.Failed.class::isInstance)
        .allMatch(each -> !((PlayedNode.Failed) each).mayHaveApplied());
  }

  private static List<Failed> failed(List<Object> happened) {
    return happened.stream().filter(Failed.class::isInstance).map(Failed.class::cast).toList();
  }

  /** A register that has forgotten a change. */
  private Record full() {
    Register register = Register.of(null, 0);
    for (int i = 0; i <= Register.CHANGES_MAX; i++) {
      WriteId id = new WriteId(Hlc.of(node.wallMillis() - 1_000, i), 9, i);
      register = register.after(new Register.Change(id, (byte) 0, 0), new byte[] {'5'});
    }
    return register.toRecord(new Version(EPOCH, Hlc.of(node.wallMillis() - 900, 0), B, 1));
  }

  /** Of the one that the register has forgotten nothing was sent, though the other one was. */
  @Test
  void aFirstAttemptBelowWhatTheRegisterRemembersIsToBeStampedAgainBesideOthers() {
    WriteId below = new WriteId(Hlc.of(node.wallMillis() - 2_000, 0), 3, 2);
    assertThat(increments(1)).isNotEmpty();
    assertThat(increments(below, 0, TIMEOUT_NANOS)).isNotEmpty();
    assertThat(increments(3)).isNotEmpty();
    assertThat(node.ownAnswers(1, new Promised(full()))).isEmpty();
    assertThat(node.prepareReply(B, 1, new Promised(full()))).isNotEmpty();
    assertThat(value(next(accepted(2)))).isEqualTo("7");

    List<Object> ended = accepted(3);
    assertThat(failed(ended)).containsExactly(new Failed(Reason.STAMP_TOO_LOW, false, List.of()));
    assertThat(sums(ended)).containsExactly(7L);
  }

  /** It may take effect: what goes on for the other one has it. */
  @Test
  void theDeadlineOfOneIsNotTheEndOfThoseThatAreProposedWithIt() {
    assertThat(increments(1)).isNotEmpty();
    assertThat(increments(2, 0, 1_000_000_000L)).isNotEmpty();
    assertThat(increments(3)).isNotEmpty();
    assertThat(value(accepts(1))).isEqualTo("1");
    assertThat(value(next(accepted(2)))).isEqualTo("3");

    assertThat(failed(node.after(1_100)))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, true, List.of()));
    List<Object> ended = accepted(3);
    assertThat(sums(ended)).containsExactly(3L);
    assertThat(failed(ended)).isEmpty();
  }

  @Test
  void nothingIsSentForOneThatWasToldSoWhileTheOthersWereProposed() {
    assertThat(increments(1, 0, 500_000_000L)).isNotEmpty();
    assertThat(increments(2, 0, 1_000_000_000L)).isNotEmpty();
    assertThat(increments(3)).isNotEmpty();
    assertThat(sent(node.after(600), Prepare.class)).as("for both others").isNotEmpty();

    assertThat(failed(node.after(500)))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of()));
    assertThat(value(accepts(2))).isEqualTo("1");
    assertThat(sums(accepted(3))).containsExactly(1L);
  }

  @Test
  void oneThatWaitsForTheFirstWordOfReplicasIsNotTheEndOfTheOthersEither() {
    node.isYetToBeHeard(B);
    node.isYetToBeHeard(C);
    assertThat(increments(1, 0, 500_000_000L)).isNotEmpty();
    assertThat(increments(2, 0, 1_000_000_000L)).isNotEmpty();
    assertThat(increments(3)).isNotEmpty();
    assertThat(failed(node.after(600))).hasSize(1);

    List<Object> over = node.after(500);
    assertThat(failed(over))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of()));
    assertThat(over).filteredOn(PlayedNode.BegunAgain.class::isInstance).hasSize(1);
  }

  private static List<String> found(List<Object> happened) {
    return happened.stream()
        .filter(Answered.class::isInstance)
        .map(each -> ((Answered) each).result())
        .filter(Outcome.Read.class::isInstance)
        .map(each -> text(((Outcome.Read) each).live()))
        .toList();
  }

  private static String text(@Nullable Record found) {
    return found == null ? "" : new String(found.copyValue(), StandardCharsets.US_ASCII);
  }

  /** Not by the proposal that is under way: a write that is done by now may have come after it. */
  @Test
  void readsFindWhatTheNextProposalHasAccepted() {
    assertThat(increments(1)).isNotEmpty();
    assertThat(increments(2)).isNotEmpty();
    assertThat(reads(TIMEOUT_NANOS)).isNotEmpty();
    assertThat(reads(TIMEOUT_NANOS)).isNotEmpty();
    assertThat(value(accepts(1))).isEqualTo("1");
    List<Object> ended = accepted(2);
    assertThat(found(ended)).isEmpty();
    assertThat(value(next(ended))).isEqualTo("2");

    assertThat(reads(TIMEOUT_NANOS)).as("one that comes too late").isNotEmpty();
    List<Object> answered = accepted(3);
    assertThat(sums(answered)).containsExactly(2L);
    assertThat(found(answered)).containsExactly("2", "2");
    assertThat(value(next(answered))).as("for the late one").isEqualTo("2");
    assertThat(found(accepted(4))).containsExactly("2");
  }

  @Test
  void aReadWhoseTimeIsOverIsNotAnsweredAgain() {
    assertThat(increments(1)).isNotEmpty();
    assertThat(reads(1_000_000_000L)).isNotEmpty();
    assertThat(node.after(1_100))
        .filteredOn(PlayedNode.Failed.class::isInstance)
        .extracting(each -> ((PlayedNode.Failed) each).reason())
        .containsExactly(Reason.DEADLINE_EXCEEDED);
    Write first = accepts(1);
    assertThat(value(first)).isEqualTo("1");
    List<Object> ended = accepted(2);
    assertThat(found(ended)).isEmpty();
    assertThat(sent(ended, Prepare.class)).as("no one waits").isEmpty();
  }

  /** The first one is that whose caller gives up first; the proposal goes on for the others. */
  @Test
  void oneThatMustEndEarlierIsNotProposedWithOthers() {
    assertThat(increments(1)).isNotEmpty();
    assertThat(increments(2)).isNotEmpty();
    assertThat(increments(3, 0, TIMEOUT_NANOS / 2)).isNotEmpty();
    assertThat(value(accepts(1))).isEqualTo("1");
    Write second = next(accepted(2));
    assertThat(value(second)).isEqualTo("2");
  }

  private List<Object> settles(long above) {
    return node.step(
        () -> lines.read(entry(new RegisterChange.Settle(above, true), TIMEOUT_NANOS)));
  }

  /** What a replica has promised another proposer must be outbid, whatever answers the read. */
  @Test
  void aBallotIsAboveWhatTheReadsAskForThatItAnswers() {
    long ahead = Hlc.of(node.wallMillis() + 60_000, 0);
    assertThat(increments(1)).isNotEmpty();
    assertThat(sent(settles(ahead), ReplicaMessage.class)).as("it waits").isEmpty();
    assertThat(sent(increments(2), ReplicaMessage.class)).as("it waits").isEmpty();
    assertThat(value(accepts(1))).isEqualTo("1");

    List<Prepare> next = sent(accepted(2), Prepare.class);
    assertThat(next).as("the ballot that was promised before is too low").hasSize(2);
    assertThat(next.getFirst().ballot().hlc()).isGreaterThan(ahead);
  }

  /** Another one may wait for a client, and has the register accepted, too. */
  @Test
  void whatIsProposedForNoClientLeavesTheKeyToTheOneThatOutbidsIt() {
    assertThat(sent(settles(0), Prepare.class)).hasSize(2);
    Version higher = PlayedNode.version(B, 5_000, 0);
    assertThat(node.ownAnswers(1, new Promised(null))).isEmpty();
    assertThat(node.prepareReply(B, 1, new PromisedHigher(higher))).isEmpty();

    List<Object> ended = node.prepareReply(C, 1, new PromisedHigher(higher));
    assertThat(sent(ended, ReplicaMessage.class)).isEmpty();
    assertThat(ended).contains(Window.SETTLING_GAVE_WAY);
    assertThat(node.isIdle()).isTrue();
  }

  /** A client's read that waited for it does not end with it. */
  @Test
  void aReadIsProposedThoughWhatWasToAnswerItGaveWay() {
    assertThat(sent(settles(0), Prepare.class)).hasSize(2);
    assertThat(sent(reads(TIMEOUT_NANOS), ReplicaMessage.class)).as("it waits").isEmpty();
    Version higher = PlayedNode.version(B, 5_000, 0);
    assertThat(node.ownAnswers(1, new Promised(null))).isEmpty();
    assertThat(node.prepareReply(B, 1, new PromisedHigher(higher))).isEmpty();

    List<Object> ended = node.prepareReply(C, 1, new PromisedHigher(higher));
    assertThat(sent(ended, Prepare.class)).as("for the read").hasSize(2);
  }
}
