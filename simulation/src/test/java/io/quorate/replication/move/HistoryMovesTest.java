package io.quorate.replication.move;

import static io.quorate.replication.move.MovingNodes.A;
import static io.quorate.replication.move.MovingNodes.B;
import static io.quorate.replication.move.MovingNodes.C;
import static io.quorate.replication.move.MovingNodes.D;
import static io.quorate.replication.move.MovingNodes.E;
import static io.quorate.replication.move.MovingNodes.F;
import static io.quorate.replication.move.MovingNodes.at;
import static io.quorate.replication.move.MovingNodes.filling;
import static io.quorate.replication.move.MovingNodes.moving;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.history.HistoryEvent;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimRandom;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Replicas come and go, and a moment before all of that is what it was (docs/design/history.md).
 * Each write is acknowledged by a majority, and missed by the others.
 */
class HistoryMovesTest {
  private static final int KEYS = 12;
  private static final Duration LONG = Duration.ofSeconds(60);

  private MovingNodes nodes = new MovingNodes();
  private SimRandom random = nodes.world.random("writes");
  private List<NodeId> list = List.of(A, B, C);
  private PartitionPlacement placement = at(1, A, B, C);
  private long cuts;

  /** By key and by hybrid time: what was acknowledged. */
  private final Map<Key, TreeMap<Long, Record>> acknowledged = new TreeMap<>();

  /** Hybrid times of which nodes are asked in the end. */
  private final List<Long> moments = new ArrayList<>();

  @BeforeEach
  void start() {
    begin(Duration.ofHours(1));
  }

  private void begin(Duration length) {
    nodes = new MovingNodes();
    random = nodes.world.random("writes");
    nodes.also(tenant(length));
    nodes.fill();
    list.forEach(node -> nodes.start(node, placement));
    nodes.run(Duration.ofMillis(100));
  }

  private static Tenant tenant(Duration length) {
    return new Tenant(1, "t", 3, history(length));
  }

  private static TenantSettings history(Duration length) {
    return length.isZero()
        ? TenantSettings.NONE
        : TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, length.toMillis());
  }

  private long now() {
    return Hlc.of(SimClock.EPOCH_MILLIS + nodes.world.nowNanos() / 1_000_000, 0);
  }

  private void writes(int count) {
    for (int i = 0; i < count; i++) {
      write(random.nextInt(KEYS), majorities());
    }
    moments.add(now());
    nodes.run(Duration.ofMillis(10));
  }

  /** A majority of those that are written to, of each of the two sets if there are two. */
  private NodeId[] majorities() {
    Set<NodeId> chosen = new TreeSet<>(majority(list));
    Move move = placement.move();
    if (move != null) {
      chosen.addAll(majority(move.other()));
    }
    return chosen.toArray(NodeId[]::new);
  }

  private List<NodeId> majority(List<NodeId> set) {
    List<NodeId> up =
        new ArrayList<>(
            set.stream()
                .filter(nodes::isLive)
                .filter(node -> !placement.filling().contains(node))
                .toList());
    while (up.size() > 2) {
      up.remove(random.nextInt(up.size()));
    }
    return up;
  }

  private void write(int number, NodeId... who) {
    Key key = MovingNodes.key(number);
    Version version = new Version(0, now(), A, 1);
    Record record =
        random.chance(0.2)
            ? Record.tombstone(version, 1)
            : Record.value(version, 1, 0, Long.toString(now()).getBytes(UTF_8));
    assertThat(nodes.write(placement.epoch(), key, record, who))
        .hasSize(who.length)
        .allMatch(
            outcome ->
                outcome instanceof Stored
                    || outcome instanceof HoldsNewer
                    || outcome instanceof StoredWhileFilling);
    acknowledged.computeIfAbsent(key, unknown -> new TreeMap<>()).put(now(), record);
    nodes.run(Duration.ofMillis(random.between(1, 5)));
  }

  /** Replaces one node by another, while writes go on. */
  private void replace(NodeId old, NodeId next, int writes) {
    beginReplacing(old, next);
    for (int i = 0; i < writes; i++) {
      write(random.nextInt(KEYS), majorities());
    }
    endReplacing(old);
  }

  private void beginReplacing(NodeId old, NodeId next) {
    List<NodeId> other = list.stream().map(each -> each.equals(old) ? next : each).toList();
    long epoch = placement.epoch() + 1;
    nodes.start(next, placement);
    learn(moving(epoch, Move.Step.DUAL_WRITE, epoch, list, other));
  }

  private void endReplacing(NodeId old) {
    List<NodeId> other = Objects.requireNonNull(placement.move()).other();
    for (int i = 0; i < 60 && !other.stream().allMatch(nodes::isComplete); i++) {
      nodes.run(Duration.ofSeconds(1));
    }
    assertThat(other).allMatch(nodes::isComplete);
    list = other;
    learn(at(placement.epoch() + 1, list.toArray(NodeId[]::new)));
    if (nodes.isLive(old)) {
      nodes.crash(old);
    }
  }

  private void learn(PartitionPlacement next) {
    placement = next;
    Move move = next.move();
    Stream<NodeId> others = move == null ? Stream.empty() : move.other().stream();
    nodes.learn(
        next,
        Stream.concat(list.stream(), others)
            .distinct()
            .filter(nodes::isLive)
            .toArray(NodeId[]::new));
  }

  /** What each of some nodes shows of a moment. */
  private Map<NodeId, RangeOutcome> images(long moment, List<NodeId> who) {
    return images(moment, 1, who);
  }

  private Map<NodeId, RangeOutcome> images(long moment, int tenant, List<NodeId> who) {
    cuts++;
    nodes.cut =
        new Cut(
            cuts, moment, Cut.Step.CLOSED, true, new TreeSet<>(List.of(tenant)), List.of(), 0, "");
    learn(epoch(placement.epoch() + 1));
    nodes.run(Duration.ofMillis(100));
    Map<NodeId, RangeOutcome> images = new TreeMap<>();
    for (NodeId node : who) {
      images.put(node, nodes.image(node, tenant));
    }
    nodes.cut = Cut.NONE;
    return images;
  }

  private PartitionPlacement epoch(long epoch) {
    return new PartitionPlacement(
        epoch,
        placement.preferenceList(),
        placement.purge(),
        placement.filling(),
        placement.move());
  }

  /** Each two of the three have all that was acknowledged up to each moment. */
  private void check() {
    for (long moment : moments) {
      Map<NodeId, RangeOutcome> images = images(moment, list);
      assertThat(images.values()).allMatch(Records.class::isInstance);
      for (NodeId missing : list) {
        Map<Key, Record> shown = new TreeMap<>();
        images.forEach(
            (node, image) -> {
              if (!node.equals(missing)) {
                merge(shown, (Records) image);
              }
            });
        assertThat(shown)
            .as("as of %s without %s", Hlc.toString(moment), missing)
            .isEqualTo(expected(moment));
      }
    }
  }

  private static void merge(Map<Key, Record> shown, Records image) {
    for (RecordStore.Entry entry : image.entries()) {
      shown.merge(
          entry.key(),
          entry.record(),
          (one, other) -> one.version().compareTo(other.version()) >= 0 ? one : other);
    }
  }

  private Map<Key, Record> expected(long moment) {
    Map<Key, Record> expected = new TreeMap<>();
    acknowledged.forEach(
        (key, versions) -> {
          Map.Entry<Long, Record> last = versions.floorEntry(moment);
          if (last != null) {
            expected.put(key, last.getValue());
          }
        });
    return expected;
  }

  @Test
  void afterAllNodesWereReplacedMomentsBeforeThatAreAsTheyWere() {
    replaceAll();
  }

  private void replaceAll() {
    writes(40);
    writes(40);
    replace(A, D, 30);
    writes(10);
    replace(B, E, 30);
    writes(10);
    replace(C, F, 30);
    writes(10);

    check();
    assertThat(nodes.times(HistoryEvent.TAKEN)).isEqualTo(3);
    assertThat(nodes.times(HistoryEvent.BEGUN_AGAIN)).isZero();
    assertThat(nodes.times(HistoryEvent.COPIED)).isGreaterThan(100);
    assertThat(nodes.times(HistoryEvent.KEPT_WHILE_COPYING)).isPositive();
  }

  /** The node that goes is down: of the others, each has to be asked. */
  @Test
  void afterDeadNodesWereReplacedMomentsBeforeThatAreAsTheyWere() {
    writes(40);
    nodes.crash(A);
    replace(A, D, 10);
    writes(20);
    nodes.crash(B);
    replace(B, E, 10);
    writes(20);

    check();
    assertThat(nodes.times(HistoryEvent.BEGUN_AGAIN)).isZero();
  }

  @Test
  void afterAllDisksWereLostOneByOneMomentsBeforeThatAreAsTheyWere() {
    writes(40);
    for (NodeId node : List.of(C, A, B)) {
      lose(node);
      writes(20);
    }

    check();
    assertThat(nodes.times(HistoryEvent.TAKEN)).isEqualTo(3);
    assertThat(nodes.times(HistoryEvent.BEGUN_AGAIN)).isZero();
  }

  private void lose(NodeId node) {
    beginFilling(node);
    for (int i = 0; i < 10; i++) {
      write(random.nextInt(KEYS), majorities());
    }
    endFilling(node);
  }

  private void beginFilling(NodeId node) {
    nodes.reported.clear();
    nodes.crash(node);
    nodes.loseDisk(node);
    placement = filling(at(placement.epoch() + 1, list.toArray(NodeId[]::new)), node);
    nodes.start(node, placement);
    learn(placement);
  }

  private void endFilling(NodeId node) {
    for (int i = 0; i < 60 && nodes.reported.isEmpty(); i++) {
      nodes.run(Duration.ofSeconds(1));
    }
    assertThat(nodes.reported).contains(node);
    learn(at(placement.epoch() + 1, list.toArray(NodeId[]::new)));
  }

  /**
   * An image of a moment is not shown before all of it is there, and a start goes on from what is.
   */
  @Test
  void aNodeThatCrashesAmidItClaimsNothing() {
    writes(60);
    long moment = moments.getFirst();
    beginReplacing(A, D);
    for (int crash = 0; crash < 4; crash++) {
      long before = nodes.times(HistoryEvent.COPIED);
      for (int i = 0; i < 10_000 && nodes.times(HistoryEvent.COPIED) < before + 10; i++) {
        nodes.run(Duration.ofMillis(1));
      }
      assertThat(nodes.times(HistoryEvent.COPIED)).isGreaterThanOrEqualTo(before + 10);
      assertThat(nodes.isComplete(D)).isFalse();
      nodes.crash(D);
      nodes.start(D, placement);
    }
    assertThat(images(moment, List.of(D)).get(D)).isInstanceOf(NoImage.class);
    endReplacing(A);

    check();
  }

  @Test
  void anotherSourceTakesThePlaceOfOneThatGivesNoHistory() {
    writes(40);
    nodes.withoutHistory.add(B);
    replace(A, D, 10);

    check();
    assertThat(nodes.historyFrom).contains(A, B, C);
    assertThat(nodes.times(HistoryEvent.TAKEN)).isEqualTo(1);
  }

  @Test
  void beginsAgainWhereTooFewGiveTheirHistories() {
    writes(40);
    nodes.withoutHistory.add(B);
    nodes.withoutHistory.add(C);
    replace(A, D, 10);
    writes(10);

    assertThat(nodes.times(HistoryEvent.TAKEN)).isZero();
    assertThat(nodes.times(HistoryEvent.BEGUN_AGAIN)).isEqualTo(1);
    assertThat(images(moments.getFirst(), list).get(D)).isInstanceOf(NoImage.class);
    moments.removeFirst();
    check();
  }

  /** It would be brought anything, and none of what C has kept and the other lacks. */
  @Test
  void reachesBackNoFurtherThanTheLatestOfItsSources() {
    writes(40);
    lose(C, B);
    writes(10);
    nodes.withoutHistory.add(B);
    replace(A, D, 10);

    assertThat(images(moments.getFirst(), list).get(D)).isInstanceOf(NoImage.class);
    moments.removeFirst();
    check();
  }

  /** Fills one that another one gives no history. */
  private void lose(NodeId node, NodeId silent) {
    nodes.withoutHistory.add(silent);
    lose(node);
    nodes.withoutHistory.clear();
    assertThat(nodes.times(HistoryEvent.BEGUN_AGAIN)).isEqualTo(1);
  }

  /** It may have replaced something unkept that was acknowledged since the others had a history. */
  @Test
  void beginsAgainWhereItHearsOfTheHistoryWhileItIsCompared() {
    begin(Duration.ZERO);
    writes(20);
    beginReplacing(A, D);
    nodes.silence(A);
    nodes.silence(B);
    nodes.also(tenant(Duration.ofHours(1)));
    nodes.learn(placement, A, B, C);
    nodes.run(Duration.ofSeconds(2));
    writes(10);
    nodes.learn(placement, D);
    nodes.run(Duration.ofSeconds(2));
    nodes.hear(A);
    nodes.hear(B);
    endReplacing(A);

    assertThat(images(moments.getLast(), list).get(D)).isInstanceOf(NoImage.class);
  }

  /**
   * D is of the set of the other tenant before and after, and has had a mark of this one, too, of
   * which it has held nothing.
   */
  @Test
  void beginsAgainForATenantForWhichItArrivesThoughItStaysForAnother() {
    list = List.of(A, B, C, D);
    placement = at(1, A, B, C, D);
    nodes = new MovingNodes();
    nodes.also(tenant(Duration.ofHours(1)));
    nodes.also(new Tenant(2, "wide", 4, history(Duration.ofHours(1))));
    list.forEach(node -> nodes.start(node, placement));
    nodes.run(Duration.ofMillis(100));
    for (int i = 0; i < 10; i++) {
      write(i, A, B, C);
    }
    long moment = now();
    nodes.run(Duration.ofMillis(10));
    for (int i = 0; i < 10; i++) {
      write(i, A, B, C);
    }
    nodes.withoutHistory.addAll(List.of(A, B, C));
    nodes.start(E, placement);
    learn(moving(2, Move.Step.DUAL_WRITE, 2, list, List.of(A, B, D, E)));
    endReplacing(C);

    assertThat(images(moment, 1, List.of(D)).get(D)).isInstanceOf(NoImage.class);
    assertThat(images(moment, 2, List.of(D)).get(D)).isInstanceOf(Records.class);
  }

  /** What is acknowledged while it is filled may be replaced here, and not kept. */
  @Test
  void beginsAgainWhereItHearsOfTheHistoryWhileItIsFilled() {
    begin(Duration.ZERO);
    writes(20);
    beginFilling(C);
    nodes.silence(A);
    nodes.also(tenant(Duration.ofHours(1)));
    nodes.learn(placement, A, B);
    nodes.run(Duration.ofSeconds(2));
    writes(10);
    nodes.learn(placement, C);
    nodes.run(Duration.ofSeconds(2));
    nodes.hear(A);
    endFilling(C);

    assertThat(images(moments.getLast(), list).get(C)).isInstanceOf(NoImage.class);
  }

  /** An operator has accepted that there are no more. */
  @Test
  void beginsAgainWhereItIsFilledFromFewerThanAMajorityOfTheOthers() {
    writes(40);
    List<NodeId> lost = List.of(B, C);
    for (NodeId node : lost) {
      nodes.crash(node);
      nodes.loseDisk(node);
    }
    placement =
        new PartitionPlacement(
            placement.epoch() + 1, list, placement.purge(), new TreeSet<>(lost), null);
    lost.forEach(node -> nodes.start(node, placement));
    learn(placement);
    for (int i = 0; i < 60 && !nodes.reported.containsAll(lost); i++) {
      nodes.run(Duration.ofSeconds(1));
    }
    assertThat(nodes.reported).containsAll(lost);
    learn(at(placement.epoch() + 1, A, B, C));

    Map<NodeId, RangeOutcome> images = images(moments.getFirst(), list);
    assertThat(images.get(A)).isInstanceOf(Records.class);
    assertThat(List.of(images.get(B), images.get(C))).allMatch(NoImage.class::isInstance);
  }

  /** Those that stay may have missed what the one that leaves had with one of them. */
  @Test
  void whereATenantGetsFewerReplicasThoseThatStayBeginAgain() {
    writes(20);
    nodes.also(tenant(Duration.ofHours(1)).with(Replication.of(3).altered(5, 2)));
    long epoch = placement.epoch() + 1;
    learn(
        new PartitionPlacement(
            epoch,
            list,
            placement.purge(),
            placement.filling(),
            new Move(Move.Step.DUAL_WRITE, List.of(A, B), epoch, 5, false)));
    for (int i = 0; i < 60 && !(nodes.isComplete(A) && nodes.isComplete(B)); i++) {
      nodes.run(Duration.ofSeconds(1));
    }
    assertThat(List.of(A, B)).allMatch(nodes::isComplete);

    assertThat(nodes.times(HistoryEvent.TAKEN)).isZero();
    assertThat(nodes.times(HistoryEvent.BEGUN_AGAIN)).isEqualTo(2);
    assertThat(images(moments.getFirst(), List.of(A, B)).values())
        .allMatch(NoImage.class::isInstance);
  }

  /** Of another tenant with as many replicas there is none. */
  @Test
  void whatWasOvertakenIsBroughtThoughATenantBesideHasNoHistory() {
    nodes = new MovingNodes();
    random = nodes.world.random("writes");
    nodes.also(tenant(Duration.ofHours(1)));
    nodes.also(new Tenant(2, "beside", 3, TenantSettings.NONE));
    nodes.fill();
    list.forEach(node -> nodes.start(node, placement));
    nodes.run(Duration.ofMillis(100));
    replaceAll();
  }

  @Test
  void whereReplicasArePlacedByRegionAllBeginAgain() {
    beginByRegion();
    writes(20);
    replace(A, D, 10);

    assertThat(images(moments.getFirst(), list).values()).allMatch(NoImage.class::isInstance);
    assertThat(nodes.times(HistoryEvent.TAKEN)).isZero();
  }

  @Test
  void whereReplicasArePlacedByRegionOneThatIsFilledBeginsAgain() {
    beginByRegion();
    writes(20);
    lose(C);

    Map<NodeId, RangeOutcome> images = images(moments.getFirst(), list);
    assertThat(List.of(images.get(A), images.get(B))).allMatch(Records.class::isInstance);
    assertThat(images.get(C)).isInstanceOf(NoImage.class);
    assertThat(nodes.times(HistoryEvent.TAKEN)).isZero();
  }

  private void beginByRegion() {
    nodes = new MovingNodes();
    random = nodes.world.random("writes");
    ReplicationFactor three = ReplicationFactor.byRegion(new TreeMap<>(Map.of("eu", 3)));
    nodes.also(new Tenant(1, "t", three, history(Duration.ofHours(1))));
    nodes.standIn("eu", A, B, C, D);
    nodes.fill();
    list.forEach(node -> nodes.start(node, placement));
    nodes.run(Duration.ofMillis(100));
  }

  @Test
  void whatWasTooOldForItsLengthIsNotClaimed() {
    begin(Duration.ofSeconds(20));
    writes(40);
    nodes.run(LONG);
    writes(40);
    replace(A, D, 10);
    writes(10);

    assertThat(images(moments.getFirst(), list).get(D)).isInstanceOf(NoImage.class);
    moments.removeFirst();
    check();
  }
}
