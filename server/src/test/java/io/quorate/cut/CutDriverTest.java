package io.quorate.cut;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Clusters;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.CloseCut;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.RearmCut;
import io.quorate.cluster.Command.SealCut;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.version.Hlc;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports and time in, commands out, which are folded into the state of a cluster. */
class CutDriverTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;
  private static final long TIME = Hlc.of(50_000, 0);

  private final List<CutEvent> events = new ArrayList<>();
  private final CutDriver driver = new CutDriver(CutConfig.DEFAULT, events::add);
  private ClusterState state = Genesis.create(Clusters.ID, Clusters.members(5), 4);
  private Set<NodeId> down = Set.of();
  private Set<NodeId> silent = Set.of();
  private long nowNanos = -5 * SECOND;
  private long hlc = TIME - 1;
  private long time = TIME;

  @BeforeEach
  void begin() {
    driver.begin();
  }

  private static NodeId node(long number) {
    return new NodeId(number);
  }

  private static Set<NodeId> nodes(long... numbers) {
    return LongStream.of(numbers).mapToObj(NodeId::new).collect(Collectors.toSet());
  }

  private long id() {
    return state.cut().id();
  }

  private void accept(Command command) {
    Decision decision = state.apply(command, state.stateVersion() + 1);
    assertThat(decision).as(command.toString()).isInstanceOf(Accepted.class);
    state = ((Accepted) decision).next();
  }

  private void arm(String... tenants) {
    accept(new BeginCut(new TreeSet<>(List.of(tenants)), TIME));
    assertThat(tick()).isEmpty();
  }

  private List<Command> tick() {
    return driver.tick(state.placements(), down, silent, nowNanos, hlc);
  }

  /** Partitions of which a node is among the first of the list. */
  private BitSet of(NodeId node, int replicas) {
    BitSet partitions = new BitSet();
    for (int number = 0; number < state.partitions().size(); number++) {
      List<NodeId> list = state.partitions().get(number).preferenceList();
      partitions.set(number, list.subList(0, replicas).contains(node));
    }
    return partitions;
  }

  private void report(NodeId from, BitSet armed, BitSet closed, long latest, long idleMillis) {
    driver.onReport(
        from, new CutReport(id(), time, armed, closed, latest, 0, idleMillis), nowNanos);
  }

  private void armed(long... numbers) {
    for (NodeId node : nodes(numbers)) {
      report(node, of(node, 3), new BitSet(), TIME - 9, 0);
    }
  }

  private void closed(long... numbers) {
    for (NodeId node : nodes(numbers)) {
      report(node, of(node, 3), of(node, 3), TIME - 9, 0);
    }
  }

  /** Has it closed for tenants with three replicas. */
  private void close(String... tenants) {
    arm(tenants);
    accept(new CloseCut(id()));
    assertThat(tick()).isEmpty();
  }

  /** What is asked for once no other node is waited for. */
  private List<Command> tickInAWhile() {
    assertThat(tick()).isEmpty();
    nowNanos += SECOND;
    return tick();
  }

  private SealCut sealedBy(Collection<NodeId> nodes, int replicas) {
    List<SortedSet<NodeId>> counted = new ArrayList<>();
    for (PartitionPlacement each : state.partitions()) {
      SortedSet<NodeId> images = new TreeSet<>(each.preferenceList().subList(0, replicas));
      images.retainAll(nodes);
      counted.add(images);
    }
    return new SealCut(id(), counted);
  }

  @Test
  void itIsClosedOnceAllNodesKeepAndItsTimeHasPassed() {
    arm("default");
    armed(1, 2, 3, 4);
    hlc = TIME + 1;
    assertThat(tick()).as("one says nothing").isEmpty();
    BitSet some = of(node(5), 3);
    some.clear(some.nextSetBit(0));
    report(node(5), some, new BitSet(), 0, 0);
    assertThat(tick()).as("one does not keep everywhere").isEmpty();

    armed(5);
    hlc = TIME;
    assertThat(tick()).as("it is not later yet").isEmpty();
    hlc = TIME + 1;
    assertThat(tick()).containsExactly(new CloseCut(id()));
  }

  private void closeOneOfThePast() {
    accept(
        new AlterTenant(
            "default", TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, 3_600_000L)));
    accept(new BeginPastCut(new TreeSet<>(List.of("default")), TIME));
    hlc = TIME + Hlc.of(60_000, 0);
    assertThat(tick()).isEmpty();
  }

  private void said(NodeId node, boolean hasImages, long since) {
    BitSet images = hasImages ? of(node, 3) : new BitSet();
    driver.onReport(node, new CutReport(id(), TIME, of(node, 3), images, 0, since, 0), nowNanos);
  }

  @Test
  void oneOfThePastIsSealedByThoseThatHaveImages() {
    closeOneOfThePast();
    nodes(1, 2, 3, 4, 5).forEach(node -> said(node, true, TIME - 1));
    assertThat(tick()).containsExactly(sealedBy(nodes(1, 2, 3, 4, 5), 3));
  }

  @Test
  void oneThatIsTooEarlyEndsAsSoonAsAllHaveSaidSo() {
    closeOneOfThePast();
    List<NodeId> replicas = state.partitions().getFirst().preferenceList().subList(0, 3);
    long since = Hlc.of(Hlc.millis(TIME) + 5_000, 0);
    for (NodeId node : nodes(1, 2, 3, 4, 5)) {
      boolean hasImages = !replicas.subList(1, 3).contains(node);
      if (!node.equals(replicas.get(2))) {
        said(node, hasImages, hasImages ? TIME - 1 : since);
      }
    }
    assertThat(tick()).as("one has not said anything").isEmpty();
    said(replicas.get(2), false, Hlc.of(Hlc.millis(since) + 5_000, 0));

    assertThat(tick())
        .singleElement()
        .isInstanceOfSatisfying(
            EndCut.class,
            end ->
                assertThat(end.reason())
                    .contains("partition 0: only 1 of its 3 replicas know")
                    .contains(
                        "the history of its replicas begins at "
                            + Instant.ofEpochMilli(Hlc.millis(since) + 1))
                    .satisfies(why -> assertThat(end.cause()).isEqualTo(Cut.Cause.BEFORE_HISTORY)));
  }

  @Test
  void oneOfThePastDoesNotWaitForANodeThatIsDown() {
    closeOneOfThePast();
    NodeId away = state.partitions().getFirst().preferenceList().get(1);
    down = Set.of(away);
    for (NodeId node : nodes(1, 2, 3, 4, 5)) {
      if (!node.equals(away)) {
        said(node, false, TIME + 1);
      }
    }
    assertThat(tick()).singleElement().isInstanceOf(EndCut.class);
  }

  @Test
  void aStepIsAskedForAgainAfterAWhileOnly() {
    arm("default");
    armed(1, 2, 3, 4, 5);
    hlc = TIME + 1;
    assertThat(tick()).hasSize(1);
    nowNanos += SECOND - 1;
    assertThat(tick()).isEmpty();
    nowNanos += 1;
    assertThat(tick()).containsExactly(new CloseCut(id()));

    accept(new CloseCut(id()));
    closed(1, 2, 3, 4, 5);
    assertThat(tick()).as("the next step need not wait").hasSize(1);
  }

  @Test
  void nodesThatAreMarkedDownAreNotWaitedForAsLongAsAMajorityIsLeft() {
    arm("default");
    hlc = TIME + 1;
    armed(1, 2, 3, 4);
    down = nodes(5);
    assertThat(tick()).containsExactly(new CloseCut(id()));

    nowNanos += 2 * SECOND;
    List<NodeId> replicas = state.partitions().getFirst().preferenceList().subList(0, 3);
    down = Set.copyOf(replicas.subList(0, 2));
    for (NodeId each : down) {
      report(each, new BitSet(), new BitSet(), 0, 0);
    }
    armed(5);
    assertThat(tick()).as("one of three keeps").isEmpty();
  }

  @Test
  void itIsArmedAgainAboveTheClockThatWasPastIt() {
    arm("default");
    armed(1, 2, 3, 4);
    long ahead = TIME + Hlc.of(3_000, 7);
    report(node(5), of(node(5), 3), new BitSet(), ahead, 0);
    hlc = TIME + 1;

    RearmCut again = new RearmCut(id(), Hlc.of(Hlc.millis(ahead) + 1_000, 0));
    assertThat(tick()).containsExactly(again);

    accept(again);
    hlc = again.time() + 1;
    assertThat(tick()).as("all have to keep again").isEmpty();
    armed(1, 2, 3, 4, 5); // which still speak of the time before
    assertThat(tick()).isEmpty();
    time = again.time();
    armed(1, 2, 3, 4);
    assertThat(tick()).isEmpty();
    armed(5);
    assertThat(tick()).containsExactly(new CloseCut(id()));
    assertThat(events).containsExactly(CutEvent.TAKEN_UP, CutEvent.ARMED_AGAIN);
  }

  @Test
  void itIsArmedAgainAboveTheLeadersClockIfThatIsLater() {
    arm("default");
    report(node(5), of(node(5), 3), new BitSet(), TIME + 1, 0);
    hlc = TIME + Hlc.of(9_000, 0);
    assertThat(tick()).containsExactly(new RearmCut(id(), TIME + Hlc.of(10_000, 0)));
  }

  /** One that comes back late is not waited for, and its image lacks what it took before. */
  @Test
  void aNodeThatIsMarkedDownMayBeLateAndDoesNotCount() {
    arm("default");
    hlc = TIME + 1;
    armed(1, 2, 3, 4);
    down = nodes(5);
    report(node(5), of(node(5), 3), new BitSet(), TIME + 1, 0);
    assertThat(tick()).containsExactly(new CloseCut(id()));

    accept(new CloseCut(id()));
    closed(1, 2, 3, 4);
    report(node(5), of(node(5), 3), of(node(5), 3), TIME + 1, 0);
    assertThat(tick()).containsExactly(sealedBy(nodes(1, 2, 3, 4), 3));
  }

  @Test
  void itIsSealedAtOnceWhenAllHaveTheirImages() {
    close("default");
    closed(1, 2, 3, 4, 5);
    assertThat(tick()).containsExactly(sealedBy(nodes(1, 2, 3, 4, 5), 3));
    accept(sealedBy(nodes(1, 2, 3, 4, 5), 3));
    assertThat(tick()).isEmpty();
    assertThat(events).containsExactly(CutEvent.TAKEN_UP, CutEvent.CLOSED, CutEvent.SEALED);
  }

  @Test
  void othersAreWaitedForAMoment() {
    close("default");
    closed(1, 2, 3, 4);
    assertThat(tick()).isEmpty();
    nowNanos += 499 * MILLI;
    assertThat(tick()).isEmpty();
    nowNanos += MILLI;
    assertThat(tick()).containsExactly(sealedBy(nodes(1, 2, 3, 4), 3));
  }

  @Test
  void ofEveryPartitionAMajorityIsNeeded() {
    close("default");
    List<NodeId> replicas = state.partitions().get(2).preferenceList().subList(0, 3);
    closed(1, 2, 3, 4, 5);
    for (NodeId each : replicas.subList(1, 3)) {
      BitSet butOne = of(each, 3);
      butOne.clear(2);
      report(each, of(each, 3), butOne, 0, 0);
    }
    assertThat(tickInAWhile()).as("one of three").isEmpty();
    report(replicas.get(1), of(replicas.get(1), 3), of(replicas.get(1), 3), 0, 0);
    assertThat(tickInAWhile()).hasSize(1);
  }

  /** What was said of an image holds until something else is said of it. */
  @Test
  void anImageThatIsVoidCountsNoMore() {
    close("default");
    closed(1, 2, 3, 4);
    assertThat(tick()).isEmpty();
    nowNanos += 400 * MILLI;
    for (NodeId each : nodes(1, 2, 3, 4)) {
      report(each, of(each, 3), new BitSet(), 0, 0);
    }
    assertThat(tick()).isEmpty();
    nowNanos += 200 * MILLI;
    closed(1, 2, 3, 4);
    assertThat(tick()).as("since there are enough again").isEmpty();
    nowNanos += 500 * MILLI;
    assertThat(tick()).hasSize(1);
  }

  @Test
  void ofEachFactorAMajorityIsNeeded() {
    accept(new CreateTenant("five", 5, TenantSettings.NONE));
    close("default", "five");
    for (NodeId node : nodes(1, 2, 3, 4, 5)) {
      BitSet closed = new BitSet();
      for (int number = 0; number < state.partitions().size(); number++) {
        int place = state.partitions().get(number).preferenceList().indexOf(node);
        closed.set(number, place == 0 || place > 2);
      }
      report(node, of(node, 5), closed, 0, 0);
    }
    assertThat(tickInAWhile()).as("three of five, but one of the first three").isEmpty();

    for (NodeId node : nodes(1, 2, 3, 4, 5)) {
      report(node, of(node, 5), of(node, 2), 0, 0);
    }
    assertThat(tickInAWhile()).as("two of three, but not three of five").isEmpty();
    for (NodeId node : nodes(1, 2, 3, 4, 5)) {
      report(node, of(node, 5), of(node, 3), 0, 0);
    }
    assertThat(tickInAWhile()).containsExactly(sealedBy(nodes(1, 2, 3, 4, 5), 3));
  }

  /** Backups read those at EACH_QUORUM. */
  @Test
  void ofTenantsByRegionAMajorityInEachRegionIsNeeded() {
    SortedMap<NodeId, Member> members = new TreeMap<>();
    for (int number = 1; number <= 4; number++) {
      members.put(node(number), Clusters.member(number, number < 4 ? "us" : "eu", "z" + number));
    }
    SortedMap<String, Tenant> tenants = new TreeMap<>();
    tenants.put("default", new Tenant(1, "default", 3, TenantSettings.NONE));
    ReplicationFactor factor = ReplicationFactor.byRegion(new TreeMap<>(Map.of("us", 3, "eu", 1)));
    tenants.put("geo", new Tenant(2, "geo", factor, TenantSettings.NONE));
    state =
        new ClusterState(
            Clusters.ID,
            2,
            1,
            members,
            tenants,
            3,
            List.of(new PartitionPlacement(1, List.of(node(1), node(2), node(3), node(4)))));
    close("geo");
    for (NodeId node : nodes(1, 2, 3)) {
      report(node, of(node, 4), of(node, 4), 0, 0);
    }
    assertThat(tickInAWhile()).as("three of four").isEmpty();
    report(node(4), of(node(4), 4), of(node(4), 4), 0, 0);
    report(node(1), of(node(1), 4), new BitSet(), 0, 0);
    assertThat(tickInAWhile()).containsExactly(sealedBy(nodes(2, 3, 4), 4));
  }

  @Test
  void aNodeThatDoesNotAnswerEndsItAndIsMarkedDown() {
    arm("default");
    armed(1, 2, 3, 4);
    hlc = TIME + 1;
    silent = nodes(5);
    nowNanos += 10 * SECOND;
    assertThat(tick()).isEmpty();
    nowNanos += 1;

    List<Command> due = tick();

    assertThat(due).hasSize(2).contains(new MarkDown(node(5), true));
    assertThat(reason(due)).contains("nodes " + node(5), "did not answer for 10 s");
  }

  private static String reason(List<Command> due) {
    return ((EndCut) due.getFirst()).reason();
  }

  @Test
  void whateverElseLacksForTooLongEndsItToo() {
    arm("default");
    armed(1, 2, 3, 4);
    nowNanos += 11 * SECOND;
    List<Command> due = tick();
    assertThat(due).as("it is up").hasSize(1);
    assertThat(reason(due)).contains("nodes " + node(5), "though they are up");

    report(node(5), of(node(5), 3), new BitSet(), TIME + 1, 0);
    nowNanos += SECOND;
    assertThat(reason(tick())).contains("the clocks of nodes " + node(5));

    armed(5);
    nowNanos += SECOND;
    assertThat(reason(tick())).contains("no clock came past 50000.0");

    down = Set.copyOf(state.partitions().getFirst().preferenceList().subList(0, 2));
    for (NodeId each : down) {
      report(each, new BitSet(), new BitSet(), 0, 0);
    }
    nowNanos += SECOND;
    assertThat(reason(tick())).contains("partition 0: only 1 of its 3 replicas keep");
  }

  @Test
  void tooFewImagesForTooLongEndIt() {
    close("default");
    nowNanos += 10 * SECOND;
    assertThat(tick()).isEmpty();
    nowNanos += 1;
    List<Command> due = tick();
    assertThat(due).hasSize(1);
    assertThat(reason(due)).contains("partition 0: only 0 of its 3 replicas closed");

    accept(due.getFirst());
    assertThat(tick()).isEmpty();
    assertThat(events).endsWith(CutEvent.VOID);
  }

  /** It is known at once, and nodes that are up are not said to be down. */
  @Test
  void imagesThatDoNotCountEndItAtOnceAndSayWhy() {
    close("default");
    voids("the disk is slow", 1);
    assertThat(tick()).as("others may be enough").isEmpty();
    voids("too much was written", 2, 3, 4, 5);
    List<Command> due = tick();
    assertThat(due).hasSize(1);
    assertThat(reason(due))
        .matches(
            "partition 0: only 0 of its 3 replicas closed: .*what nodes \\S+(, \\S+)* have does not"
                + " count, as too much was written.*: try again")
        .doesNotContain("are up");
  }

  @Test
  void nodesOfWhichNothingIsHeardAreNamedBesideImagesThatDoNotCount() {
    close("default");
    List<NodeId> replicas = state.partitions().getFirst().preferenceList();
    driver.onReport(replicas.get(2), voidReport(replicas.get(2), "the disk is slow"), nowNanos);
    nowNanos += 10 * SECOND + 1;
    List<Command> due = tick();
    assertThat(due).hasSize(1);
    assertThat(reason(due))
        .contains("what nodes " + replicas.get(2) + " have does not count, as the disk is slow: ")
        .contains("see that nodes ")
        .contains(" are up, and try again");
  }

  private void voids(String why, long... numbers) {
    for (NodeId node : nodes(numbers)) {
      driver.onReport(node, voidReport(node, why), nowNanos);
    }
  }

  private CutReport voidReport(NodeId node, String why) {
    return new CutReport(id(), time, of(node, 3), new BitSet(), TIME - 9, 0, 0, of(node, 3), why);
  }

  /** However often it is armed again. */
  @Test
  void patienceIsForTheWholeCut() {
    arm("default");
    for (int again = 1; again <= 3; again++) {
      nowNanos += 3 * SECOND;
      time = state.cut().time();
      report(node(5), of(node(5), 3), new BitSet(), time + 1, 0);
      List<Command> due = tick();
      assertThat(due).hasSize(1).first().isInstanceOf(RearmCut.class);
      accept(due.getFirst());
      assertThat(tick()).isEmpty();
    }
    nowNanos += 2 * SECOND;
    assertThat(tick()).hasSize(1).first().isInstanceOf(EndCut.class);
  }

  /** Else it would stand as long as leaders change. */
  @Test
  void patienceIsForAllLeadersTogether() {
    close("default");
    closed(1, 2);
    nowNanos += 8 * SECOND;
    hlc = Hlc.of(Hlc.millis(time) + 8_000, 0);
    assertThat(tick()).isEmpty();

    driver.begin();
    assertThat(tick()).isEmpty();
    nowNanos += 2 * SECOND;
    hlc = Hlc.of(Hlc.millis(time) + 10_000, 0xFFFF);
    closed(1, 2);
    assertThat(tick()).as("not yet").isEmpty();
    nowNanos += MILLI;
    hlc = Hlc.of(Hlc.millis(time) + 10_001, 0);
    assertThat(tick()).hasSize(1).first().isInstanceOf(EndCut.class);
  }

  /** What nodes have, they say soon. */
  @Test
  void aNewLeaderOfAnOldOneListensBeforeItGivesItUp() {
    close("default");
    hlc = Hlc.of(Hlc.millis(time) + 60_000, 0);
    driver.begin();
    assertThat(tick()).isEmpty();
    nowNanos += 2 * SECOND;
    assertThat(tick()).as("it has heard nothing").isEmpty();
    closed(1, 2, 3, 4, 5);
    assertThat(tick()).hasSize(1).first().isInstanceOf(SealCut.class);
  }

  /** Its time says nothing of when it was begun. */
  @Test
  void oneOfThePastIsTriedByEachLeader() {
    closeOneOfThePast();
    nowNanos += 9 * SECOND;
    assertThat(tick()).isEmpty();
    driver.begin();
    assertThat(tick()).isEmpty();
    nowNanos += 9 * SECOND;
    assertThat(tick()).isEmpty();
    nowNanos += SECOND + MILLI;
    assertThat(tick())
        .singleElement()
        .isInstanceOfSatisfying(
            EndCut.class,
            end -> assertThat(end.cause()).as("it may be made").isEqualTo(Cut.Cause.OTHER));
  }

  @Test
  void aSealedOneEndsWhenNobodyReadsItAnyMore() {
    close("default");
    closed(1, 2, 3, 4, 5);
    accept(tick().getFirst());
    assertThat(tick()).isEmpty();
    nowNanos += 89 * SECOND;
    report(node(1), new BitSet(), new BitSet(), 0, 89_000);
    report(node(2), new BitSet(), new BitSet(), 0, 90_000);
    nowNanos += SECOND - MILLI;
    assertThat(tick()).as("not yet").isEmpty();
    nowNanos += MILLI;
    report(node(1), new BitSet(), new BitSet(), 0, 0);
    assertThat(tick()).as("one was read just now").isEmpty();
    nowNanos += 89 * SECOND;
    assertThat(tick()).isEmpty();
    report(node(6), new BitSet(), new BitSet(), 0, 0); // a stranger
    nowNanos += SECOND;
    assertThat(tick()).containsExactly(new EndCut(id(), ""));

    accept(new EndCut(id(), ""));
    assertThat(tick()).isEmpty();
    assertThat(state.cut().step()).isEqualTo(Step.ENDED);
    assertThat(events).endsWith(CutEvent.ENDED);
  }

  /** It may have been read until just before, as far as this leader knows. */
  @Test
  void aNewLeaderWaitsBeforeItEndsASealedOne() {
    close("default");
    closed(1, 2, 3, 4, 5);
    accept(tick().getFirst());
    assertThat(tick()).isEmpty();
    nowNanos += 89 * SECOND;
    driver.begin();
    report(node(1), new BitSet(), new BitSet(), 0, 100_000);
    assertThat(tick()).isEmpty();
    nowNanos += 89 * SECOND;
    assertThat(tick()).isEmpty();
    nowNanos += SECOND;
    assertThat(tick()).containsExactly(new EndCut(id(), ""));
  }

  @Test
  void aNewLeaderGoesOnWithWhatTheStateSays() {
    arm("default");
    armed(1, 2, 3, 4, 5);
    hlc = TIME + 1;
    nowNanos += 9 * SECOND;

    driver.begin();
    assertThat(tick()).as("it has heard nothing").isEmpty();
    nowNanos += 9 * SECOND;
    assertThat(tick()).as("its own patience").isEmpty();
    armed(1, 2, 3, 4, 5);
    assertThat(tick()).containsExactly(new CloseCut(id()));

    accept(new CloseCut(id()));
    driver.begin();
    assertThat(tick()).isEmpty();
    closed(1, 2, 3, 4, 5);
    assertThat(tick()).hasSize(1).first().isInstanceOf(SealCut.class);
  }

  @Test
  void whatIsSaidOfAnotherCutOrByAStrangerIsNothing() {
    arm("default");
    long first = id();
    armed(1, 2, 3, 4, 5);
    accept(new EndCut(first, "why"));
    arm("default");
    hlc = TIME + 1;
    assertThat(id()).isNotEqualTo(first);
    assertThat(tick()).isEmpty();
    for (NodeId each : nodes(1, 2, 3, 4, 5)) {
      driver.onReport(
          each, new CutReport(first, TIME, of(each, 3), new BitSet(), 0, 0, 0), nowNanos);
    }
    report(node(6), of(node(1), 3), new BitSet(), TIME + 9, 0);
    assertThat(tick()).isEmpty();
    armed(1, 2, 3, 4, 5);
    driver.onReport(
        node(1), new CutReport(first, TIME, new BitSet(), new BitSet(), 0, 0, 0), nowNanos);
    assertThat(tick()).containsExactly(new CloseCut(id()));
  }

  @Test
  void oneThatIsVoidIsLeftAlone() {
    arm("default");
    armed(1, 2, 3, 4, 5);
    hlc = TIME + 1;
    accept(new AlterTenant("default", null, null, 77L));
    assertThat(state.cut().step()).isEqualTo(Step.ENDED);
    assertThat(tick()).isEmpty();
    assertThat(events).containsExactly(CutEvent.TAKEN_UP, CutEvent.VOID);
  }

  @Test
  void withoutACutThereIsNothingToDo() {
    assertThat(tick()).isEmpty();
    assertThat(events).isEmpty();
  }
}
