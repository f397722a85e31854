package io.quorate.purge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.purge.PurgeReport.Holding;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Reports and time in, commands out. */
class PurgeDriverTest {
  private static final long SECOND = 1_000_000_000L;
  private static final PurgeConfig CONFIG =
      new PurgeConfig(1_000, 10 * SECOND, SECOND, 2, 60 * SECOND);
  private static final long NOW_MILLIS = 100_000;
  private static final long MARK = Hlc.of(NOW_MILLIS - 1_000, 0);

  private final List<PurgeEvent> events = new ArrayList<>();
  private final PurgeDriver driver = new PurgeDriver(CONFIG, events::add);
  private final Set<NodeId> away = new TreeSet<>();
  private long nowNanos;
  private long stateVersion;

  @Test
  void aRoundIsOpenedWhereAReplicaHasSomethingToPurge() {
    driver.begin(0);
    Placements placements = state(3, List.of(PurgeMarks.NONE, PurgeMarks.NONE));
    assertThat(tick(placements)).isEmpty();
    driver.onReport(node(1), new PurgeReport(List.of(1, 77), List.of()));
    assertThat(tick(placements)).as("too early").isEmpty();

    nowNanos = 11 * SECOND;
    assertThat(tick(placements)).containsExactly(promise(MARK, 1));
    assertThat(events).containsExactly(PurgeEvent.OPENED);
  }

  /** Else the cluster would refuse each round for as long as a restore takes. */
  @Test
  void roundsGoOnBelowWhatIsBeingRestored() {
    driver.begin(0);
    long restored = Hlc.of(NOW_MILLIS - 5_000, 3);
    Placements before = state(3, List.of(PurgeMarks.NONE));
    Tenant restoring =
        new Tenant(2, "r", 3, Level.QUORUM, Level.QUORUM, 0)
            .with(TenantSetting.RESTORING, restored);
    Map<String, Tenant> tenants = new TreeMap<>(tenants(3));
    tenants.put("r", restoring);
    Placements placements = new Placements(++stateVersion, Map.of(), tenants, before.partitions());
    tick(placements);
    driver.onReport(node(1), new PurgeReport(List.of(0), List.of()));
    nowNanos = 11 * SECOND;

    assertThat(tick(placements)).containsExactly(promise(restored - 1, 0));
  }

  @Test
  void notMoreRoundsAreOpenThanAllowed() {
    driver.begin(0);
    Placements placements = state(3, Collections.nCopies(4, PurgeMarks.NONE));
    tick(placements);
    driver.onReport(node(1), new PurgeReport(List.of(0, 1, 2, 3), List.of()));
    nowNanos = 11 * SECOND;
    assertThat(tick(placements)).containsExactly(promise(MARK, 0, 1));

    PurgeMarks open = new PurgeMarks(MARK, 0);
    nowNanos = 17 * SECOND;
    assertThat(tick(state(3, List.of(open, open, PurgeMarks.NONE, PurgeMarks.NONE)))).isEmpty();
    PurgeMarks done = new PurgeMarks(MARK, MARK);
    nowNanos = 23 * SECOND;
    assertThat(tick(state(3, List.of(done, done, PurgeMarks.NONE, PurgeMarks.NONE))))
        .containsExactly(promise(MARK, 2, 3));
  }

  /**
   * Else those with low numbers, where something is deleted all the time, would be purged alone.
   */
  @Test
  void partitionsTakeTurnsThoughTheLowestAreReportedAgain() {
    driver.begin(0);
    tick(state(3, Collections.nCopies(4, PurgeMarks.NONE)));
    PurgeReport all = new PurgeReport(List.of(0, 1, 2, 3), List.of());
    driver.onReport(node(1), all);
    nowNanos = 11 * SECOND;
    assertThat(tick(state(3, Collections.nCopies(4, PurgeMarks.NONE))))
        .containsExactly(promise(MARK, 0, 1));

    PurgeMarks done = new PurgeMarks(MARK - 1, MARK - 1);
    driver.onReport(node(1), all);
    nowNanos = 22 * SECOND;
    assertThat(tick(state(3, List.of(done, done, PurgeMarks.NONE, PurgeMarks.NONE))))
        .containsExactly(promise(MARK, 2, 3));

    driver.onReport(node(1), all);
    nowNanos = 33 * SECOND;
    assertThat(tick(state(3, Collections.nCopies(4, done)))).containsExactly(promise(MARK, 0, 1));
  }

  /** Each round has all replicas read the whole partition, twice. */
  @Test
  void aPartitionIsNotOpenedAgainWithinTheInterval() {
    driver.begin(0);
    tick(state(3, Collections.nCopies(3, PurgeMarks.NONE)));
    driver.onReport(node(1), new PurgeReport(List.of(0, 1, 2), List.of()));
    nowNanos = 11 * SECOND;
    assertThat(tick(state(3, Collections.nCopies(3, PurgeMarks.NONE))))
        .containsExactly(promise(MARK, 0, 1));

    PurgeMarks done = new PurgeMarks(MARK - 1, MARK - 1);
    Placements two = state(3, List.of(done, done, PurgeMarks.NONE));
    driver.onReport(node(1), new PurgeReport(List.of(0, 1), List.of()));
    nowNanos = 16 * SECOND;
    assertThat(tick(two)).as("there is room for another one").containsExactly(promise(MARK, 2));

    driver.onReport(node(1), new PurgeReport(List.of(0, 1), List.of()));
    nowNanos = 26 * SECOND;
    assertThat(tick(state(3, Collections.nCopies(3, done)))).containsExactly(promise(MARK, 0, 1));
  }

  /** It could not end, and its promise would only have replicas read the partition. */
  @Test
  void nothingIsOpenedWhereAReplicaIsAway() {
    driver.begin(0);
    Placements placements = state(3, List.of(PurgeMarks.NONE));
    tick(placements);
    away.add(node(3));
    driver.onReport(node(1), new PurgeReport(List.of(0), List.of()));
    nowNanos = 11 * SECOND;
    assertThat(tick(placements)).isEmpty();

    away.clear();
    driver.onReport(node(1), new PurgeReport(List.of(0), List.of()));
    nowNanos = 22 * SECOND;
    assertThat(tick(placements)).containsExactly(promise(MARK, 0));
  }

  /** Else two partitions of a node that has died would keep all others from being purged. */
  @Test
  void roundsThatWaitForANodeThatIsAwayTakeNoRoomOfOthers() {
    driver.begin(0);
    PurgeMarks open = new PurgeMarks(MARK, 0);
    List<NodeId> withIt = List.of(node(1), node(2), node(3));
    List<NodeId> withoutIt = List.of(node(1), node(2), node(4));
    Placements placements =
        new Placements(
            ++stateVersion,
            Map.of(),
            tenants(3),
            List.of(
                new PartitionPlacement(7, withIt, open, Collections.emptySortedSet()),
                new PartitionPlacement(7, withIt, open, Collections.emptySortedSet()),
                new PartitionPlacement(7, withoutIt)));
    tick(placements);
    driver.onReport(node(1), new PurgeReport(List.of(2), List.of()));
    nowNanos = 11 * SECOND;
    assertThat(tick(placements)).as("no room").isEmpty();

    away.add(node(3));
    nowNanos = 22 * SECOND;
    assertThat(tick(placements)).containsExactly(promise(MARK, 2));
  }

  /** As one whose clock is behind by more than the time that deletions are kept. */
  @Test
  void roundsOfWhichALiveReplicaSaysNothingTakeNoRoomOnceTheirTimeIsOver() {
    driver.begin(0);
    PurgeMarks open = new PurgeMarks(MARK - 1, 0);
    List<PurgeMarks> marks = List.of(open, open, PurgeMarks.NONE);
    tick(state(3, marks));
    nowNanos = 61 * SECOND;
    assertThat(tick(state(3, marks))).as("promised again").contains(promise(MARK, 0, 1));
    driver.onReport(node(1), new PurgeReport(List.of(2), List.of()));

    nowNanos = 82 * SECOND;
    PurgeMarks again = new PurgeMarks(MARK, 0);
    assertThat(tick(state(3, List.of(again, again, PurgeMarks.NONE)))).contains(promise(MARK, 2));
  }

  /** A node that has left may bring some of the replicas a deletion until the move has ended. */
  @Test
  void whatIsReportedWhileAPartitionMovesDoesNotCount() {
    driver.begin(0);
    Placements moving = moving(new PurgeMarks(MARK, 0));
    tick(moving);
    for (int node = 1; node <= 3; node++) {
      report(node, 7, 7);
    }
    assertThat(tick(moving)).isEmpty();

    Placements ended = state(3, List.of(new PurgeMarks(MARK, 0)));
    assertThat(tick(ended)).isEmpty();
    for (int node = 1; node <= 3; node++) {
      report(node, 7, 7);
    }
    assertThat(tick(ended)).containsExactly(confirm(MARK, 0));
  }

  @Test
  void nothingIsOpenedWhereAPartitionMoves() {
    driver.begin(0);
    Placements moving = moving(PurgeMarks.NONE);
    tick(moving);
    driver.onReport(node(1), new PurgeReport(List.of(0), List.of()));
    nowNanos = 11 * SECOND;
    assertThat(tick(moving)).isEmpty();
  }

  private Placements moving(PurgeMarks marks) {
    List<NodeId> owners = List.of(node(1), node(2), node(3));
    Move cleanup = new Move(Move.Step.CLEANUP, List.of(node(1), node(2), node(4)), 4);
    return new Placements(
        ++stateVersion,
        Map.of(),
        tenants(3),
        List.of(new PartitionPlacement(7, owners, marks, Collections.emptySortedSet(), cleanup)));
  }

  @Test
  void aRoundIsConfirmedOnceAllReplicasHaveReportedTheSameOfItsEpoch() {
    driver.begin(0);
    Placements placements = state(3, List.of(new PurgeMarks(MARK, 0)));
    tick(placements);
    report(1, 7, 7);
    report(2, 7, 7);
    driver.onReport(node(3), holding(0, 6, 3, 7)); // of the epoch before
    assertThat(tick(placements)).as("one has not reported").isEmpty();

    report(3, 7, 7);
    assertThat(tick(placements)).containsExactly(confirm(MARK, 0));
    assertThat(tick(placements)).as("asked for already").isEmpty();
    nowNanos += 6 * SECOND;
    assertThat(tick(placements)).as("had no effect so far").containsExactly(confirm(MARK, 0));
  }

  @Test
  void aReplicaThatHoldsSomethingElseStopsIt() {
    driver.begin(0);
    Placements placements = state(3, List.of(new PurgeMarks(MARK, 0)));
    tick(placements);
    report(1, 7, 7);
    report(2, 7, 7);
    report(3, 7, 8);
    assertThat(tick(placements)).isEmpty();
    assertThat(events).containsExactly(PurgeEvent.UNEQUAL);

    report(3, 7, 7);
    assertThat(tick(placements)).containsExactly(confirm(MARK, 0));
    assertThat(events)
        .containsExactly(PurgeEvent.UNEQUAL, PurgeEvent.EQUAL_AFTER_ALL, PurgeEvent.CONFIRMED);
  }

  /**
   * Else a partition under load would never be purged: its replicas are never read at the same
   * moment.
   */
  @Test
  void groupsOfKeysMayBeTheSameAtDifferentMoments() {
    driver.begin(0);
    Placements placements = state(3, List.of(new PurgeMarks(MARK, 0)));
    tick(placements);
    driver.onReport(node(1), holding(0, 7, 3, group -> group));
    driver.onReport(node(2), holding(0, 7, 3, group -> group));
    driver.onReport(node(3), holding(0, 7, 3, group -> group < 5 ? -1 : group));
    assertThat(tick(placements)).isEmpty();
    for (int node = 1; node <= 3; node++) {
      int by = node;
      driver.onReport(node(node), holding(0, 7, 3, group -> group < 5 ? group : group + by));
    }
    assertThat(tick(placements)).containsExactly(confirm(MARK, 0));
  }

  @Test
  void aRoundThatTakesTooLongIsStartedAgain() {
    driver.begin(0);
    Placements placements = state(3, List.of(new PurgeMarks(Hlc.of(5, 0), 0)));
    tick(placements);
    report(1, 7, 7);
    nowNanos = 61 * SECOND;
    assertThat(tick(placements)).containsExactly(promise(MARK, 0));
    assertThat(events).containsExactly(PurgeEvent.ABANDONED);
  }

  @Test
  void reportsOfAnEpochThatIsOverAreForgotten() {
    driver.begin(0);
    tick(state(3, List.of(new PurgeMarks(MARK, 0))));
    report(1, 7, 7);
    report(2, 7, 7);
    Placements next = state(3, List.of(new PurgeMarks(MARK, 0)), 8);
    tick(next);
    driver.onReport(node(3), holding(0, 8, 3, 7));
    assertThat(tick(next)).isEmpty();
  }

  @Test
  void aNewLeaderKnowsNothingButTheState() {
    driver.begin(0);
    Placements placements = state(3, List.of(new PurgeMarks(MARK, 0)));
    tick(placements);
    report(1, 7, 7);
    report(2, 7, 7);
    driver.begin(nowNanos);
    tick(placements);
    report(3, 7, 7);
    assertThat(tick(placements)).isEmpty();
    report(1, 7, 7);
    report(2, 7, 7);
    assertThat(tick(placements)).containsExactly(confirm(MARK, 0));
  }

  /** See {@link PurgeRules#looks}: with five replicas, what is on its way can still do harm. */
  @Test
  void fiveReplicasAreLookedAtTwice() {
    driver.begin(0);
    PurgeMarks open = new PurgeMarks(MARK, 0);
    Placements first = state(5, List.of(open));
    tick(first);
    for (int node = 1; node <= 5; node++) {
      driver.onReport(node(node), holding(0, 7, 5, 7));
    }
    assertThat(tick(first)).containsExactly(new PromisePurge(List.of(new AtEpoch(0, 7)), MARK));

    Placements second = state(5, List.of(open), 8);
    tick(second);
    for (int node = 1; node <= 5; node++) {
      driver.onReport(node(node), holding(0, 8, 5, 7));
    }
    assertThat(tick(second)).containsExactly(new ConfirmPurge(List.of(new AtEpoch(0, 8)), MARK));
    assertThat(events).containsExactly(PurgeEvent.LOOKED_AT_AGAIN, PurgeEvent.CONFIRMED);
  }

  @Test
  void nothingIsOpenedWhereANodeIsBeingFilled() {
    driver.begin(0);
    PartitionPlacement filling =
        new PartitionPlacement(
            7,
            List.of(node(1), node(2), node(3)),
            PurgeMarks.NONE,
            new TreeSet<>(List.of(node(2))));
    Placements placements = new Placements(1, Map.of(), tenants(3), List.of(filling));
    tick(placements);
    driver.onReport(node(1), new PurgeReport(List.of(0), List.of()));
    nowNanos = 11 * SECOND;
    assertThat(tick(placements)).isEmpty();
  }

  @Test
  void looksGrowWithTheReplicas() {
    PurgeRules rules = new PurgeRules();
    assertThat(IntStream.rangeClosed(1, 9).map(rules::looks).boxed())
        .containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 3);
  }

  private List<Command> tick(Placements placements) {
    return driver.tick(placements, nowNanos, NOW_MILLIS, node -> !away.contains(node));
  }

  private void report(int node, long epoch, long hash) {
    driver.onReport(node(node), holding(0, epoch, 3, hash));
  }

  private static PurgeReport holding(int partition, long epoch, int factor, long hash) {
    return holding(partition, epoch, factor, group -> hash);
  }

  private static PurgeReport holding(
      int partition, long epoch, int factor, LongUnaryOperator hashes) {
    List<Long> groups = LongStream.range(0, Holding.GROUPS).map(hashes).boxed().toList();
    return new PurgeReport(List.of(), List.of(new Holding(partition, epoch, factor, groups)));
  }

  private static PromisePurge promise(long mark, int... partitions) {
    return new PromisePurge(at(partitions), mark);
  }

  private static ConfirmPurge confirm(long mark, int... partitions) {
    return new ConfirmPurge(at(partitions), mark);
  }

  private static List<AtEpoch> at(int... partitions) {
    List<AtEpoch> all = new ArrayList<>();
    for (int partition : partitions) {
      all.add(new AtEpoch(partition, 7));
    }
    return all;
  }

  private Placements state(int nodes, List<PurgeMarks> marks) {
    return state(nodes, marks, 7);
  }

  private Placements state(int nodes, List<PurgeMarks> marks, long epoch) {
    List<NodeId> owners = LongStream.rangeClosed(1, nodes).mapToObj(NodeId::new).toList();
    List<PartitionPlacement> partitions = new ArrayList<>();
    for (PurgeMarks each : marks) {
      partitions.add(new PartitionPlacement(epoch, owners, each, Collections.emptySortedSet()));
    }
    return new Placements(++stateVersion, Map.of(), tenants(nodes), partitions);
  }

  private static Map<String, Tenant> tenants(int factor) {
    return Map.of("t", new Tenant(1, "t", factor, Level.QUORUM, Level.QUORUM, 0));
  }

  private static NodeId node(int id) {
    return new NodeId(id);
  }
}
