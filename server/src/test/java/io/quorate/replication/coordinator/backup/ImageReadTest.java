package io.quorate.replication.coordinator.backup;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.D;
import static io.quorate.replication.coordinator.operation.PlayedNode.E;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.PARTITION;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Level;
import io.quorate.placement.Model;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.backup.SealedCut.Images;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Own;
import io.quorate.replication.coordinator.scan.PartitionRead;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.storage.RecordStore;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.version.CausalContext;
import io.quorate.version.CrdtState;
import io.quorate.version.Dot;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Register;
import io.quorate.version.SiblingSet;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import io.quorate.version.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One page of images as of a cut. C is asked before B, for replicas take turns. */
class ImageReadTest {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final long CUT = 77;
  private static final NoImage NONE = new NoImage("it was started since");
  private static final Refused BUSY = new Refused("overloaded");

  private static final RecordStore.Range RANGE =
      new RecordStore.Range(PARTITION, 1, new byte[0], new byte[] {3}, 100, 1 << 20);

  private static final Entry FOUR = entry(4, 0);
  private static final Entry FIVE = entry(5, 0);
  private static final Entry SIX = entry(6, 0);
  private static final Entry FIVE_COUNTED = counted(5, 30, 1, 1);

  private record Page(List<Entry> newest, @Nullable Key reached) {}

  private PlayedNode node = new PlayedNode(A, B, C);
  private Level level = Level.QUORUM;
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

  private static Records all(Entry... entries) {
    return new Records(List.of(entries), null);
  }

  private static Records upTo(int key, Entry... entries) {
    return new Records(List.of(entries), key(key));
  }

  private static Answered page(Entry... entries) {
    return new Answered(new Page(List.of(entries), null));
  }

  private static Cut cut(long time, NodeId... counted) {
    SortedSet<NodeId> nodes = new TreeSet<>(List.of(counted));
    return new Cut(CUT, time, Cut.Step.SEALED, new TreeSet<>(Set.of(1)), List.of(nodes), time, "");
  }

  private Images images(Cut cut) {
    return new Images(cut, node.plan(), cut.counted().get(PARTITION));
  }

  /** Of the cut: what is written in the first second is in it. */
  private long time() {
    return Hlc.of(node.wallMillis() + 1_000, 0);
  }

  private List<Object> read(NodeId... counted) {
    deadlineNanos = node.nanos() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    return node.step(
        () ->
            new ImageRead(
                    node.context(),
                    images(cut(time(), counted)),
                    new PartitionRead.Question(RANGE, level, deadlineNanos),
                    new Taking())
                .start());
  }

  private ReadImage question() {
    int left = (int) TimeUnit.NANOSECONDS.toMillis(deadlineNanos - node.nanos());
    return new ReadImage(node.id(1), CUT, EPOCH, RANGE, left);
  }

  private Own asksOwn() {
    return new Own(question());
  }

  private Sent asks(NodeId replica) {
    return new Sent(replica, question());
  }

  private static Failed fails(Reason reason, NodeId... answered) {
    return new Failed(reason, false, List.of(answered));
  }

  // ---- how many are asked, and which

  @Test
  void majorityOfTheImagesIsEnough() {
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(C));
    assertThat(node.rangeReply(C, 1, all(FOUR))).as("one is too few").isEmpty();
    assertThat(node.ownAnswers(1, all(FOUR))).containsExactly(page(FOUR));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void imagesThatDoNotCountAreNotAskedFor() {
    assertThat(read(A, B)).containsExactly(asksOwn(), asks(B));
    assertThat(node.rangeReply(C, 1, all(SIX))).isEmpty();
    assertThat(node.rangeReply(B, 1, all())).isEmpty();
    assertThat(node.ownAnswers(1, all(FOUR))).containsExactly(page(FOUR));
  }

  @Test
  void ownImageIsNotAskedForUnlessItCounts() {
    assertThat(read(B, C)).containsExactly(asks(C), asks(B));
  }

  @Test
  void ofFiveReplicasThreeAreNeeded() {
    node = new PlayedNode(A, B, C, D, E);
    assertThat(read(A, C, D)).containsExactly(asksOwn(), asks(D), asks(C));
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
    assertThat(node.rangeReply(C, 1, all())).isEmpty();
    assertThat(node.rangeReply(D, 1, all())).containsExactly(page(FOUR));
  }

  @Test
  void eachRegionHasToAnswer() {
    SortedMap<String, Integer> byRegion = new TreeMap<>();
    byRegion.put(PlayedNode.REGION_OF_A_AND_B, 1);
    byRegion.put(PlayedNode.REGION_OF_OTHERS, 3);
    Tenant tenant =
        new Tenant(1, "orders", ReplicationFactor.byRegion(byRegion), TenantSettings.NONE);
    node = new PlayedNode(tenant, placed(EPOCH, A, C, D, E), CoordinatorConfig.DEFAULT);
    level = Level.EACH_QUORUM;
    assertThat(read(A, C, D, E)).hasSize(3).contains(asksOwn());
    assertThat(node.rangeReply(C, 1, all())).isEmpty();
    assertThat(node.rangeReply(D, 1, all())).as("the own region is missing").isEmpty();
    List<Object> answered = node.rangeReply(E, 1, all());
    assertThat(answered).as("whichever of them was asked").isEmpty();
    assertThat(node.ownAnswers(1, all(FOUR))).containsExactly(page(FOUR));
  }

  @Test
  void replicaThatIsDownIsNotAsked() {
    node.dies(C);
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(B));
  }

  // ---- what is answered

  @Test
  void newestOfEachKeyIsAnswered() {
    assertThat(read(A, B, C)).hasSize(2);
    Entry later = entry(5, 20);
    assertThat(node.ownAnswers(1, all(FOUR, later))).isEmpty();
    assertThat(node.rangeReply(C, 1, all(FIVE, SIX))).containsExactly(page(FOUR, later, SIX));
  }

  @Test
  void pageGoesAsFarAsTheShortest() {
    assertThat(read(A, B, C)).hasSize(2);
    assertThat(node.ownAnswers(1, all(FOUR, FIVE, SIX))).isEmpty();
    assertThat(node.rangeReply(C, 1, upTo(5, FIVE)))
        .containsExactly(new Answered(new Page(List.of(FOUR, FIVE), key(5))));
  }

  /** Nothing is brought to a replica that lacks it: it was not in its image. */
  @Test
  void nothingIsRepaired() {
    assertThat(read(A, B, C)).hasSize(2);
    assertThat(node.ownAnswers(1, all())).isEmpty();
    assertThat(node.rangeReply(C, 1, all(FOUR))).containsExactly(page(FOUR));
    assertThat(node.isIdle()).isTrue();
  }

  /** What is placed otherwise since concerns no image. */
  @Test
  void otherPlacementsChangeNothing() {
    assertThat(read(A, B, C)).hasSize(2);
    assertThat(node.isPlaced(placed(EPOCH + 3, A, D, E))).isEmpty();
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
    assertThat(node.rangeReply(C, 1, all(FOUR))).containsExactly(page(FOUR));
  }

  // ---- of records without moments

  private void isOf(Model model) {
    Tenant tenant =
        new Tenant(1, "orders", 3, TenantSettings.NONE.with(TenantSetting.MODEL, model));
    node = new PlayedNode(tenant, placed(EPOCH, A, B, C), CoordinatorConfig.DEFAULT);
  }

  private static Entry counted(int key, long writer, long number, long sum) {
    return entryOf(
        key,
        CrdtState.update(
                new Writer(writer, 1),
                List.of(new FieldChange.Count(new Field("", Field.Kind.COUNTER), number, sum, 0)))
            .toRecord());
  }

  private static Entry entryOf(int key, Record record) {
    return new Entry(key(key), record);
  }

  private Entry register(int key, long millis, String value) {
    Version ballot = version(B, millis, 0);
    return entryOf(
        key,
        new Register(
                ballot.hlc(),
                0,
                new WriteId(ballot.hlc(), 1, 1),
                List.of(),
                value.getBytes(StandardCharsets.UTF_8))
            .toRecord(ballot));
  }

  /** Each image has an addition that the other lacks, and both have one of them. */
  @Test
  void imagesOfMergedRecordsAreMerged() {
    isOf(Model.COUNTERS);
    assertThat(read(A, B, C)).hasSize(2);
    Entry one = counted(4, 10, 2, 5);
    Entry other = counted(4, 20, 1, 7);
    Record both = RecordModel.CRDTS.merge(one.record(), other.record());
    assertThat(node.ownAnswers(1, all(one, FIVE_COUNTED))).isEmpty();
    assertThat(
            node.rangeReply(
                C,
                1,
                all(
                    entryOf(
                        4,
                        RecordModel.CRDTS.merge(counted(4, 10, 1, 3).record(), other.record())))))
        .containsExactly(Window.IMAGES_DIFFERED, page(entryOf(4, both), FIVE_COUNTED));
    assertThat(node.isIdle()).as("nothing is repaired").isTrue();
  }

  /** What was chosen before is below it, or is it: so all that was changed before is in it. */
  @Test
  void ofRegistersTheOneWithTheHighestBallotIsTaken() {
    isOf(Model.LINEARIZABLE);
    assertThat(read(A, B, C)).hasSize(2);
    Entry chosen = register(4, 10, "chosen");
    Entry accepted = register(4, 20, "accepted by one");
    assertThat(node.ownAnswers(1, all(accepted))).isEmpty();
    assertThat(node.rangeReply(C, 1, all(chosen)))
        .containsExactly(Window.IMAGES_DIFFERED, page(accepted));
  }

  /** Their times are of writers, or ahead of all clocks, and say nothing of when they came. */
  @Test
  void timesOfRecordsWithoutMomentsAreNotLookedAt() {
    isOf(Model.LINEARIZABLE);
    assertThat(read(A, B, C)).hasSize(2);
    Entry ahead = register(4, 4_000, "ahead");
    assertThat(node.ownAnswers(1, all(ahead))).isEmpty();
    assertThat(node.rangeReply(C, 1, all(ahead))).containsExactly(page(ahead));
  }

  // ---- replicas that fail

  @Test
  void imageThatIsGoneIsReplaced() {
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(C));
    assertThat(node.rangeReply(C, 1, NONE)).containsExactly(asks(B));
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
    assertThat(node.rangeReply(C, 1, all(SIX))).as("it had said that it has none").isEmpty();
    assertThat(node.rangeReply(B, 1, all(FIVE))).containsExactly(page(FOUR, FIVE));
  }

  @Test
  void ownImageThatIsGoneIsReplacedAtOnce() {
    node.ownAnswersAtOnce(NONE);
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(C), asks(B));
  }

  @Test
  void replicaThatRefusesIsReplaced() {
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(C));
    assertThat(node.rangeReply(C, 1, BUSY)).containsExactly(asks(B));
  }

  @Test
  void replicaThatComparesEpochsIsReplaced() {
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(C));
    assertThat(node.rangeReply(C, 1, new StaleEpoch(EPOCH + 1))).containsExactly(asks(B));
  }

  @Test
  void pageThatDoesNotGoOnIsReplaced() {
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(C));
    assertThat(node.rangeReply(C, 1, upTo(3))).containsExactly(asks(B));
  }

  @Test
  void recordOfAnotherModelIsNotTaken() {
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(C));
    Record promised = Record.promising(null, new Version(0, node.hlc(), C, 1));
    assertThat(node.rangeReply(C, 1, all(new Entry(key(4), promised)))).containsExactly(asks(B));
  }

  /** No image has it: a replica that lies could have a backup show what was never written. */
  @Test
  void recordFromAfterTheCutIsNotTaken() {
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(C));
    Version later = new Version(0, time() + 1, C, 1);
    Entry entry = new Entry(key(4), Record.value(later, EPOCH, 0, new byte[] {1}));
    assertThat(node.rangeReply(C, 1, all(entry))).containsExactly(asks(B));
  }

  @Test
  void cutHasToBeMadeAgainIfImagesAreGoneAtMost() {
    assertThat(read(A, B, C)).hasSize(2);
    assertThat(node.rangeReply(C, 1, NONE)).containsExactly(asks(B));
    assertThat(node.rangeReply(B, 1, NONE)).containsExactly(fails(Reason.FAILED_PRECONDITION));
    assertThat(node.message())
        .isEqualTo(
            "partition 0 of tenant 'orders': its images of cut 77 are gone at nodes ["
                + B
                + ", "
                + C
                + "] (it was started since), and 2 of 3 replicas are needed: the cut has to be made"
                + " again");
    assertThat(node.isIdle()).isTrue();
  }

  /** Those that never counted are no better than those that are gone. */
  @Test
  void oneOfTheImagesThatCountAndNoMoreIsTooFew() {
    assertThat(read(A, B)).containsExactly(asksOwn(), asks(B));
    assertThat(node.rangeReply(B, 1, NONE)).containsExactly(fails(Reason.FAILED_PRECONDITION));
    assertThat(node.message()).contains("was not counted when the cut was sealed");
  }

  /** A network that heals may bring the images back, so it is worth another attempt. */
  @Test
  void replicasThatAreAwayMayComeBack() {
    assertThat(read(A, B, C)).hasSize(2);
    assertThat(node.rangeReply(C, 1, NONE)).containsExactly(asks(B));
    assertThat(node.rangeReply(B, 1, BUSY)).containsExactly(fails(Reason.UNAVAILABLE));
    assertThat(node.message()).contains("overloaded", "Try again when they are back");
  }

  @Test
  void tooFewAreUp() {
    node.dies(B);
    node.dies(C);
    assertThat(read(A, B, C)).containsExactly(fails(Reason.UNAVAILABLE));
    assertThat(node.message()).contains("not heard");
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void replicaThatDiesMeanwhileIsReplaced() {
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(C));
    node.dies(C);
    assertThat(node.after(10)).containsExactly(asks(B));
  }

  @Test
  void silentReplicaIsAskedAgainAndAnotherBesides() {
    assertThat(read(A, B, C)).containsExactly(asksOwn(), asks(C));
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
    assertThat(node.after(301))
        .containsExactly(asks(C), Window.ASKED_IN_PLACE_OF_A_SILENT_ONE, asks(B));
    assertThat(node.rangeReply(B, 1, all())).containsExactly(page(FOUR));
    assertThat(node.rangeReply(C, 1, all())).isEmpty();
  }

  @Test
  void deadline() {
    assertThat(read(A, B, C)).hasSize(2);
    assertThat(node.ownAnswers(1, all(FOUR))).isEmpty();
    assertThat(node.after(TIMEOUT_MILLIS)).containsExactly(fails(Reason.DEADLINE_EXCEEDED, A));
    assertThat(node.isIdle()).isTrue();
  }

  // ---- what a backup gets of it

  /** What has expired by now had not expired then; and the other way round if clocks are off. */
  @Test
  void whatHadExpiredAtTheTimeOfTheCutIsLeftOut() {
    long then = node.wallMillis() + 5_000;
    Entry before = expiring(4, then);
    Entry after = expiring(5, then + 1);
    Entry deleted = new Entry(key(6), Record.tombstone(version(B, 0, 0), EPOCH));
    for (long laterMillis : List.of(0L, 60_000L)) {
      assertThat(node.after(laterMillis)).isEmpty();
      node.ownAnswersAtOnce(all(before, after, deleted));
      Cut cut = cut(Hlc.of(then, 0), A, B, C);
      List<Object> asked =
          node.step(
              () ->
                  new BackupRead(
                          node.context(),
                          node.plan(),
                          Level.QUORUM,
                          images(cut),
                          new Items(),
                          looked -> node.answeredWith("looked at " + looked))
                      .start(
                          BackupPlane.Part.of(0, new byte[] {3}, cut.id()),
                          node.nanos() + 1_000_000_000L));
      Sent sent = (Sent) asked.getLast();
      long id = ((ReadImage) sent.message()).id();
      InFlight read = Objects.requireNonNull(node.context().table().get(id));
      assertThat(node.step(() -> read.onRangeReply(sent.to(), all())))
          .containsExactly(new Answered("looked at 3"), new Answered(List.of(after.key())));
    }
  }

  /** One value that has not expired is enough for a key with siblings; all of them come with it. */
  @Test
  void ofSiblingsAKeyIsLeftOutOnceAllHadExpiredAtTheTimeOfTheCut() {
    isOf(Model.SIBLINGS);
    long then = node.wallMillis() + 5_000;
    Entry all = siblings(4, then - 1, then);
    Entry some = siblings(5, then - 1, then + 1);
    node.ownAnswersAtOnce(all(all, some));
    List<Object> asked =
        node.step(
            () ->
                new BackupRead(
                        node.context(),
                        node.plan(),
                        Level.QUORUM,
                        images(cut(Hlc.of(then, 0), A, B, C)),
                        new Items(),
                        looked -> node.answeredWith("looked at " + looked))
                    .start(
                        BackupPlane.Part.of(0, new byte[] {3}, CUT),
                        node.nanos() + 1_000_000_000L));
    Sent sent = (Sent) asked.getLast();
    InFlight read =
        Objects.requireNonNull(node.context().table().get(((ReadImage) sent.message()).id()));
    assertThat(node.step(() -> read.onRangeReply(sent.to(), all(all, some))))
        .containsExactly(new Answered("looked at 2"), new Answered(List.of(some.key())));
  }

  private static Entry siblings(int key, long... expireAtMillis) {
    SiblingSet set = SiblingSet.EMPTY;
    for (int i = 0; i < expireAtMillis.length; i++) {
      long hlc = Hlc.of(10 + i, 0);
      set =
          set.write(
              new Dot(hlc, new Dot.Actor(B, 1, i)),
              new WriteId(hlc, i, 1),
              CausalContext.NONE,
              new byte[] {1},
              expireAtMillis[i]);
    }
    return entryOf(key, set.toRecord());
  }

  private static Entry expiring(int key, long atMillis) {
    return new Entry(key(key), Record.value(version(B, 0, 0), EPOCH, atMillis, new byte[] {1}));
  }

  private final class Items implements BackupPlane.PageCallback {
    @Override
    public void page(
        List<BackupPlane.Item> items, byte @Nullable [] next, boolean potentiallyStale) {
      assertThat(next).isNull();
      assertThat(potentiallyStale).isFalse();
      node.answeredWith(items.stream().map(item -> new Key(1, item.key())).toList());
    }

    @Override
    public void failed(Failure failure) {
      node.failed(failure);
    }
  }
}
