package io.quorate.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.quorate.cluster.Change;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Clusters;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.KeepLocks;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.migration.Awaited.Task;
import io.quorate.migration.MoveReport.Standing;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Move;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** States, reports and time in, commands out. Nodes are played by what they report. */
class DriverTest {
  /** The usual one, but faster at the start: there are few partitions here. */
  private static final MoveConfig CONFIG =
      new MoveConfig(
          MoveConfig.DEFAULT.downAfterNanos(),
          MoveConfig.DEFAULT.reportNanos(),
          MoveConfig.DEFAULT.stepNanos(),
          MoveConfig.DEFAULT.alarmNanos(),
          4);

  private static final long SECOND = 1_000_000_000L;
  private static final long TICK = SECOND / 10;

  private final List<MigrationEvent> events = new ArrayList<>();
  private final Set<NodeId> silent = new TreeSet<>();
  private final Set<NodeId> voters = new TreeSet<>();
  private Driver driver = new Driver(CONFIG, events::add);
  private ClusterState state = Clusters.ofNodes(3);
  private long index = 1;
  private long nowNanos;

  @BeforeEach
  void longAfterItBegan() {
    driver.begin(0);
    nowNanos = 60 * SECOND;
  }

  @Test
  void aNodeThatJoinsIsGivenItsShare() {
    apply(join(4, false));
    run(200);

    assertThat(state.isChanging()).isFalse();
    assertThat(member(4).state()).isEqualTo(Member.State.ACTIVE);
    assertThat(replicasOf(4)).isBetween(10L, 12L);
    assertThat(events)
        .contains(new MigrationEvent.Stepped(Kind.BEGIN), new MigrationEvent.Stepped(Kind.CUT_OVER))
        .contains(new MigrationEvent.Stepped(Kind.FINISH), new MigrationEvent.Stepped(Kind.END));
  }

  @Test
  void aChangeBeginsWithOnePartitionAndGoesFasterAsTheyArrive() {
    apply(join(4, false));
    long most = 0;
    while (state.isChanging()) {
      long before = moving();
      int arrived = state.change().planned() - state.yetToArrive().size();
      turn();
      assertThat(moving()).isLessThanOrEqualTo(Math.max(before, 1 + arrived / CONFIG.slowStart()));
      most = Math.max(most, moving());
    }
    assertThat(most).isGreaterThan(2);
  }

  @Test
  void aPartitionThatWaitsForLongHoldsNoOtherUp() {
    apply(join(4, false));
    tick().forEach(this::apply);
    tick().forEach(this::apply);
    assertThat(moving()).isEqualTo(1);
    for (int i = 0; i < 95; i++) {
      nowNanos += TICK;
      tick().forEach(this::apply);
    }
    assertThat(moving()).isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      nowNanos += TICK;
      tick().forEach(this::apply);
    }
    assertThat(moving()).isEqualTo(2);
  }

  @Test
  void whileAReplicaIsMissingThereIsNoTimeToBeginSlowly() {
    apply(join(4, true));
    silent.add(id(2));
    apply(new ReplaceNode(id(2), id(4)));
    turn();
    turn();
    assertThat(moving()).isGreaterThan(4);
  }

  @Test
  void aWishIsPlannedOnceAndAgainIfThatGotLost() {
    apply(join(4, false));
    List<Command> first = tick();
    assertThat(first).hasSize(1).first().isInstanceOf(PlanChange.class);
    nowNanos += SECOND;
    assertThat(tick()).isEmpty();
    nowNanos += 5 * SECOND;
    assertThat(tick()).isEqualTo(first);
    apply(first.getFirst());
    assertThat(tick()).hasSize(1).first().isInstanceOf(StepMoves.class);
  }

  @Test
  void aWishThatCannotBePlannedIsTriedAgainAndCanBeCalledOff() {
    apply(join(4, false));
    long wish = state.change().wishedAt();
    assertThat(driver.shouldPlan(state, nowNanos)).isTrue();
    RuntimeException why = new IllegalArgumentException("no plan");
    driver.planFailed(wish, why);
    assertThat(events).containsExactly(new MigrationEvent.PlanFailed(wish, why, false));
    assertThat(driver.shouldPlan(state, nowNanos)).isFalse();
    nowNanos += 6 * SECOND;
    assertThat(driver.shouldPlan(state, nowNanos)).isTrue();
    driver.planFailed(wish, why);
    assertThat(events).last().isEqualTo(new MigrationEvent.PlanFailed(wish, why, true));
    apply(new CancelChange());
    assertThat(state.isChanging()).isFalse();
    driver.planFailed(wish + 1, why);
    assertThat(events).last().isEqualTo(new MigrationEvent.PlanFailed(wish + 1, why, false));
  }

  /** As one that is larger than an entry of the log may be: otherwise it would be told nowhere. */
  @Test
  void aPlanThatIsRefusedIsToldUnlessALaterWishIsWhy() {
    apply(join(4, false));
    PlanChange plan = Planning.plan(state);
    driver.planRefused(plan, "a node has left meanwhile", state);
    assertThat(events).as("the next one may be taken").isEmpty();
    driver.planRefused(plan, "too large", state);
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            MigrationEvent.PlanFailed.class,
            failed -> {
              assertThat(failed.wishedAt()).isEqualTo(plan.wishedAt());
              assertThat(failed.why()).hasMessage("too large");
            });
    apply(join(5, false));
    driver.planRefused(plan, "there is a later one", state);
    apply(Planning.plan(state));
    driver.planRefused(Planning.plan(state), "late", state);
    assertThat(events).hasSize(1);
  }

  @Test
  void asManyAreOnTheLadderAsIsAllowed() {
    apply(new LimitChange(new Change.Limits(3, 0, false)));
    apply(join(4, false));
    for (int i = 0; i < 300; i++) {
      turn();
      assertThat(moving()).isLessThanOrEqualTo(3);
    }
    assertThat(state.isChanging()).isFalse();
  }

  /** Also when as many commands were lost as may be under way: lost ones do not count for ever. */
  @Test
  void aMoveIsRequestedAgainIfTheRequestWasLost() {
    apply(new LimitChange(new Change.Limits(3, 0, false)));
    apply(join(4, false));
    apply(tick().getFirst());
    List<Command> lost = tick();
    assertThat(lost).hasSize(1).first().isInstanceOf(StepMoves.class);
    nowNanos += SECOND;
    assertThat(tick()).as("it may still come").isEmpty();
    nowNanos += 5 * SECOND;
    assertThat(tick()).isEqualTo(lost);
  }

  @Test
  void noneSetsOutWhileItIsPaused() {
    apply(new LimitChange(new Change.Limits(3, 0, false)));
    apply(join(4, false));
    while (moving() == 0) {
      turn();
    }
    apply(new LimitChange(new Change.Limits(3, 0, true)));
    run(20);
    assertThat(moving()).as("those under way come to their end").isZero();
    assertThat(state.isChanging()).isTrue();
    apply(new LimitChange(new Change.Limits(3, 0, false)));
    run(300);
    assertThat(state.isChanging()).isFalse();
  }

  @Test
  void aStepWaitsForTheBarrierAndTheCutoverForTheCopyToo() {
    int partition = dualWrite();
    List<NodeId> owners = placement(partition).owners();
    for (NodeId owner : owners.subList(1, owners.size())) {
      report(owner, standing(partition, true, false));
    }
    assertThat(tick()).isEmpty();
    assertThat(driver.awaited())
        .containsExactly(new Awaited(owners.getFirst(), Task.BARRIER, 1, 0));

    report(owners.getFirst(), standing(partition, false, false));
    assertThat(tick()).isEmpty();
    assertThat(driver.awaited()).containsExactly(new Awaited(owners.getFirst(), Task.COPY, 1, 0));

    report(owners.getFirst(), standing(partition, true, false));
    assertThat(tick()).containsExactly(step(partition, Kind.CUT_OVER));
    assertThat(tick()).as("asked for already").isEmpty();
    nowNanos += 5 * SECOND;
    assertThat(tick()).as("had no effect so far").containsExactly(step(partition, Kind.CUT_OVER));
  }

  @Test
  void reportsOfAnEarlierEpochCountForNothing() {
    int partition = dualWrite();
    long epoch = placement(partition).epoch();
    for (NodeId owner : placement(partition).owners()) {
      report(owner, new Standing(partition, epoch - 1, true, true, 0, 0, 0));
    }
    assertThat(tick()).isEmpty();
    for (NodeId owner : placement(partition).owners()) {
      report(owner, standing(partition, true, false));
    }
    apply(tick().getFirst());
    assertThat(move(partition).step()).isEqualTo(Step.CUTOVER);
    assertThat(tick()).as("nobody has taken note of the cutover").isEmpty();
  }

  @Test
  void whatIsLeftBehindIsHandedOverBeforeTheEnd() {
    int partition = dualWrite();
    reportAll(partition, true, false);
    apply(tick().getFirst());
    assertThat(tick()).isEmpty();
    reportAll(partition, false, false);
    apply(tick().getFirst());
    assertThat(move(partition).step()).isEqualTo(Step.CLEANUP);
    assertThat(tick()).isEmpty();
    reportAll(partition, false, false);
    assertThat(tick()).isEmpty();
    List<NodeId> left = new ArrayList<>(move(partition).other().subList(0, 3));
    left.removeAll(placement(partition).preferenceList().subList(0, 3));
    assertThat(driver.awaited()).extracting(Awaited::node).isEqualTo(left);
    assertThat(driver.awaited()).extracting(Awaited::task).containsOnly(Task.HAND_OVER);

    left.forEach(node -> report(node, standing(partition, false, true)));
    assertThat(tick()).containsExactly(step(partition, Kind.END));
  }

  @Test
  void aDeadNodeIsGivenUpWhenItIsNeededAndItsSuccessorTakesItsPlace() {
    apply(join(4, true));
    silent.add(id(2));
    nowNanos += 100 * SECOND;
    assertThat(tick()).as("nothing needs it").isEmpty();

    apply(new ReplaceNode(id(2), id(4)));
    run(100);

    assertThat(events).contains(new MigrationEvent.GivenUp(id(2)), new MigrationEvent.Left(id(2)));
    assertThat(state.isChanging()).isFalse();
    assertThat(state.members()).containsOnlyKeys(id(1), id(3), id(4));
    assertThat(state.partitions()).allMatch(each -> each.filling().isEmpty());
  }

  @Test
  void noNodeIsGivenUpBeforeTheTime() {
    apply(join(4, false));
    turn();
    turn();
    driver.begin(nowNanos);
    silent.add(id(2));
    run(99);
    assertThat(events).doesNotContain(new MigrationEvent.GivenUp(id(2)));
    run(10);
    assertThat(events).contains(new MigrationEvent.GivenUp(id(2)));
  }

  @Test
  void aMarkIsLiftedOnceTheNodeHasAppliedWhatWasDecidedBeforeItWasHeard() {
    apply(join(4, false));
    silent.add(id(2));
    run(5);
    assertThat(member(2).down()).isTrue();
    silent.remove(id(2));
    driver.onReport(id(2), new MoveReport(state.stateVersion() - 1, List.of()));
    assertThat(tick()).noneMatch(MarkDown.class::isInstance);
    long heardAt = state.stateVersion();
    apply(new LimitChange(new Change.Limits(2, 0, false)));
    driver.onReport(id(2), new MoveReport(heardAt, List.of()));
    assertThat(tick()).contains(new MarkDown(id(2), false));
  }

  /** The partition would have fewer replicas than before, so the old set goes on serving. */
  @Test
  void anArrivingReplicaThatDiesIsWaitedForAsLongAsTheOldOneLives() {
    apply(join(4, false));
    turn();
    turn();
    assertThat(moving()).isPositive();
    silent.add(id(4));
    nowNanos += 20 * SECOND;
    run(200);

    assertThat(member(4).down()).isTrue();
    assertThat(events).noneMatch(MigrationEvent.Excused.class::isInstance);
    assertThat(state.partitions()).allMatch(each -> each.filling().isEmpty());

    apply(new RemoveNode(id(4)));
    run(200);
    assertThat(state.isChanging()).isFalse();
    assertThat(state.members()).containsOnlyKeys(id(1), id(2), id(3));
  }

  @Test
  void aStayingReplicaThatDiesIsExcusedAndFilledLater() {
    state = Clusters.ofNodes(3);
    apply(join(4, false));
    turn();
    silent.add(id(1));
    nowNanos += 20 * SECOND;
    run(300);
    assertThat(events).anyMatch(MigrationEvent.Excused.class::isInstance);
    assertThat(state.partitions()).anyMatch(each -> each.filling().contains(id(1)));
  }

  @Test
  void movesToANodeThatIsNotHeardDoNotSetOut() {
    apply(join(4, false));
    silent.add(id(4));
    nowNanos += 20 * SECOND;
    run(60);
    assertThat(moving()).isZero();
    assertThat(driver.awaited())
        .as("and it is said for how many")
        .singleElement()
        .matches(each -> each.node().equals(id(4)) && each.task() == Task.BEGIN)
        .matches(each -> each.partitions() == state.awaitingMove().size())
        .matches(each -> each.nanos() >= 5 * SECOND);
    silent.remove(id(4));
    turn();
    assertThat(driver.awaited()).noneMatch(each -> each.task() == Task.BEGIN);
    run(300);
    assertThat(state.isChanging()).isFalse();
  }

  /** Which of them comes back is all the same. */
  @Test
  void partitionsThatLackAMajorityWaitForEachReplicaThatIsNotHeard() {
    apply(join(4, false));
    silent.addAll(List.of(id(2), id(3)));
    nowNanos += 20 * SECOND;
    run(100);
    assertThat(moving()).isZero();
    assertThat(driver.awaited())
        .extracting(Awaited::node, Awaited::task)
        .containsExactly(tuple(id(2), Task.BEGIN), tuple(id(3), Task.BEGIN));
    silent.remove(id(2));
    run(300);
    assertThat(driver.awaited()).noneMatch(each -> each.task() == Task.BEGIN);
  }

  @Test
  void aCancelledChangeGoesBack() {
    List<List<NodeId>> before = lists();
    apply(join(4, false));
    for (int i = 0; i < 3; i++) {
      turn();
    }
    apply(new CancelChange());
    run(100);
    assertThat(state.partitions()).allMatch(each -> each.move() == null);
    assertThat(state.isChanging()).isFalse();
    long same = 0;
    for (int partition = 0; partition < before.size(); partition++) {
      same += lists().get(partition).equals(before.get(partition)) ? 1 : 0;
    }
    assertThat(same).isPositive();
  }

  @Test
  void aNodeLeavesOnceItOwnsNothingAndVotesNoMore() {
    state = Clusters.ofNodes(4);
    voters.add(id(4));
    apply(new RemoveNode(id(4)));
    run(300);
    assertThat(state.isChanging()).isFalse();
    assertThat(state.members()).containsKey(id(4));
    List<Awaited> waited = driver.awaited();
    nowNanos += 7 * SECOND;
    tick();
    assertThat(driver.awaited())
        .containsExactly(
            new Awaited(id(4), Task.VOTE, 0, waited.getFirst().nanos() + 7 * SECOND + TICK));
    voters.clear();
    assertThat(tick()).containsExactly(new NodeLeft(id(4)));
    assertThat(driver.awaited()).isEmpty();
    assertThat(events).doesNotContain(new MigrationEvent.VotesAboutLocks(id(4)));
    voters.add(id(4));
    tick();
    nowNanos += 5 * SECOND;
    tick();
    assertThat(driver.awaited()).hasSize(1);
    driver.begin(nowNanos);
    assertThat(driver.awaited()).as("another leads").isEmpty();
  }

  /** Nor while it may vote about locks, whether or not the driver has a part in those. */
  @Test
  void aNodeThatKeepsLocksLeavesOnlyWhenItIsDown() {
    state = Clusters.ofNodes(4);
    LockKeepers keepers = LockKeepers.founded(0, new TreeSet<>(Set.of(id(2), id(3), id(4))));
    apply(new KeepLocks(keepers));
    apply(new RemoveNode(id(4)));
    run(300);
    assertThat(state.isChanging()).isFalse();
    assertThat(state.members()).containsKey(id(4));
    assertThat(driver.awaited()).extracting(Awaited::task).containsExactly(Task.VOTE);
    assertThat(events).contains(new MigrationEvent.VotesAboutLocks(id(4)));
    LockKeepers goes = keepers.recorded(7, keepers.voters(), new TreeSet<>(Set.of(id(2), id(3))));
    apply(new KeepLocks(goes));
    assertThat(tick()).as("it votes until the change is made").isEmpty();
    ClusterState votes = state;
    apply(new KeepLocks(goes.recorded(7, goes.next(), goes.next())));
    assertThat(tick()).containsExactly(new NodeLeft(id(4)));
    state = votes;
    apply(new MarkDown(id(4), true));
    nowNanos += 100 * TICK;
    assertThat(tick()).contains(new NodeLeft(id(4)));
  }

  @Test
  void aBarrierThatWaitsLongForALiveNodeIsAnAlarmThatNamesIt() {
    int partition = dualWrite();
    NodeId stuck = placement(partition).owners().getFirst();
    for (NodeId owner : placement(partition).owners()) {
      if (!owner.equals(stuck)) {
        report(owner, standing(partition, true, false));
      }
    }
    tick();
    nowNanos += 31 * SECOND;
    tick();
    tick();
    assertThat(events).containsOnlyOnce(new MigrationEvent.Overdue(stuck, 1));
  }

  @Test
  void aNewLeaderGoesOnWhereTheOldOneWas() {
    apply(join(4, false));
    for (int i = 0; i < 300; i++) {
      if (i % 7 == 0) {
        driver = new Driver(CONFIG, events::add);
        driver.begin(nowNanos);
      }
      turn();
    }
    assertThat(state.isChanging()).isFalse();
    assertThat(replicasOf(4)).isBetween(10L, 12L);
  }

  @Test
  void progressTellsWhatIsDoneAndCopied() {
    apply(join(4, false));
    run(3);
    Progress under = driver.progress();
    assertThat(under.planned()).isPositive();
    assertThat(under.left()).isPositive();
    assertThat(under.moving()).isPositive();
    run(300);
    Progress done = driver.progress();
    assertThat(done.left()).isZero();
    assertThat(done.done()).isEqualTo(under.planned());
    assertThat(done.records()).isPositive();
    assertThat(done.bytes()).isEqualTo(10 * done.records());
    assertThat(done.skipped()).isEqualTo(done.records());
  }

  /**
   * All nodes of a region are lost for good, and new ones of it take their places. The first of
   * these is no majority of the region's replicas.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void aRegionThatWasLostIsBuiltAgainWithNewNodes(int nodes) {
    List<Member> members = new ArrayList<>();
    TreeMap<String, Integer> replicas = new TreeMap<>();
    for (String region : List.of("eu", "us", "asia")) {
      for (int i = 0; i < nodes; i++) {
        members.add(Clusters.member(members.size() + 1, region, "z" + i));
      }
      replicas.put(region, nodes);
    }
    state = Genesis.create(Clusters.ID, members, 4);
    ReplicationFactor factor = ReplicationFactor.byRegion(replicas);
    apply(new AlterTenant(Tenant.DEFAULT_NAME, TenantSettings.NONE, factor));
    run(200);
    assertThat(state.isChanging()).isFalse();

    TreeSet<NodeId> lost = new TreeSet<>();
    for (Member member : members.subList(2 * nodes, 3 * nodes)) {
      lost.add(member.id());
      String address = "new-" + member.address();
      int node = 50 + lost.size();
      apply(new Join(id(node), address, "asia", member.zone(), 1, true, Releases.THIS));
    }
    silent.addAll(lost);
    for (int node = 51; node <= 50 + nodes; node++) {
      apply(new AddNode(id(node)));
    }
    apply(new GiveUpNodes(lost, true));
    run(400);

    assertThat(state.isChanging()).isFalse();
    assertThat(state.members()).hasSize(3 * nodes).doesNotContainKeys(lost.toArray(NodeId[]::new));
    assertThat(state.partitions())
        .allMatch(each -> each.filling().isEmpty() && each.preferenceList().size() == 3 * nodes);
  }

  /**
   * A region that was not given up is not left without a majority of replicas that count: the
   * others of it had the writes that were acknowledged at LOCAL_QUORUM there.
   *
   * @param replicas that the region is to have, instead of three
   * @param down which of the three is filled, and marked down
   * @param filledTo the last one that is being filled, too
   */
  @ParameterizedTest
  @CsvSource({"1, 0, 0", "2, 1, 1", "1, 0, 1"})
  void aRegionThatIsToHaveFewerReplicasWaitsForOneThatIsBeingFilled(
      int replicas, int down, int filledTo) {
    List<Member> members = new ArrayList<>();
    for (String region : List.of("eu", "us")) {
      for (int i = 0; i < 3; i++) {
        members.add(Clusters.member(members.size() + 1, region, "z" + i));
      }
    }
    state = Genesis.create(Clusters.ID, members, 4);
    apply(factor(3));
    run(200);
    assertThat(state.isChanging()).isFalse();
    List<NodeId> europe =
        placement(0).preferenceList().stream()
            .filter(node -> member(node).region().equals("eu"))
            .toList();
    for (NodeId lost : europe.subList(down, filledTo + 1)) {
      Member member = member(lost);
      apply(new Readmit(lost, true));
      apply(
          new NodeReplaced(
              lost,
              new NodeId(lost.value() + 50),
              member.address(),
              "eu",
              member.zone(),
              1,
              Releases.THIS));
    }
    NodeId filled = new NodeId(europe.get(down).value() + 50);
    silent.add(filled);
    apply(factor(replicas));
    run(300);

    assertThat(move(0).step()).isEqualTo(Step.DUAL_WRITE);
    assertThat(member(filled).down()).isTrue();
    assertThat(placement(0).filling()).contains(filled);
    silent.remove(filled);
    run(300);
    assertThat(state.isChanging()).isFalse();
  }

  private static AlterTenant factor(int inEurope) {
    ReplicationFactor factor =
        ReplicationFactor.byRegion(new TreeMap<>(Map.of("eu", inEurope, "us", 3)));
    return new AlterTenant(Tenant.DEFAULT_NAME, TenantSettings.NONE, factor);
  }

  /** A move is begun, and the driver has seen it. Only one, so that steps are easy to tell. */
  private int dualWrite() {
    apply(new LimitChange(new Change.Limits(1, 0, false)));
    apply(join(4, false));
    while (moving() == 0) {
      tick().forEach(this::apply);
      nowNanos += TICK;
    }
    assertThat(tick()).isEmpty();
    for (int partition = 0; partition < state.partitions().size(); partition++) {
      Move move = placement(partition).move();
      if (move != null) {
        assertThat(move.step()).isEqualTo(Step.DUAL_WRITE);
        return partition;
      }
    }
    throw new AssertionError("none moves");
  }

  private void run(int turns) {
    for (int i = 0; i < turns; i++) {
      turn();
    }
  }

  /** All nodes that are heard report that they are done with everything, then the driver looks. */
  private void turn() {
    for (NodeId node : state.members().keySet()) {
      if (!silent.contains(node)) {
        List<Standing> standings = new ArrayList<>();
        for (int partition = 0; partition < state.partitions().size(); partition++) {
          if (placement(partition).move() != null && placement(partition).owners().contains(node)) {
            standings.add(standing(partition, true, true));
          }
        }
        driver.onReport(node, new MoveReport(state.stateVersion(), standings));
      }
    }
    tick().forEach(this::apply);
    nowNanos += TICK;
  }

  private List<Command> tick() {
    List<Command> commands = new ArrayList<>();
    if (driver.shouldPlan(state, nowNanos)) {
      PlanChange plan = Planning.plan(state);
      driver.planned(plan);
      commands.add(plan);
    }
    commands.addAll(
        driver.tick(
            state,
            nowNanos,
            new NodeView() {
              @Override
              public long silentNanos(NodeId node) {
                return silent.contains(node) ? Long.MAX_VALUE : 0;
              }

              @Override
              public boolean isVoter(NodeId node) {
                return voters.contains(node);
              }
            }));
    return commands;
  }

  private void apply(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).isInstanceOf(Decision.Accepted.class);
    state = ((Decision.Accepted) decision).next();
  }

  private void report(NodeId from, Standing standing) {
    driver.onReport(from, new MoveReport(state.stateVersion(), List.of(standing)));
  }

  private void reportAll(int partition, boolean complete, boolean handedOver) {
    for (NodeId owner : placement(partition).owners()) {
      report(owner, standing(partition, complete, handedOver));
    }
  }

  private Standing standing(int partition, boolean complete, boolean handedOver) {
    return new Standing(partition, placement(partition).epoch(), complete, handedOver, 1, 10, 1);
  }

  private Command step(int partition, Kind kind) {
    return new StepMoves(
        List.of(new Command.MoveStep(partition, placement(partition).epoch(), kind)));
  }

  private PartitionPlacement placement(int partition) {
    return state.partitions().get(partition);
  }

  private Move move(int partition) {
    return Objects.requireNonNull(placement(partition).move());
  }

  private Member member(int node) {
    return member(id(node));
  }

  private Member member(NodeId node) {
    return Objects.requireNonNull(state.members().get(node));
  }

  private List<List<NodeId>> lists() {
    return state.partitions().stream().map(PartitionPlacement::preferenceList).toList();
  }

  private long moving() {
    return state.partitions().stream()
        .map(PartitionPlacement::move)
        .filter(Objects::nonNull)
        .count();
  }

  private long replicasOf(int node) {
    return state.partitions().stream()
        .filter(each -> each.preferenceList().subList(0, 3).contains(id(node)))
        .count();
  }

  private static Join join(int node, boolean spare) {
    return new Join(id(node), "host-" + node + ":7400", "local", "d", 1, spare, Releases.THIS);
  }

  private static NodeId id(int node) {
    return new NodeId(node);
  }
}
