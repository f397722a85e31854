package io.quorate.replication.coordinator.write;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.CoordinatorRules;
import io.quorate.replication.coordinator.operation.HeldTokens;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.coordinator.operation.PlayedNode.AskedForToken;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.register.FencedRead;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Mark;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.version.FenceRank;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One coordinator of records that are written and read under locks (docs/design/fencing.md). */
class FencedRecordsTest {
  private static final long TOKEN = 7;
  private static final Key KEY = new Key(1, new byte[] {7});
  private static final byte[] VALUE = {42};
  private static final long TIMEOUT_NANOS = 10_000_000_000L;

  private PlayedNode node = new PlayedNode(A, B, C);

  /** Questions to the own replica so far. */
  private int own;

  private void lacks(CoordinatorRules rules) {
    node = new PlayedNode(tenant(3), placed(EPOCH, A, B, C), CoordinatorConfig.DEFAULT, rules);
  }

  private ClientRequest request(Operation operation) {
    return new ClientRequest(
        node.plan().tenant(), KEY, PlayedNode.PARTITION, operation, node.nanos() + TIMEOUT_NANOS);
  }

  /** A put comes, and is stamped above what the own replica holds. */
  private List<Object> puts(long token, @Nullable Record held) {
    String tenant = node.plan().tenant().name();
    Operation put =
        new Operation.Put(tenant, KEY.bytes(), VALUE, Level.QUORUM, 0, new RequestId(0, 1, 1));
    List<Object> happened =
        new ArrayList<>(
            node.step(
                new WriteOperation(
                        node.context(),
                        node.hints(),
                        node.plan(),
                        request(put),
                        Level.QUORUM,
                        new Content.Fresh(VALUE, 0, 0, token),
                        node::answered,
                        node::beginsAgain)
                    ::start));
    own++;
    happened.addAll(node.ownStamps(own, held, 0));
    return happened;
  }

  private List<Object> reads(long token) {
    return reads(token, null);
  }

  private List<Object> reads(long token, @Nullable Minimum minimum) {
    Operation.Get get =
        new Operation.Get(
            node.plan().tenant().name(), KEY.bytes(), Level.QUORUM, null, minimum, token);
    own++;
    return node.step(
        new FencedRead(
                node.context(),
                node.hints(),
                node.plan(),
                request(get),
                get,
                node::answered,
                node::beginsAgain)
            ::start);
  }

  private List<Object> answers(NodeId from, Write asked, WriteOutcome outcome) {
    return from.equals(A)
        ? node.ownAnswers(own, outcome)
        : node.step(() -> waiting(asked).onWriteReply(from, outcome));
  }

  private List<Object> marks(NodeId from, Prepare asked, PrepareOutcome outcome) {
    return from.equals(A)
        ? node.ownAnswers(own, outcome)
        : node.step(() -> waiting(asked).onPrepareReply(from, outcome));
  }

  private InFlight waiting(ReplicaMessage.Request asked) {
    return Objects.requireNonNull(node.context().table().get(asked.id()));
  }

  private static <T> List<T> all(List<Object> happened, Class<T> kind) {
    return happened.stream()
        .map(each -> each instanceof Sent sent ? sent.message() : each)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  private static <T> T first(List<Object> happened, Class<T> kind) {
    List<T> all = all(happened, kind);
    assertThat(all).as("%s in %s", kind, happened).isNotEmpty();
    return all.getFirst();
  }

  private Version version(long rank, long millis) {
    return new Version(rank, PlayedNode.version(B, millis, 0).hlc(), B, 1);
  }

  private Record written(long token, long millis) {
    return Record.value(version(FenceRank.fresh(token), millis), EPOCH, 0, new byte[] {5});
  }

  private Record plain(long millis) {
    return Record.value(version(0, millis), EPOCH, 0, new byte[] {6});
  }

  private Version mark(long token, long millis) {
    return version(FenceRank.raised(token), millis);
  }

  private static void isFenced(List<Object> happened, boolean mayHaveApplied) {
    Failed failed = first(happened, Failed.class);
    assertThat(failed.reason()).isEqualTo(Reason.FENCED);
    assertThat(failed.mayHaveApplied()).isEqualTo(mayHaveApplied);
  }

  // ---- a put under a token

  @Test
  void aPutIsStampedWithTheRankOfWhatIsFresh() {
    Write write = first(puts(TOKEN, plain(-5)), Write.class);

    assertThat(write.record().version().rank()).isEqualTo(FenceRank.fresh(TOKEN));
    assertThat(write.cause()).isEqualTo(Cause.FENCED);
    assertThat(answers(A, write, Stored.INSTANCE)).isEmpty();
    assertThat(first(answers(B, write, Stored.INSTANCE), Answered.class).result())
        .isInstanceOf(Outcome.Written.class);
  }

  @Test
  void aPutThatFindsALaterTokenAtItsOwnReplicaIsSentToNobody() {
    List<Object> happened = puts(TOKEN, written(TOKEN + 1, -5));

    assertThat(all(happened, Write.class)).isEmpty();
    isFenced(happened, false);
  }

  /** The answer of the locks would be of the epoch before, and is awaited no more. */
  @Test
  void aPutThatIsPlannedAgainWhileTheLocksAreAskedIsSentAgainWhenItIsLost() {
    Write write = first(puts(TOKEN, null), Write.class);
    assertThat(answers(B, write, new StaleEpoch(EPOCH + 1))).hasSize(1);
    assertThat(all(answers(C, write, FenceForgotten.INSTANCE), AskedForToken.class)).hasSize(1);
    assertThat(all(node.isPlaced(placed(EPOCH + 1, A, B, C)), Write.class)).hasSize(2);

    assertThat(all(node.after(400), Write.class)).hasSize(2);
  }

  @Test
  void aPutIsRefusedOnceTooFewAreLeft() {
    Write write = first(puts(TOKEN, null), Write.class);

    assertThat(answers(A, write, Stored.INSTANCE)).isEmpty();
    assertThat(answers(B, write, new HoldsNewer(mark(TOKEN + 1, 0)))).isEmpty();
    isFenced(answers(C, write, new HoldsNewer(written(TOKEN + 2, 0).version())), true);
    assertThat(node.message()).contains("under token " + (TOKEN + 2)).contains("not acknowledged");
  }

  @Test
  void aPutThatEnoughHaveTakenIsAcknowledgedThoughOneRefuses() {
    Write write = first(puts(TOKEN, null), Write.class);

    assertThat(answers(B, write, new HoldsNewer(mark(TOKEN + 1, 0)))).isEmpty();
    assertThat(answers(A, write, Stored.INSTANCE)).isEmpty();
    assertThat(first(answers(C, write, Stored.INSTANCE), Answered.class).result())
        .isInstanceOf(Outcome.Written.class);
  }

  @Test
  void aPutBelowAnotherOfItsTokenIsStampedAgainAboveIt() {
    Write write = first(puts(TOKEN, null), Write.class);
    Version higher = written(TOKEN, 9).version();

    assertThat(answers(A, write, Stored.INSTANCE)).isEmpty();
    Write again = first(answers(B, write, new HoldsNewer(higher)), Write.class);
    assertThat(again.record().version().isAfter(higher)).isTrue();
    assertThat(again.record().version().rank()).isEqualTo(FenceRank.fresh(TOKEN));
  }

  /** See {@code ReplicaMarksTest#whatComesByItsRankHasALaterTimeToo}. */
  @Test
  void aPutBelowATimeIsStampedAgainWithItsRank() {
    Write write = first(puts(TOKEN, null), Write.class);
    long time = plain(9).version().hlc();

    Write again = first(answers(B, write, new BelowPromise(time)), Write.class);
    assertThat(Long.compareUnsigned(again.record().version().hlc(), time)).isPositive();
    assertThat(again.record().version().rank()).isEqualTo(FenceRank.fresh(TOKEN));
  }

  // ---- a put under no lock

  @Test
  void aPutUnderNoLockIsNotAcknowledgedByWhatIsRaised() {
    Write write = first(puts(0, null), Write.class);
    assertThat(write.cause()).isEqualTo(Cause.FRESH);
    assertThat(answers(A, write, Stored.INSTANCE)).isEmpty();

    Write second = first(answers(B, write, new HoldsNewer(mark(TOKEN, 3))), Write.class);
    own++;
    assertThat(second.record().version().rank()).isEqualTo(FenceRank.fresh(TOKEN));
    assertThat(second.record().version().isAfter(mark(TOKEN, 3))).isTrue();
    Write third = first(answers(C, second, new HoldsNewer(mark(TOKEN + 1, 4))), Write.class);
    own++;
    assertThat(third.record().version().rank()).isEqualTo(FenceRank.fresh(TOKEN + 1));
    assertThat(answers(A, third, Stored.INSTANCE)).isEmpty();
    assertThat(first(answers(B, third, Stored.INSTANCE), Answered.class).result())
        .isInstanceOf(Outcome.Written.class);
  }

  /** The twin: it is acknowledged, and lies below an old value that was raised. */
  @Test
  void withoutTheRuleItIsAcknowledgedBelowWhatIsRaised() {
    lacks(
        new CoordinatorRules() {
          @Override
          public boolean stampsAboveFences() {
            return false;
          }
        });
    Write write = first(puts(0, null), Write.class);
    assertThat(answers(A, write, Stored.INSTANCE)).isEmpty();
    Write second = first(answers(B, write, new HoldsNewer(mark(TOKEN, 3))), Write.class);
    own++;
    assertThat(answers(A, second, new HoldsNewer(mark(TOKEN + 1, 4)))).isEmpty();
    assertThat(all(answers(C, second, new HoldsNewer(mark(TOKEN + 1, 4))), Answered.class))
        .hasSize(1);
  }

  /** A purge goes by time, so what was stamped above a fence keeps its rank above a promise. */
  @Test
  void aPutUnderNoLockKeepsItsRankAboveAPromise() {
    Write write = first(puts(0, null), Write.class);
    Write second = first(answers(B, write, new HoldsNewer(mark(TOKEN, 3))), Write.class);
    Write third =
        first(answers(C, second, new BelowPromise(plain(20).version().hlc())), Write.class);

    assertThat(third.record().version().rank()).isEqualTo(FenceRank.fresh(TOKEN));
    assertThat(third.record().version().isAfter(second.record().version())).isTrue();
  }

  // ---- after a purge

  @Test
  void theLocksAreAskedWhereAFenceMayBePurged() {
    Write write = first(puts(TOKEN, null), Write.class);
    assertThat(answers(A, write, Stored.INSTANCE)).isEmpty();
    AskedForToken asked = first(answers(B, write, FenceForgotten.INSTANCE), AskedForToken.class);
    assertThat(asked.token()).isEqualTo(TOKEN);

    List<Object> goesOn =
        node.step(() -> asked.callback().accept(new HeldTokens.IsHeld("lock", "owner")));
    own++;
    Write again = first(goesOn, Write.class);
    assertThat(again.cause()).isEqualTo(Cause.FRESH);
    assertThat(again.record()).isEqualTo(write.record());
    assertThat(answers(A, again, Stored.INSTANCE)).isEmpty();
    assertThat(all(answers(B, again, Stored.INSTANCE), Answered.class)).hasSize(1);
  }

  /** What a later holder does from the question on may be purged under the next epochs. */
  @Test
  void whatTheLocksHaveSaidIsOfOneEpoch() {
    Write write = first(puts(TOKEN, null), Write.class);
    AskedForToken asked = first(answers(B, write, FenceForgotten.INSTANCE), AskedForToken.class);
    Write again =
        first(
            node.step(() -> asked.callback().accept(new HeldTokens.IsHeld("lock", "owner"))),
            Write.class);
    assertThat(all(answers(B, again, new StaleEpoch(EPOCH + 1)), Write.class)).isEmpty();
    Write next = first(node.isPlaced(placed(EPOCH + 1, A, B, C)), Write.class);

    assertThat(next.epoch()).isEqualTo(EPOCH + 1);
    assertThat(next.cause()).isEqualTo(Cause.FENCED);
  }

  @Test
  void aTokenThatIsHeldNoMoreIsStale() {
    Write write = first(puts(TOKEN, null), Write.class);
    AskedForToken asked = first(answers(B, write, FenceForgotten.INSTANCE), AskedForToken.class);

    isFenced(node.step(() -> asked.callback().accept(new HeldTokens.NotHeld())), true);
  }

  @Test
  void withoutAnAnswerOfTheLocksNothingIsSaid() {
    Write write = first(puts(TOKEN, null), Write.class);
    AskedForToken asked = first(answers(B, write, FenceForgotten.INSTANCE), AskedForToken.class);
    assertThat(answers(A, write, Stored.INSTANCE)).as("of the round before").isEmpty();

    Failed failed =
        first(node.step(() -> asked.callback().accept(new HeldTokens.NotKnown())), Failed.class);
    assertThat(failed.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
  }

  @Test
  void aReadAsksBeforeItsMarkIsPut() {
    Prepare first = first(reads(TOKEN), Prepare.class);
    assertThat(first.mark()).isEqualTo(Mark.UNASKED);
    AskedForToken asked = first(marks(B, first, FenceForgotten.INSTANCE), AskedForToken.class);
    Prepare again =
        first(
            node.step(() -> asked.callback().accept(new HeldTokens.IsHeld("lock", "owner"))),
            Prepare.class);
    assertThat(again.mark()).isEqualTo(Mark.HELD);
    assertThat(all(marks(B, again, new StaleEpoch(EPOCH + 1)), Prepare.class)).isEmpty();
    Prepare next = first(node.isPlaced(placed(EPOCH + 1, A, B, C)), Prepare.class);
    assertThat(next.mark()).as("under the next epoch").isEqualTo(Mark.UNASKED);
  }

  // ---- a read under a token

  /** What happens once two replicas have put the mark, and this lies under it. */
  private List<Object> marked(Prepare prepare, @Nullable Record under) {
    assertThat(marks(A, prepare, new Promised(null))).isEmpty();
    List<Object> happened = marks(B, prepare, new Promised(under));
    own++;
    return happened;
  }

  @Test
  void aReadRaisesTheNewestThatItFinds() {
    Prepare prepare = first(reads(TOKEN), Prepare.class);
    assertThat(prepare.ballot().rank()).isEqualTo(FenceRank.raised(TOKEN));
    Write raise = first(marked(prepare, plain(-5)), Write.class);

    assertThat(raise.record().version()).isEqualTo(prepare.ballot());
    assertThat(raise.record().copyValue()).isEqualTo(plain(-5).copyValue());
    assertThat(answers(A, raise, Stored.INSTANCE)).isEmpty();
    Outcome.Read read =
        (Outcome.Read) first(answers(C, raise, Stored.INSTANCE), Answered.class).result();
    assertThat(Objects.requireNonNull(read.live()).copyValue()).isEqualTo(plain(-5).copyValue());
  }

  /** It was written at ONE, so only one replica may have it (docs/design/sessions.md#exact). */
  @Test
  void aReadWaitsForTheReplicaThatMayHaveWhatItsSessionHasSeen() {
    Record seen = plain(-5);
    Prepare prepare = first(reads(TOKEN, Minimum.of(seen.version())), Prepare.class);
    assertThat(marked(prepare, null)).isEmpty();

    Write raise = first(marks(C, prepare, new Promised(seen)), Write.class);
    assertThat(raise.record().copyValue()).isEqualTo(seen.copyValue());
  }

  @Test
  void aReadFailsThatFindsLessThanItsSessionHasSeenAtAll() {
    Prepare prepare = first(reads(TOKEN, Minimum.of(plain(-5).version())), Prepare.class);
    assertThat(marked(prepare, null)).isEmpty();

    Failed failed = first(marks(C, prepare, new Promised(plain(-9))), Failed.class);
    assertThat(failed.reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(node.message()).contains("have " + plain(-9).version());
  }

  @Test
  void aReadThatMeetsALaterHolderWhileItWaitsIsFencedOff() {
    Prepare prepare = first(reads(TOKEN, Minimum.of(plain(-5).version())), Prepare.class);
    assertThat(marked(prepare, null)).isEmpty();

    isFenced(marks(C, prepare, new PromisedHigher(mark(TOKEN + 1, 0))), false);
  }

  /** While there is time to ask another coordinator, which may hear of other replicas. */
  @Test
  void aReadDoesNotWaitForMoreThanHalfOfItsTime() {
    Prepare prepare = first(reads(TOKEN, Minimum.of(plain(-5).version())), Prepare.class);
    assertThat(marked(prepare, null)).isEmpty();

    List<Object> happened = new ArrayList<>();
    for (int i = 0; i < 20 && all(happened, Failed.class).isEmpty(); i++) {
      happened.addAll(node.after(300));
    }
    assertThat(first(happened, Failed.class).reason()).isEqualTo(Reason.UNAVAILABLE);
  }

  /** The twin: what an earlier holder has at one replica comes back by a later repair. */
  @Test
  void withoutTheRuleARaiseWritesNothing() {
    lacks(
        new CoordinatorRules() {
          @Override
          public boolean raisesWhatIsRead() {
            return false;
          }
        });
    Prepare prepare = first(reads(TOKEN), Prepare.class);
    List<Object> happened = marked(prepare, plain(-5));
    assertThat(all(happened, Write.class)).isEmpty();
    assertThat(all(happened, Answered.class)).hasSize(1);
  }

  @Test
  void aReadRaisesThatThereIsNothing() {
    Write raise = first(marked(first(reads(TOKEN), Prepare.class), null), Write.class);
    assertThat(raise.record().isTombstone()).isTrue();
    assertThat(answers(A, raise, Stored.INSTANCE)).isEmpty();
    Outcome.Read read =
        (Outcome.Read) first(answers(C, raise, Stored.INSTANCE), Answered.class).result();
    assertThat(read.live()).isNull();
  }

  @Test
  void whatWasWrittenUnderTheTokenIsWrittenBackAsItIs() {
    Write back = first(marked(first(reads(TOKEN), Prepare.class), written(TOKEN, -5)), Write.class);

    assertThat(back.record()).isEqualTo(written(TOKEN, -5));
    assertThat(back.cause()).isEqualTo(Cause.WRITTEN_BACK);
    assertThat(answers(A, back, Stored.INSTANCE)).isEmpty();
    assertThat(all(answers(B, back, new HoldsNewer(written(TOKEN, 9).version())), Answered.class))
        .as("its own later write is as good")
        .hasSize(1);
  }

  /** Else a read under a later token could undo what this one has shown. */
  @Test
  void whatIsWrittenBackDoesNotPassALaterFence() {
    Write back = first(marked(first(reads(TOKEN), Prepare.class), written(TOKEN, -5)), Write.class);

    assertThat(answers(A, back, new HoldsNewer(mark(TOKEN + 1, 0)))).isEmpty();
    isFenced(answers(B, back, new HoldsNewer(mark(TOKEN + 1, 0))), false);
  }

  @Test
  void aReadIsRefusedBelowALaterToken() {
    Prepare prepare = first(reads(TOKEN), Prepare.class);
    assertThat(marks(A, prepare, new PromisedHigher(mark(TOKEN + 1, 0)))).isEmpty();
    isFenced(marks(B, prepare, new PromisedHigher(written(TOKEN + 1, 0).version())), false);
  }

  @Test
  void aReadBeginsAgainAboveALaterAttempt() {
    Prepare prepare = first(reads(TOKEN), Prepare.class);
    Version later = mark(TOKEN, 9);
    assertThat(marks(A, prepare, new PromisedHigher(later))).isEmpty();
    Prepare again = first(marks(B, prepare, new PromisedHigher(later)), Prepare.class);

    assertThat(again.ballot().isAfter(later)).isTrue();
    assertThat(again.ballot().rank()).isEqualTo(FenceRank.raised(TOKEN));
  }

  /** Else two reads in distant regions outbid each other until their time is over. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReadThatIsOutbidAgainAndAgainGivesWayForAsLongAsItsRoundsTake(boolean whenItRaises) {
    Prepare prepare = first(reads(TOKEN), Prepare.class);
    long longest = 0;
    for (int times = 1; times <= 5; times++) {
      assertThat(node.after(150)).as("not sent again yet").isEmpty();
      Version later = mark(TOKEN, 1_000L * times);
      List<Object> happened =
          whenItRaises ? raisesBelow(prepare, later) : marksBelow(prepare, later);
      long waited = 0;
      while (all(happened, Prepare.class).isEmpty()) {
        waited += 10;
        happened = node.after(10);
      }
      longest = Math.max(longest, waited);
      prepare = first(happened, Prepare.class);
      own++;
    }
    assertThat(longest).as("ms; at most 40 where replicas are near").isGreaterThan(100);
  }

  private List<Object> marksBelow(Prepare prepare, Version later) {
    assertThat(marks(A, prepare, new PromisedHigher(later))).isEmpty();
    return marks(B, prepare, new PromisedHigher(later));
  }

  private List<Object> raisesBelow(Prepare prepare, Version later) {
    Write raise = first(marked(prepare, null), Write.class);
    assertThat(answers(A, raise, new HoldsNewer(later))).isEmpty();
    return answers(B, raise, new HoldsNewer(later));
  }

  @Test
  void whatIsRaisedBelowALaterMarkIsNoAnswer() {
    Write raise = first(marked(first(reads(TOKEN), Prepare.class), plain(-5)), Write.class);
    Version later = mark(TOKEN, 9);
    assertThat(answers(A, raise, new HoldsNewer(later))).isEmpty();
    List<Object> happened = answers(B, raise, new HoldsNewer(later));

    assertThat(all(happened, Answered.class)).isEmpty();
    assertThat(first(happened, Prepare.class).ballot().isAfter(later)).isTrue();
  }

  /** The twin: the attempt whose value is older is answered though the later one goes on. */
  @Test
  void withoutTheRuleItIsOne() {
    lacks(
        new CoordinatorRules() {
          @Override
          public boolean ordersAttempts() {
            return false;
          }
        });
    Write raise = first(marked(first(reads(TOKEN), Prepare.class), plain(-5)), Write.class);
    assertThat(answers(A, raise, new HoldsNewer(mark(TOKEN, 9)))).isEmpty();
    assertThat(all(answers(B, raise, new HoldsNewer(mark(TOKEN, 9))), Answered.class)).hasSize(1);
  }
}
