package io.quorate.replication.hint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Placements;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.hint.Courier.Outcome;
import io.quorate.replication.hint.Hints.Standing;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.FixedPlacements;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.HintStore.DeadLetter;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.HintStore.Owed;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered for nodes that are away, and what is delivered. */
class HintsTest {
  private static final NodeId AWAY = new NodeId(7);
  private static final NodeId OTHER = new NodeId(8);
  private static final int PARTITION = 3;
  private static final long EPOCH = 4;
  private static final Record RECORD =
      Record.tombstone(new Version(0, Hlc.of(1_000, 0), OTHER, 1), EPOCH);
  private static final Outcome REFUSED = new Courier.Declined("no");

  private final SimWorld world = SimWorld.of(1);
  private final MemoryDisk disk = new MemoryDisk(DiskSpeed.FLASH);
  private final Set<NodeId> up = new HashSet<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Delivery> deliveries = new ArrayList<>();
  private final SimClock clock = new SimClock(world, world.random("clock"));
  private SimLane lane = new SimLane(world, "a", world.random("a"));
  private Storage storage;
  private Hints hints;

  /** A delivery that the test ends. */
  private record Delivery(Hint hint, Consumer<Outcome> callback) {}

  @BeforeEach
  void start() {
    start(new HintConfig(5, 1 << 20, 4, 3, 2), new HintRules());
  }

  private void start(HintConfig config, HintRules rules) {
    storage =
        disk.mount(
            lane, new SimRandomness(world.random("disk")), StorageListener.NONE, health -> {});
    hints =
        new Hints(
            storage.hints(lane),
            up::contains,
            clock,
            (hint, callback) -> deliveries.add(new Delivery(hint, callback)),
            BackgroundBudget.UNLIMITED,
            config,
            events::add,
            rules);
    tickForEver();
  }

  private void tickForEver() {
    Hints ticking = hints;
    var unused =
        lane.schedule(
            2_000_000,
            () -> {
              ticking.tick();
              tickForEver();
            });
  }

  private void restart(HintConfig config) {
    restart(config, new HintRules());
  }

  private void restart(HintConfig config, HintRules rules) {
    disk.crash();
    lane.kill();
    lane = new SimLane(world, "a", world.random("again"));
    start(config, rules);
  }

  private void missed(String... keys) {
    lane.execute(
        () -> {
          for (String key : keys) {
            hints.missed(AWAY, PARTITION, EPOCH, key(key));
          }
        });
    pass(10);
  }

  private void pass(long millis) {
    world.runFor(Duration.ofMillis(millis));
  }

  private static Key key(String text) {
    return new Key(1, text.getBytes(UTF_8));
  }

  private void end(int number, Outcome outcome) {
    lane.execute(() -> deliveries.get(number).callback().accept(outcome));
    pass(10);
  }

  private Standing standing() {
    return hints.standings().getFirst();
  }

  @Test
  void keyCostsOneHintHoweverOftenItIsWritten() {
    missed("a", "a", "b");
    missed("a");
    assertThat(standing().hints()).isEqualTo(2);
    restart(HintConfig.DEFAULT);
    missed("b", "a");
    assertThat(standing().hints()).isEqualTo(2);
  }

  @Test
  void nothingIsDeliveredToANodeThatIsAwayAndAllOnceItIsBack() {
    missed("a", "b", "c");
    pass(1_000);
    assertThat(deliveries).isEmpty();
    up.add(AWAY);
    pass(10);
    assertThat(deliveries).hasSize(3);
    for (int i = 0; i < 3; i++) {
      end(i, Outcome.DELIVERED);
    }
    pass(1_000);
    assertThat(hints.standings()).isEmpty();
    assertThat(deliveries).hasSize(3);
    restart(HintConfig.DEFAULT);
    assertThat(hints.standings()).isEmpty();
  }

  @Test
  void pastTheBoundThePartitionIsMarkedAndSaid() {
    missed("a", "b", "c", "d", "e");
    assertThat(standing().repairs()).isEmpty();
    missed("f");
    missed("g");
    assertThat(standing().hints()).isEqualTo(5);
    assertThat(standing().repairs()).containsExactly(PARTITION);
    assertThat(events).contains(new HintEvent.HintsOverflowed(AWAY, PARTITION));
    restart(HintConfig.DEFAULT);
    assertThat(standing().repairs()).containsExactly(PARTITION);
  }

  @Test
  void recordThatChangesWhileItIsDeliveredIsDeliveredAgain() {
    missed("a");
    up.add(AWAY);
    pass(10);
    missed("a");
    end(0, Outcome.DELIVERED);
    pass(1_000);
    assertThat(deliveries).hasSize(2);
    assertThat(standing().hints()).isEqualTo(1);
    end(1, Outcome.DELIVERED);
    assertThat(hints.standings()).isEmpty();
  }

  /** What is delivered is what is durable, and that is what was there before. */
  @Test
  void recordThatIsNotDurableYetWhenADeliveryBeginsIsDeliveredAgain() {
    missed("a");
    disk.speed(new DiskSpeed(100_000_000, 110_000_000, 100, 1_000, 2_000));
    lane.execute(() -> hints.missed(AWAY, PARTITION, EPOCH, key("a")));
    up.add(AWAY);
    pass(20);
    assertThat(deliveries).hasSize(1);
    end(0, Outcome.DELIVERED);
    pass(1_000);
    assertThat(deliveries).hasSize(2); // that one began as early, too
    end(1, Outcome.DELIVERED);
    pass(1_000);
    end(2, Outcome.DELIVERED);
    pass(1_000);
    assertThat(hints.standings()).isEmpty();
  }

  /** The disk still shows the hint that is being taken away. */
  @Test
  void hintThatIsWrittenWhileItIsTakenAwayStays() {
    missed("a");
    up.add(AWAY);
    pass(10);
    lane.execute(
        () -> {
          deliveries.getFirst().callback().accept(Outcome.DELIVERED);
          hints.missed(AWAY, PARTITION, EPOCH, key("a"));
        });
    pass(20);
    assertThat(standing().hints()).isEqualTo(1);
    up.clear();
    restart(HintConfig.DEFAULT);
    assertThat(standing().hints()).isEqualTo(1);
  }

  /**
   * The hint is taken away, comes again before the disk has let go of it, and is taken away once
   * more, after a page that showed it as it was before. When the disk answers the first removal, it
   * shows the hint still, until it answers the second.
   */
  @Test
  void hintThatIsTakenAwayTwiceIsCountedOnce() {
    missed("a");
    up.add(AWAY);
    pass(10);
    disk.speed(new DiskSpeed(30_000_000, 30_000_000, 0, 1, 1));
    lane.execute(
        () -> {
          deliveries.getFirst().callback().accept(Outcome.DELIVERED);
          hints.missed(AWAY, PARTITION, EPOCH, key("a"));
        });
    pass(10);
    assertThat(deliveries).hasSize(2);
    lane.execute(
        () -> {
          deliveries.get(1).callback().accept(Outcome.DELIVERED);
          hints.missed(AWAY, PARTITION, EPOCH, key("b"));
        });
    pass(200);
    deliveries.stream()
        .skip(2)
        .filter(each -> each.hint().key().equals(key("a")))
        .forEach(each -> lane.execute(() -> each.callback().accept(Outcome.DELIVERED)));
    pass(200);
    assertThat(standing().hints()).isEqualTo(1);
    assertThat(deliveries.getLast().hint().key()).isEqualTo(key("b"));
  }

  private void refuseThreeTimes(int from) {
    for (int i = 0; i < 3; i++) {
      pass(2_000);
      assertThat(deliveries).hasSize(from + i + 1);
      end(from + i, REFUSED);
    }
  }

  @Test
  void hintThatIsRefusedAgainAndAgainBecomesADeadLetterDurably() {
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    restart(HintConfig.DEFAULT);
    assertThat(standing().hints()).isZero();
    assertThat(standing().deadLetters()).isEqualTo(1);
    assertThat(standing().repairs()).isEmpty();
    DeadLetter letter = hints.deadLetters(null, null, null, 10).getFirst();
    assertThat(letter.hint()).isEqualTo(new Hint(AWAY, PARTITION, key("a")));
    assertThat(letter.reason()).isEqualTo("no");
    assertThat(letter.missed().epoch()).isEqualTo(EPOCH);
    pass(10_000);
    assertThat(deliveries).hasSize(3);
  }

  @Test
  void deadLetterThatIsReplayedIsDeliveredAsAHint() {
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    var answer = new Told();
    lane.execute(() -> hints.replayDeadLetters(AWAY, PARTITION, answer));
    pass(2_000);
    assertThat(answer.told).containsExactly("settled 1");
    assertThat(deliveries).hasSize(4);
    end(3, Outcome.DELIVERED);
    assertThat(hints.standings()).isEmpty();
    restart(HintConfig.DEFAULT);
    assertThat(hints.standings()).isEmpty();
  }

  @Test
  void droppedDeadLetterLeavesAMarkUnlessItIsForgotten() {
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    lane.execute(() -> hints.dropDeadLetters(OTHER, null, false, new Told()));
    lane.execute(() -> hints.dropDeadLetters(null, PARTITION + 1, false, new Told()));
    pass(10);
    assertThat(standing().deadLetters()).isEqualTo(1);
    lane.execute(() -> hints.dropDeadLetters(AWAY, null, false, new Told()));
    pass(10);
    restart(HintConfig.DEFAULT);
    assertThat(standing().deadLetters()).isZero();
    assertThat(standing().repairs()).containsExactly(PARTITION);
  }

  /** What operators decided about dead letters, as they were answered. */
  private static final class Told implements LettersCallback {
    private final List<String> told = new ArrayList<>();

    @Override
    public void settled(int letters) {
      told.add("settled " + letters);
    }

    @Override
    public void failed(StorageFault fault) {
      told.add("failed " + fault.kind());
    }
  }

  @Test
  void whatIsDecidedAboutADeadLetterIsToldWhenItIsDurable() {
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    disk.speed(new DiskSpeed(100_000_000, 110_000_000, 100, 1_000, 2_000));
    var answer = new Told();
    lane.execute(() -> hints.dropDeadLetters(null, null, true, answer));
    assertThat(answer.told).isEmpty();
    pass(1_000);
    assertThat(answer.told).containsExactly("settled 1");
    var again = new Told();
    lane.execute(() -> hints.dropDeadLetters(null, null, true, again));
    pass(10);
    assertThat(again.told).containsExactly("settled 0");
  }

  /**
   * Else the list of dead letters would lack it until the next start, which would find it again.
   */
  @Test
  void deadLetterThatTheDiskDoesNotLetGoStays() {
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    disk.full(true);
    var dropped = new Told();
    var replayed = new Told();
    lane.execute(() -> hints.dropDeadLetters(null, null, true, dropped));
    pass(10);
    assertThat(dropped.told).containsExactly("failed FULL");
    assertThat(standing().deadLetters()).isEqualTo(1);
    lane.execute(() -> hints.replayDeadLetters(null, null, replayed));
    pass(10);
    assertThat(replayed.told).containsExactly("failed FULL");
    assertThat(hints.deadLetters(null, null, null, 10)).hasSize(1);
    disk.full(false);
    restart(HintConfig.DEFAULT);
    assertThat(standing().deadLetters()).isEqualTo(1);
  }

  @Test
  void deadLetterThatTheDiskDoesNotTakeStaysAHint() {
    missed("a");
    up.add(AWAY);
    disk.full(true);
    refuseThreeTimes(0);
    pass(10);
    assertThat(hints.deadLetters(null, null, null, 10)).isEmpty();
    assertThat(events).noneMatch(HintEvent.DeadLettered.class::isInstance);
    disk.full(false);
    pass(2_000);
    assertThat(deliveries).as("it is delivered once more").hasSize(4);
  }

  /** The lost hints are not known, so all partitions that may have had any are marked. */
  @Test
  void hintsThatCannotBeReadBecomeMarksOfAllThatOthersShare() {
    missed("a");
    disk.loseHints();
    restart(HintConfig.DEFAULT);
    assertThat(hints.standings()).isEmpty();
    Placements three = FixedPlacements.of(3, 3);
    NodeId self = three.nodes().keySet().iterator().next();
    restart(HintConfig.DEFAULT); // died before it had set a mark: the loss is not forgotten
    lane.execute(() -> hints.coverLoss(self, three));
    pass(10);
    int all = three.partitions().size();
    assertThat(events).contains(new HintEvent.HintsLost(2 * all));
    assertThat(hints.standings())
        .extracting(standing -> standing.repairs().size())
        .containsExactly(all, all);
    events.clear();
    restart(HintConfig.DEFAULT);
    lane.execute(() -> hints.coverLoss(self, three));
    assertThat(events).isEmpty();
    assertThat(hints.standings())
        .extracting(standing -> standing.repairs().size())
        .containsExactly(all, all);
  }

  /** A replica of a partition that shares no tenant with this node was owed nothing. */
  @Test
  void hintsThatCannotBeReadBecomeNoMarksOfNodesThatShareNoTenant() {
    missed("a");
    disk.loseHints();
    restart(HintConfig.DEFAULT);
    Placements regions = FixedPlacements.byRegion(FixedPlacements.of(3, 1), List.of(List.of(0)));
    Map<String, Tenant> tenants = Map.of("t1", inRegion(1, "r0", 1), "t2", inRegion(2, "r", 2));
    Placements both = new Placements(1, regions.nodes(), tenants, regions.partitions());
    lane.execute(() -> hints.coverLoss(both.nodes().keySet().iterator().next(), both));
    pass(10);
    assertThat(events).contains(new HintEvent.HintsLost(0));
    assertThat(hints.standings()).isEmpty();
  }

  private static Tenant inRegion(int id, String region, int replicas) {
    var factor = ReplicationFactor.byRegion(new TreeMap<>(Map.of(region, replicas)));
    return new Tenant(id, "t" + id, factor, TenantSettings.NONE);
  }

  @Test
  void forgottenDeadLetterLeavesNothing() {
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    lane.execute(() -> hints.dropDeadLetters(null, null, true, new Told()));
    pass(10);
    restart(HintConfig.DEFAULT);
    assertThat(hints.standings()).isEmpty();
  }

  @Test
  void pastTheBoundOfDeadLettersThePartitionIsMarkedAndSaid() {
    restart(new HintConfig(5, 1 << 20, 4, 3, 0));
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    assertThat(standing().hints()).isZero();
    assertThat(standing().deadLetters()).isZero();
    assertThat(standing().repairs()).containsExactly(PARTITION);
    assertThat(events).contains(new HintEvent.HintGivenUp(AWAY, PARTITION));
  }

  /** What the target has now is newer than what it refused. */
  @Test
  void deadLetterGoesWhenItsTargetTakesTheRecordAfterAll() {
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    missed("a");
    pass(1_000);
    end(3, Outcome.DELIVERED);
    assertThat(hints.standings()).isEmpty();
  }

  @Test
  void hintForANodeThatIsNoReplicaAnyMoreMarksThoseThatAre() {
    missed("a", "b");
    lane.execute(() -> hints.setMembers(Set.of(OTHER)));
    pass(100); // it is asked what became of the target, though that is gone
    assertThat(deliveries).hasSize(2);
    end(0, new Courier.Moved(List.of(OTHER)));
    end(1, new Courier.Moved(List.of(OTHER)));
    pass(2_000);
    assertThat(hints.lackingNanos(OTHER)).as("most of them got it").isZero();
    restart(HintConfig.DEFAULT);
    assertThat(hints.standings()).hasSize(1);
    assertThat(standing().target()).isEqualTo(OTHER);
    assertThat(standing().repairs()).containsExactly(PARTITION);
    assertThat(events).contains(new HintEvent.HintMoved(AWAY, PARTITION));
  }

  /** Operators can resume members only. */
  @Test
  void pauseOfANodeThatLeftHoldsNothingUpAndIsForgotten() {
    lane.execute(() -> hints.pause(AWAY, new PutAnswer()));
    missed("a");
    lane.execute(() -> hints.setMembers(Set.of(OTHER)));
    pass(100);
    assertThat(deliveries).hasSize(1);
    end(0, new Courier.Moved(List.of(OTHER)));
    pass(2_000);
    restart(HintConfig.DEFAULT);
    assertThat(hints.standings()).hasSize(1);
    assertThat(standing().target()).isEqualTo(OTHER);
  }

  @Test
  void nodeThatLeftIsForgottenOnceNothingIsOwedToIt() {
    HintsByTarget byTarget = new HintsByTarget(4, clock);
    byTarget.of(AWAY).hints = 1;
    TargetHints unused = byTarget.of(OTHER);
    byTarget.setMembers(Set.of(OTHER));
    byTarget.forgetThoseThatLeft();
    assertThat(byTarget.all()).hasSize(2);
    byTarget.of(AWAY).hints = 0;
    byTarget.forgetThoseThatLeft();
    assertThat(byTarget.find(AWAY)).isNull();
    assertThat(byTarget.find(OTHER)).isNotNull();
  }

  @Test
  void markOfANodeThatIsNoReplicaAnyMoreGoesToThoseThatAre() {
    missed("a", "b", "c", "d", "e", "f");
    lane.execute(() -> hints.moveRepair(AWAY, PARTITION, List.of(OTHER)));
    pass(10);
    restart(HintConfig.DEFAULT);
    assertThat(standing().repairs()).isEmpty();
    assertThat(hints.standings().get(1).repairs()).containsExactly(PARTITION);
    assertThat(events).contains(new HintEvent.RepairMoved(AWAY, PARTITION));
  }

  /** Leaves room for one hint, so that the second key becomes a mark; returns these hints. */
  private Hints.Mark mark(HintRules rules) {
    restart(new HintConfig(1, 1 << 20, 4, 3, 2), rules);
    missed("a", "b");
    up.add(AWAY);
    return marked();
  }

  private Hints.Mark marked() {
    return Objects.requireNonNull(hints.dueRepair(mark -> false, 0));
  }

  @Test
  void aMarkGoesWhenWhatItStoodForWasBrought() {
    Hints.Mark mark = mark(new HintRules());
    lane.execute(() -> hints.endRepair(mark));
    pass(10);

    assertThat(standing().repairs()).isEmpty();
  }

  private boolean staysIfMoreIsMissedMeanwhile(HintRules rules) {
    Hints.Mark mark = mark(rules);
    missed("c");
    lane.execute(() -> hints.endRepair(mark));
    pass(10);
    return standing().repairs().contains(PARTITION);
  }

  @Test
  void aMarkStaysIfItsTargetMissesMoreWhileItIsCompared() {
    assertThat(staysIfMoreIsMissedMeanwhile(new HintRules())).isTrue();
  }

  /** What it may lack now, the comparison has not looked at, maybe. */
  @Test
  void aMarkThatIsMadeAgainStaysWhenAComparisonEndsThatHadBegun() {
    Hints.Mark mark = mark(new HintRules());
    lane.execute(
        () -> {
          hints.markRepair(AWAY, PARTITION);
          hints.endRepair(mark);
        });
    pass(10);
    assertThat(standing().repairs()).contains(PARTITION);
  }

  @Test
  void thatAMarkGoesTooEarlyIsNoticed() {
    var lax =
        new HintRules() {
          @Override
          boolean endsMark(long missedAtTheBeginning, long missedNow) {
            return true;
          }
        };
    assertThat(staysIfMoreIsMissedMeanwhile(lax)).isFalse();
  }

  /** Whether the disk had what was handed to it before a comparison was let begin. */
  private boolean beginsAfterWhatWasMissedIsDurable(HintRules rules) {
    Hints.Mark mark = mark(rules);
    disk.speed(DiskSpeed.SLOW);
    List<String> order = new ArrayList<>();
    PutAnswer put = new PutAnswer();
    put.first(() -> order.add("stored"));
    lane.execute(
        () -> {
          storage.records(lane).put(PARTITION, key("c"), RECORD, put);
          hints.beginRepair(mark, () -> order.add("begins"));
        });
    pass(2_000);
    assertThat(order).hasSize(2).contains("begins");
    return order.getLast().equals("begins");
  }

  @Test
  void aComparisonBeginsWhenWhatWasMissedBeforeIsDurable() {
    assertThat(beginsAfterWhatWasMissedIsDurable(new HintRules())).isTrue();
  }

  @Test
  void thatAComparisonBeginsTooEarlyIsNoticed() {
    var lax =
        new HintRules() {
          @Override
          boolean comparesWhatIsDurable() {
            return false;
          }
        };
    assertThat(beginsAfterWhatWasMissedIsDurable(lax)).isFalse();
  }

  @Test
  void deadLettersOfANodeThatLeftAreHintsAgain() {
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    lane.execute(() -> hints.setMembers(Set.of(OTHER)));
    pass(1_000);
    end(3, new Courier.Moved(List.of(OTHER)));
    assertThat(standing().target()).isEqualTo(OTHER);
    assertThat(hints.standings()).hasSize(1);
  }

  /** Under load there are always hints: an operator that waits does not wait for later ones. */
  @Test
  void hintsBeforeAMarkerAreCountedApart() {
    missed("a", "b");
    long[] marker = new long[1];
    lane.execute(() -> marker[0] = hints.setMarker());
    missed("c");
    assertThat(hints.standings(marker[0]).getFirst().beforeMarker()).isEqualTo(2);
    restart(HintConfig.DEFAULT);
    missed("d");
    assertThat(hints.standings(marker[0]).getFirst().beforeMarker()).isEqualTo(2);
    up.add(AWAY);
    pass(10);
    missed("a"); // changes while it is delivered: what was missed before arrives all the same
    end(0, Outcome.DELIVERED);
    assertThat(hints.standings(marker[0]).getFirst().beforeMarker()).isEqualTo(1);
    end(1, Outcome.DELIVERED);
    assertThat(hints.standings(marker[0]).getFirst().beforeMarker()).isZero();
    assertThat(standing().hints()).isEqualTo(3);
  }

  @Test
  void oldestHintIsKnownAlsoAfterARestart() {
    missed("a");
    long oldest = standing().oldestMillis();
    pass(5_000);
    missed("b");
    assertThat(standing().oldestMillis()).isEqualTo(oldest);
    restart(HintConfig.DEFAULT);
    assertThat(standing().oldestMillis()).isEqualTo(oldest);
    up.add(AWAY);
    pass(10);
    end(0, Outcome.DELIVERED);
    assertThat(standing().oldestMillis()).isBetween(oldest + 4_000, oldest + 6_000);
  }

  @Test
  void whatCannotBeTriedNowIsTriedLaterForEver() {
    missed("a");
    up.add(AWAY);
    for (int i = 0; i < 10; i++) {
      pass(2_000);
      end(i, Outcome.NOT_NOW);
    }
    assertThat(standing().hints()).isEqualTo(1);
    assertThat(standing().repairs()).isEmpty();
  }

  @Test
  void pausedHintsWaitAlsoAfterARestart() {
    lane.execute(() -> hints.pause(null, new PutAnswer()));
    missed("a");
    up.add(AWAY);
    pass(1_000);
    restart(HintConfig.DEFAULT);
    pass(1_000);
    assertThat(deliveries).isEmpty();
    assertThat(standing().paused()).isTrue();
    lane.execute(() -> hints.resume(null, new PutAnswer()));
    pass(10);
    assertThat(deliveries).hasSize(1);
  }

  @Test
  void pauseOfOneNodeIsNotThatOfAnother() {
    lane.execute(() -> hints.pause(AWAY, new PutAnswer()));
    missed("a");
    lane.execute(() -> hints.missed(OTHER, PARTITION, EPOCH, key("b")));
    up.addAll(List.of(AWAY, OTHER));
    pass(1_000);
    assertThat(deliveries.stream().map(each -> each.hint().target())).containsExactly(OTHER);
    restart(HintConfig.DEFAULT);
    pass(1_000);
    assertThat(deliveries.stream().map(each -> each.hint().target())).containsOnly(OTHER);
    lane.execute(() -> hints.resume(null, new PutAnswer()));
    pass(10);
    assertThat(deliveries.getLast().hint().target()).isEqualTo(AWAY);
  }

  @Test
  void hintThatTheDiskDidNotLetGoIsDeliveredOnceMore() {
    missed("a");
    up.add(AWAY);
    pass(10);
    disk.full(true);
    end(0, Outcome.DELIVERED);
    disk.full(false);
    pass(2_000);
    assertThat(deliveries).hasSize(2);
    end(1, Outcome.DELIVERED);
    pass(2_000);
    assertThat(deliveries).hasSize(2);
    assertThat(hints.standings()).isEmpty();
  }

  /**
   * A record may be durable long before its hint is; no other node knows which replica lacks it.
   */
  @Test
  void hintThatTheDiskDoesNotTakeBecomesAMark() {
    disk.full(true);
    missed("a");
    assertThat(standing().hints()).isZero();
    assertThat(standing().repairs()).containsExactly(PARTITION);
    disk.full(false);
    assertThat(standing().repairs()).containsExactly(PARTITION);
  }

  /** What is missed later is covered by the mark alone. */
  @Test
  void markThatTheDiskDidNotTakeIsHandedInWithTheNextRecordThatIsMissed() {
    disk.full(true);
    missed("a");
    disk.full(false);
    missed("b");
    restart(HintConfig.DEFAULT);
    assertThat(standing().repairs()).containsExactly(PARTITION);
  }

  @Test
  void markThatTheDiskDidNotTakeIsHandedInAgainAfterAWhile() {
    disk.full(true);
    missed("a");
    pass(3_000);
    disk.full(false);
    pass(3_000);
    restart(HintConfig.DEFAULT);
    assertThat(standing().repairs()).containsExactly(PARTITION);
  }

  /** The hint goes in the same turn of the lane. */
  @Test
  void hintIsMovedToAMarkThatTheDiskDidNotTakeBefore() {
    missed("a");
    disk.full(true);
    lane.execute(() -> hints.missed(OTHER, PARTITION, EPOCH, key("b")));
    pass(10);
    disk.full(false);
    lane.execute(() -> hints.setMembers(Set.of(OTHER)));
    pass(100);
    end(0, new Courier.Moved(List.of(OTHER)));
    restart(HintConfig.DEFAULT);
    assertThat(standing().target()).isEqualTo(OTHER);
    assertThat(standing().repairs()).containsExactly(PARTITION);
  }

  @Test
  void noMoreDeliveriesThanTheWindowAreUnderWay() {
    restart(HintConfig.DEFAULT);
    missed(IntStream.range(0, 100).mapToObj(i -> "k" + i).toArray(String[]::new));
    up.add(AWAY);
    pass(50);
    assertThat(deliveries).hasSize(4);
  }

  @Test
  void lagOfATargetIsTheAgeOfItsOldestHint() {
    assertThat(hints.lackingNanos(AWAY)).isZero();
    missed("k1");
    world.runFor(Duration.ofMillis(700));
    missed("k2");
    assertThat(Duration.ofNanos(hints.lackingNanos(AWAY)))
        .isBetween(Duration.ofMillis(700), Duration.ofSeconds(3));
    restart(new HintConfig(5, 1 << 20, 4, 3, 100));
    world.runFor(Duration.ofSeconds(9));
    assertThat(Duration.ofNanos(hints.lackingNanos(AWAY)))
        .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
  }

  private Duration lag() {
    return Duration.ofNanos(hints.lackingNanos(AWAY));
  }

  private void mayLack() {
    lane.execute(() -> hints.markRepair(AWAY, PARTITION));
    pass(10);
  }

  private void atVersion(int clusterVersion) {
    lane.execute(() -> hints.setClusterVersion(clusterVersion));
    pass(1);
  }

  /** Most of such targets lack nothing, and reads would spare them for minutes. */
  @Test
  void aTargetThatMayLackSomethingIsNotBehindBeforeItIsKnownTo() {
    mayLack();
    world.runFor(Duration.ofSeconds(9));
    assertThat(lag()).isZero();
    missed("k");
    world.runFor(Duration.ofSeconds(3));
    assertThat(standing().hints()).isZero();
    assertThat(lag()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
    up.add(AWAY);
    lane.execute(() -> hints.endRepair(marked()));
    pass(10);
    assertThat(lag()).isZero();
  }

  /** What it missed first is not known to have been missed since the mark was made. */
  @Test
  void lagOfATargetBeginsWithWhatItIsKnownToLack() {
    mayLack();
    world.runFor(Duration.ofSeconds(9));
    lane.execute(() -> hints.missed(AWAY, PARTITION + 1, EPOCH, key("k")));
    world.runFor(Duration.ofSeconds(3));
    assertThat(standing().hints()).isEqualTo(1);
    assertThat(lag()).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void whatATargetIsKnownToLackIsKnownAfterARestart() {
    atVersion(Release.NEWEST_VERSION);
    mayLack();
    restart(HintConfig.DEFAULT);
    atVersion(Release.NEWEST_VERSION);
    world.runFor(Duration.ofSeconds(9));
    assertThat(standing().repairs()).containsExactly(PARTITION);
    assertThat(lag()).isZero();
    missed("k");
    restart(HintConfig.DEFAULT);
    world.runFor(Duration.ofSeconds(9));
    assertThat(lag()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10));
  }

  /** A comparison that begins hands in the mark again, as what it is. */
  @Test
  void aMarkThatIsWorkedOnSaysTheSameAfterARestart() {
    atVersion(Release.NEWEST_VERSION);
    mayLack();
    up.add(AWAY);
    lane.execute(() -> hints.beginRepair(marked(), () -> {}));
    pass(50);
    restart(HintConfig.DEFAULT);
    world.runFor(Duration.ofSeconds(9));
    assertThat(lag()).isZero();
  }

  /** Release 0.1 may read the directory again. */
  @Test
  void allMarksAreWrittenAlikeBeforeTheClusterIsUpgraded() {
    atVersion(Release.OLDEST_VERSION);
    mayLack();
    assertThat(written()).isEqualTo(Lack.KNOWN);
    assertThat(lag()).isZero();
    lane.execute(() -> hints.endRepair(marked()));
    atVersion(Release.NEWEST_VERSION);
    mayLack();
    assertThat(written()).isEqualTo(Lack.POSSIBLE);
  }

  private Lack written() {
    up.add(AWAY);
    Owed owed = storage.hints(lane).load().owed().get(AWAY);
    return Objects.requireNonNull(Objects.requireNonNull(owed).repairs().get(PARTITION));
  }

  /** All other replicas would be spared at once. */
  @Test
  void replicasThatAreMarkedForLostHintsAreNotBehind() {
    disk.loseHints();
    restart(HintConfig.DEFAULT);
    Placements three = FixedPlacements.of(3, 3);
    List<NodeId> nodes = List.copyOf(three.nodes().keySet());
    lane.execute(() -> hints.coverLoss(nodes.getFirst(), three));
    world.runFor(Duration.ofSeconds(9));
    assertThat(hints.standings()).hasSize(2);
    assertThat(hints.lackingNanos(nodes.get(1))).isZero();
    assertThat(hints.lackingNanos(nodes.get(2))).isZero();
  }

  /** A target that refused a record again and again lacks it. */
  @Test
  void aTargetLacksWhatADroppedDeadLetterStandsFor() {
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    lane.execute(() -> hints.dropDeadLetters(AWAY, null, false, new Told()));
    world.runFor(Duration.ofSeconds(3));
    assertThat(standing().repairs()).containsExactly(PARTITION);
    assertThat(lag()).isGreaterThan(Duration.ofSeconds(2));
  }

  /** What there was no room for is lacking when all hints are delivered, too. */
  @Test
  void aTargetLacksWhatIsPastTheBound() {
    restart(new HintConfig(1, 1 << 20, 4, 3, 2));
    missed("a", "b");
    up.add(AWAY);
    pass(10);
    end(0, Outcome.DELIVERED);
    world.runFor(Duration.ofSeconds(3));
    assertThat(standing().hints()).isZero();
    assertThat(lag()).isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void aTargetLacksAHintThatIsGivenUp() {
    restart(new HintConfig(5, 1 << 20, 4, 3, 0));
    missed("a");
    up.add(AWAY);
    refuseThreeTimes(0);
    world.runFor(Duration.ofSeconds(3));
    assertThat(standing().hints()).isZero();
    assertThat(lag()).isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void aTargetLacksAHintThatTheDiskDoesNotTake() {
    disk.full(true);
    missed("a");
    disk.full(false);
    up.add(AWAY);
    world.runFor(Duration.ofSeconds(3));
    assertThat(standing().hints()).isZero();
    assertThat(standing().repairs()).containsExactly(PARTITION);
    assertThat(lag()).isGreaterThan(Duration.ofSeconds(2));
  }

  /** No member will tell that it is back, nor leave a second time. */
  @Test
  void aMarkOfANodeThatHasLeftTheClusterIsDue() {
    mayLack();
    lane.execute(() -> hints.setMembers(Set.of(AWAY, OTHER)));
    pass(10);
    assertThat(hints.dueRepair(mark -> false, 0)).isNull();
    lane.execute(() -> hints.setMembers(Set.of(OTHER)));
    pass(10);
    assertThat(marked().target()).isEqualTo(AWAY);
  }

  /** The comparison may have passed what the other target was known to lack. */
  @Test
  void aMarkThatPassesOnStaysWhenAComparisonEndsThatHadBegun() {
    mayLack();
    up.add(OTHER);
    lane.execute(() -> hints.markRepair(OTHER, PARTITION));
    pass(10);
    Hints.Mark begun = marked();
    lane.execute(
        () -> {
          hints.moveRepair(AWAY, PARTITION, List.of(OTHER));
          hints.endRepair(begun);
        });
    pass(10);
    assertThat(begun.target()).isEqualTo(OTHER);
    assertThat(standing().target()).isEqualTo(OTHER);
    assertThat(standing().repairs()).containsExactly(PARTITION);
  }

  /** Hints that pass on are marks, as well. */
  @Test
  void aHintThatPassesOnIsNotEndedByAComparisonThatHadBegun() {
    missed("k");
    lane.execute(() -> hints.markRepair(OTHER, PARTITION));
    up.add(AWAY);
    up.add(OTHER);
    pass(50);
    Hints.Mark begun = marked();
    assertThat(begun.target()).isEqualTo(OTHER);
    end(0, new Courier.Moved(List.of(OTHER)));
    lane.execute(() -> hints.endRepair(begun));
    pass(10);
    assertThat(hints.standings()).extracting(Standing::target).containsExactly(OTHER);
  }
}
