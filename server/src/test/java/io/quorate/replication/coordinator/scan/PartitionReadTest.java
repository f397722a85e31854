package io.quorate.replication.coordinator.scan;

import static io.quorate.placement.Level.ALL;
import static io.quorate.placement.Level.ONE;
import static io.quorate.placement.Level.QUORUM;
import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.PARTITION;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.event.CoordinatorEvent.FailedFast;
import io.quorate.replication.coordinator.event.CoordinatorEvent.RepairedBeforeAnswering;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Own;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.storage.RecordStore;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.version.Record;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One page of a scan in one partition. C is asked before B, for replicas take turns. */
class PartitionReadTest {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final Stored STORED = Stored.INSTANCE;
  private static final long NEXT = EPOCH + 1;
  private static final StaleEpoch STALE = new StaleEpoch(NEXT);

  /** Later than any clock of the cluster can show, ms from when the node began. */
  private static final long FAR_AHEAD = 25 * 3_600_000L;

  /** From after key 3 on. */
  private static final RecordStore.Range RANGE =
      new RecordStore.Range(PARTITION, 1, new byte[0], new byte[] {3}, 100, 1 << 20);

  /** From before key 7 down, and not below key 2. */
  private static final RecordStore.Range REVERSE =
      new RecordStore.Range(
          PARTITION,
          1,
          new KeyRange(new byte[0], new byte[] {2}, new byte[0], true),
          new byte[] {7},
          100,
          1 << 20);

  private static final Entry FOUR = entry(4, 0);
  private static final Entry FIVE = entry(5, 0);
  private static final Entry SIX = entry(6, 0);

  /** What the scan is given. */
  private record Page(List<Entry> newest, @Nullable Key reached) {}

  private PlayedNode node = new PlayedNode(A, B, C);
  private RecordStore.Range range = RANGE;
  private long deadlineNanos;

  private final class Taking implements PartitionRead.Callback {
    @Override
    public void page(List<Entry> newest, byte @Nullable [] reached) {
      node.answeredWith(new Page(newest, reached == null ? null : new Key(1, reached)));
    }

    @Override
    public void failed(Failure failure) {
      node.failed(failure);
    }
  }

  private static Key key(int key) {
    return new Key(1, new byte[] {(byte) key});
  }

  private static Entry entry(int key, long millis) {
    return new Entry(key(key), Record.value(version(B, millis, 0), EPOCH, 0, new byte[] {1}));
  }

  /** A page that goes to the end of the range. */
  private static Records all(Entry... entries) {
    return new Records(List.of(entries), null);
  }

  private static Records upTo(int key, Entry... entries) {
    return new Records(List.of(entries), key(key));
  }

  private static Answered page(Entry... entries) {
    return new Answered(new Page(List.of(entries), null));
  }

  private static Answered pageUpTo(int key, Entry... entries) {
    return new Answered(new Page(List.of(entries), key(key)));
  }

  private List<Object> scan(Level level) {
    deadlineNanos = node.nanos() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    return node.step(
        () ->
            new PartitionRead(
                    node.context(),
                    node.plan(),
                    new PartitionRead.Question(range, level, deadlineNanos),
                    new Taking())
                .start());
  }

  private int leftMillis() {
    return (int) TimeUnit.NANOSECONDS.toMillis(deadlineNanos - node.nanos());
  }

  private ReadRange question(int nth, long epoch) {
    return new ReadRange(node.id(nth), epoch, range, leftMillis());
  }

  private Own asksOwn(int nth) {
    return new Own(question(nth, EPOCH));
  }

  private Sent asks(NodeId replica, int nth) {
    return new Sent(replica, question(nth, EPOCH));
  }

  private Write repair(int nth, Entry entry) {
    return new Write(
        node.id(nth), PARTITION, EPOCH, entry.key(), entry.record(), Cause.REPAIR, leftMillis());
  }

  private Own repairsOwn(int nth, Entry entry) {
    return new Own(repair(nth, entry));
  }

  private Sent repairs(NodeId replica, int nth, Entry entry) {
    return new Sent(replica, repair(nth, entry));
  }

  /** A scan that has asked the own replica and C. */
  private void begins() {
    assertThat(scan(QUORUM)).containsExactly(asksOwn(1), asks(C, 1));
  }

  /** C lacks an entry of this node's, and is sent it. */
  private void bringsFiveToC() {
    begins();
    assertThat(node.ownAnswers(1, all(FOUR, FIVE))).isEmpty();
    assertThat(node.rangeReply(C, 1, all(FOUR)))
        .containsExactly(new RepairedBeforeAnswering(1), repairs(C, 2, FIVE));
  }

  // ---- pages

  @Test
  void pageIsGivenOnceAQuorumHasAnswered() {
    begins();

    assertThat(node.rangeReply(C, 1, all(FOUR, FIVE))).isEmpty();
    assertThat(node.ownAnswers(1, all(FOUR, FIVE))).containsExactly(page(FOUR, FIVE));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void ownPageIsEnoughForOneAndAllAreAskedForAll() {
    assertThat(scan(ONE)).containsExactly(asksOwn(1));
    assertThat(node.ownAnswers(1, all(FOUR))).containsExactly(page(FOUR));
    node = new PlayedNode(A, B, C);

    assertThat(scan(ALL)).containsExactly(asksOwn(1), asks(C, 1), asks(B, 1));
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
    assertThat(node.rangeReply(B, 1, all(FOUR))).isEmpty();
    assertThat(node.rangeReply(C, 1, all(FOUR))).containsExactly(page(FOUR));
  }

  @Test
  void pagesAreMergedKeyByKey() {
    begins();
    Entry newer = entry(4, 9);
    assertThat(node.ownAnswers(1, all(FOUR, FIVE))).isEmpty();

    assertThat(node.rangeReply(C, 1, all(newer, SIX)))
        .containsExactly(
            new RepairedBeforeAnswering(2),
            repairsOwn(2, newer),
            repairsOwn(3, SIX),
            repairs(C, 4, FIVE));
    assertThat(node.writeReply(C, 4, STORED)).isEmpty();
    assertThat(node.ownAnswers(2, STORED)).isEmpty();
    assertThat(node.ownAnswers(3, STORED)).containsExactly(page(newer, FIVE, SIX));
    assertThat(node.isIdle()).isTrue();
  }

  /**
   * Beyond that key, one page may show a record that another replica, whose page ended before it,
   * knows to be deleted.
   */
  @Test
  void pageEndsWhereTheShortestEnds() {
    begins();
    assertThat(node.ownAnswers(1, all(FOUR, FIVE, SIX))).isEmpty();

    assertThat(node.rangeReply(C, 1, upTo(5, FOUR, FIVE)))
        .as("that C lacks 6 is not known")
        .containsExactly(pageUpTo(5, FOUR, FIVE));
  }

  @Test
  void ofSeveralPagesThatEndTheShortestDecides() {
    begins();
    assertThat(node.ownAnswers(1, upTo(6, FOUR, SIX))).isEmpty();

    assertThat(node.rangeReply(C, 1, upTo(5, FOUR))).containsExactly(pageUpTo(5, FOUR));
  }

  /** In reverse the shortest page is the one that ends at the greatest key. */
  @Test
  void pageInReverseEndsWhereTheShortestEnds() {
    range = REVERSE;
    begins();
    assertThat(node.ownAnswers(1, all(SIX, FIVE, FOUR))).isEmpty();

    assertThat(node.rangeReply(C, 1, upTo(5, SIX, FIVE)))
        .as("that C lacks 4 is not known")
        .containsExactly(pageUpTo(5, SIX, FIVE));
  }

  @Test
  void ofSeveralPagesInReverseTheOneThatEndsAtTheGreatestKeyDecides() {
    range = REVERSE;
    begins();
    assertThat(node.ownAnswers(1, upTo(4, SIX, FOUR))).isEmpty();

    assertThat(node.rangeReply(C, 1, upTo(5, SIX))).containsExactly(pageUpTo(5, SIX));
  }

  @Test
  void pagesInReverseAreMergedFromTheLastKeyToTheFirst() {
    range = REVERSE;
    begins();
    Entry newer = entry(4, 9);
    assertThat(node.ownAnswers(1, all(FIVE, FOUR))).isEmpty();

    assertThat(node.rangeReply(C, 1, all(SIX, newer)))
        .containsExactly(
            new RepairedBeforeAnswering(2),
            repairsOwn(2, SIX),
            repairsOwn(3, newer),
            repairs(C, 4, FIVE));
    assertThat(node.writeReply(C, 4, STORED)).isEmpty();
    assertThat(node.ownAnswers(2, STORED)).isEmpty();
    assertThat(node.ownAnswers(3, STORED)).containsExactly(page(SIX, FIVE, newer));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void pageInReverseThatDoesNotGoOnIsARefusal() {
    for (int reached : new int[] {7, 8}) {
      node = new PlayedNode(A, B, C);
      range = REVERSE;
      begins();
      assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
      assertThat(node.rangeReply(C, 1, upTo(reached))).containsExactly(asks(B, 1));
    }
  }

  /** A page from the end on has no key that it goes on after: each key is one that it may reach. */
  @Test
  void firstPageInReverseMayReachAnyKeyButTheEmptyOne() {
    range = new RecordStore.Range(PARTITION, 1, REVERSE.keys(), new byte[0], 100, 1 << 20);
    begins();
    assertThat(node.ownAnswers(1, upTo(9))).isEmpty();
    assertThat(node.rangeReply(C, 1, upTo(9))).containsExactly(pageUpTo(9));
    node = new PlayedNode(A, B, C);
    begins();
    assertThat(node.ownAnswers(1, all())).isEmpty();
    assertThat(node.rangeReply(C, 1, new Records(List.of(), new Key(1, new byte[0]))))
        .as("the client would begin again")
        .containsExactly(asks(B, 1));
  }

  @Test
  void pageOfReplicaThatWasNotAskedAndSecondPageOfOneThatWasDoNotCount() {
    begins();

    assertThat(node.rangeReply(B, 1, all(FOUR))).isEmpty();
    assertThat(node.rangeReply(C, 1, all(FOUR))).isEmpty();
    assertThat(node.rangeReply(C, 1, all(FIVE))).isEmpty();
    assertThat(node.ownAnswers(1, all(FOUR))).containsExactly(page(FOUR));
  }

  // ---- repair

  @Test
  void entriesThatAReplicaLacksAreBroughtToItBeforeThePageIsGiven() {
    bringsFiveToC();

    assertThat(node.writeReply(C, 2, STORED)).containsExactly(page(FOUR, FIVE));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void replicaThatHoldsSomethingNewerByNowIsAsGood() {
    bringsFiveToC();

    assertThat(node.writeReply(C, 2, new HoldsNewer(version(B, 9, 0))))
        .containsExactly(page(FOUR, FIVE));
  }

  @Test
  void ownReplicaMayStoreWhatItLacksAtOnce() {
    begins();
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
    node.ownAnswersAtOnce(STORED);

    assertThat(node.rangeReply(C, 1, all(FOUR, FIVE)))
        .containsExactly(new RepairedBeforeAnswering(1), repairsOwn(2, FIVE), page(FOUR, FIVE));
  }

  @Test
  void pageOfAnotherTakesThePlaceOfOneWhoseReplicaDoesNotTakeWhatItLacks() {
    List<WriteOutcome> refusals =
        List.of(
            new NotNow("it is mended"),
            new Refused("its disk is full"),
            StoredWhileFilling.INSTANCE);
    for (WriteOutcome refusal : refusals) {
      node = new PlayedNode(A, B, C);
      bringsFiveToC();

      assertThat(node.writeReply(C, 2, refusal))
          .containsExactly(Window.PAGE_MERGED_AGAIN, asks(B, 1));
      assertThat(node.rangeReply(B, 1, all(FOUR, FIVE))).containsExactly(page(FOUR, FIVE));
      assertThat(node.isIdle()).isTrue();
    }
  }

  @Test
  void repairThatIsNotAnsweredForLongIsSentAgain() {
    bringsFiveToC();
    Sent repair = repairs(C, 2, FIVE);

    assertThat(node.after(300)).isEmpty();
    assertThat(node.after(1)).containsExactly(repair);
    assertThat(node.writeReply(C, 2, STORED)).containsExactly(page(FOUR, FIVE));
  }

  @Test
  void repairIsAnsweredByTheReplicaThatItWasSentTo() {
    bringsFiveToC();

    assertThat(node.writeReply(B, 2, STORED)).isEmpty();
    assertThat(node.after(1)).isEmpty();
  }

  @Test
  void repairsThatFindNoRoomFailThePage() {
    CoordinatorConfig usual = CoordinatorConfig.DEFAULT;
    CoordinatorConfig two =
        new CoordinatorConfig(
            2,
            usual.valueBytesMax(),
            usual.recordBytesMax(),
            usual.versionsOnlyAboveBytes(),
            usual.hedgeDelayNanosMin(),
            usual.hedgeShare(),
            usual.sweepNanos(),
            usual.lagNanosMax(),
            usual.breaker(),
            usual.repair(),
            usual.limiter());
    node = new PlayedNode(tenant(3), placed(EPOCH, A, B, C), two);
    begins();
    assertThat(node.ownAnswers(1, all(FOUR, FIVE))).isEmpty();

    assertThat(node.rangeReply(C, 1, all()))
        .containsExactly(
            new RepairedBeforeAnswering(1),
            repairs(C, 2, FOUR),
            new Failed(Reason.OVERLOADED, false, List.of()));
    assertThat(node.isIdle()).isTrue();
  }

  /** Every sweep finds B dead, and C has only the time between two sweeps to answer. */
  @Test
  void repairGoesOnWhileAReplicaIsDownThatHasNoPart() {
    node.dies(B);
    bringsFiveToC();

    assertThat(node.after(2)).isEmpty();
    assertThat(node.after(2)).isEmpty();
    assertThat(node.writeReply(C, 2, STORED)).containsExactly(page(FOUR, FIVE));
    assertThat(node.isIdle()).isTrue();
  }

  // ---- replicas that fail

  @Test
  void anotherIsAskedInPlaceOfOneThatRefuses() {
    begins();
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();

    assertThat(node.rangeReply(C, 1, new Refused("disk: checksum mismatch")))
        .containsExactly(asks(B, 1));
    assertThat(node.rangeReply(B, 1, all(FOUR))).containsExactly(page(FOUR));
  }

  @Test
  void scanFailsOnceTooManyHaveRefused() {
    begins();
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
    assertThat(node.rangeReply(C, 1, new Refused("it is mended"))).containsExactly(asks(B, 1));

    assertThat(node.rangeReply(B, 1, new Refused("disk: checksum mismatch")))
        .containsExactly(new Failed(Reason.UNAVAILABLE, false, List.of(A)));
    assertThat(node.message()).contains("disk: checksum mismatch");
    assertThat(node.isIdle()).isTrue();
  }

  /** Otherwise the client would ask for pages without end. */
  @Test
  void pageThatDoesNotGoOnIsARefusal() {
    begins();
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();

    assertThat(node.rangeReply(C, 1, upTo(3))).containsExactly(asks(B, 1));
  }

  @Test
  void replicaIsNotBelievedThatTellsOfARecordOfNoClock() {
    begins();
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();

    assertThat(node.rangeReply(C, 1, all(entry(4, FAR_AHEAD)))).containsExactly(asks(B, 1));
    assertThat(node.rangeReply(B, 1, all(FOUR))).containsExactly(page(FOUR));
  }

  @Test
  void replicaIsBelievedThatHoldsSuchARecordAsThisNodeDoes() {
    Entry far = entry(4, FAR_AHEAD);
    begins();
    assertThat(node.ownAnswers(1, all(far))).isEmpty();

    assertThat(node.rangeReply(C, 1, all(far))).containsExactly(page(far));
  }

  @Test
  void anotherIsAskedInPlaceOfOneThatDies() {
    begins();
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
    node.dies(C);

    assertThat(node.after(1)).containsExactly(asks(B, 1));
    assertThat(node.rangeReply(B, 1, all(FOUR))).containsExactly(page(FOUR));
  }

  @Test
  void pageIsMergedAgainWithAnotherWhereOneDiesThatIsRepaired() {
    bringsFiveToC();
    node.dies(C);

    assertThat(node.after(1)).containsExactly(Window.PAGE_MERGED_AGAIN, asks(B, 1));
    assertThat(node.rangeReply(B, 1, all(FOUR, SIX)))
        .containsExactly(new RepairedBeforeAnswering(2), repairsOwn(3, SIX), repairs(B, 4, FIVE));
    assertThat(node.writeReply(C, 2, STORED)).as("it is gone").isEmpty();
    assertThat(node.ownAnswers(2, STORED)).isEmpty();
    assertThat(node.writeReply(B, 4, STORED)).containsExactly(page(FOUR, FIVE, SIX));
  }

  @Test
  void replicaThatDiesAfterItsPageWasTakenHasDoneItsPart() {
    begins();
    assertThat(node.rangeReply(C, 1, all(FOUR))).isEmpty();
    node.dies(C);

    assertThat(node.after(1)).isEmpty();
    assertThat(node.ownAnswers(1, all(FOUR))).containsExactly(page(FOUR));
  }

  @Test
  void silentReplicaIsAskedAgainAndAnotherInItsPlace() {
    begins();
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();

    assertThat(node.after(300)).isEmpty();
    assertThat(node.after(1))
        .containsExactly(asks(C, 1), Window.ASKED_IN_PLACE_OF_A_SILENT_ONE, asks(B, 1));
    assertThat(node.rangeReply(B, 1, all(FOUR))).containsExactly(page(FOUR));
  }

  @Test
  void scanFailsFastWhereTooFewAreUp() {
    node.dies(B);
    node.dies(C);

    assertThat(scan(QUORUM))
        .containsExactly(new FailedFast(QUORUM), new Failed(Reason.UNAVAILABLE, false, List.of()));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void scanWaitsForTheFirstWordOfReplicasThatAreYetToBeHeard() {
    node.isYetToBeHeard(B);
    node.isYetToBeHeard(C);

    assertThat(scan(QUORUM)).containsExactly(Window.FIRST_WORD_AWAITED);
    assertThat(node.after(1)).isEmpty();
    node.isHeard(C);
    assertThat(node.after(1)).containsExactly(asksOwn(1), asks(C, 1));
  }

  // ---- the deadline

  @Test
  void deadlineNamesThoseThatHaveAnswered() {
    begins();
    assertThat(node.rangeReply(C, 1, all(FOUR))).isEmpty();

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of(C)));
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void deadlineWhileRepairing() {
    bringsFiveToC();

    assertThat(node.after(10_000))
        .containsExactly(new Failed(Reason.DEADLINE_EXCEEDED, false, List.of(A, C)));
    assertThat(node.writeReply(C, 2, STORED)).isEmpty();
    assertThat(node.isIdle()).isTrue();
  }

  // ---- epochs

  @Test
  void pagesOfTwoEpochsAreNeverMerged() {
    begins();
    assertThat(node.rangeReply(C, 1, STALE)).isEmpty();
    assertThat(node.isPlaced(placed(NEXT, A, B, C)))
        .containsExactly(new Own(question(2, NEXT)), new Sent(B, question(2, NEXT)));

    assertThat(node.ownAnswers(1, all(FOUR))).as("of the epoch that is over").isEmpty();
    assertThat(node.rangeReply(C, 1, all(FOUR))).isEmpty();
    assertThat(node.rangeReply(B, 2, all(FIVE))).isEmpty();
    assertThat(node.ownAnswers(2, all(FIVE))).containsExactly(page(FIVE));
  }

  @Test
  void refusalUnderAnEpochThatThisNodeKnowsIsFollowedAtOnce() {
    begins();
    assertThat(node.isPlaced(placed(NEXT, A, B, C))).as("nobody has refused it").isEmpty();

    assertThat(node.rangeReply(C, 1, STALE))
        .containsExactly(new Own(question(2, NEXT)), new Sent(B, question(2, NEXT)));
  }

  @Test
  void scanFailsIfItsTenantIsGone() {
    begins();
    assertThat(node.losesItsTenant(placed(NEXT, A, B, C))).isEmpty();

    assertThat(node.rangeReply(C, 1, STALE))
        .containsExactly(new Failed(Reason.UNKNOWN_TENANT, false, List.of()));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void scanIsTriedAgainIfItsTenantIsTruncated() {
    begins();
    assertThat(node.itsTenantIsTruncated(placed(NEXT, A, B, C))).isEmpty();

    assertThat(node.rangeReply(C, 1, STALE))
        .containsExactly(new Failed(Reason.UNAVAILABLE, false, List.of()));
    assertThat(node.isIdle()).isTrue();
  }
}
