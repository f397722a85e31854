package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.cluster.codec.CommandCodec;
import io.quorate.migration.Planning;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tenants with replicas in each region, in a cluster of three regions of three nodes. */
class RegionalTenantsTest {
  private static final ReplicationFactor WANTED = factor(Map.of("eu", 3, "us", 3, "asia", 1));

  private ClusterState state = Genesis.create(Clusters.ID, members(), 16);
  private long index = 1;

  private static List<Member> members() {
    List<Member> members = new ArrayList<>();
    for (int number = 1; number <= 9; number++) {
      String region = List.of("eu", "us", "asia").get((number - 1) / 3);
      members.add(Clusters.member(number, region, "z" + number % 3));
    }
    return members;
  }

  private static ReplicationFactor factor(Map<String, Integer> byRegion) {
    return ReplicationFactor.byRegion(new TreeMap<>(byRegion));
  }

  @Test
  void aTenantComesToItsReplicasByRegionWhereverListsWereTooShort() {
    accept(new CreateTenant("geo", WANTED, TenantSettings.NONE));
    assertThat(tenant().replication().isAltered()).isTrue();
    assertThat(tenant().replication().goal()).isEqualTo(WANTED);
    assertThat(state.change().needsPlan()).isTrue();

    arrive();
    assertThat(tenant().replication()).isEqualTo(Replication.of(WANTED));
    assertReplicas(WANTED);

    accept(new CreateTenant("second", WANTED, TenantSettings.NONE));
    assertThat(Objects.requireNonNull(state.tenants().get("second")).replication())
        .as("lists are long enough by now")
        .isEqualTo(Replication.of(WANTED));
  }

  /** Otherwise a plan that an operator has agreed to would be another one by then. */
  @Test
  void aTenantThatNeedsOtherListsIsAChangeOfTheTopology() {
    long seen = index;
    accept(new CreateTenant("plain", 3, TenantSettings.NONE));
    assertThat(state.change().id()).isZero();
    accept(new CreateTenant("geo", WANTED, TenantSettings.NONE));
    assertThat(state.change().id()).isEqualTo(index);
    assertThat(refusal(new Requested(new RequestKey(3, 4), 5, seen, new RemoveNode(new NodeId(9)))))
        .contains("the topology was changed meanwhile");

    arrive();
    long id = state.change().id();
    accept(new CreateTenant("second", WANTED, TenantSettings.NONE));
    assertThat(state.change().id()).as("lists are long enough by now").isEqualTo(id);
  }

  /** Of two replicas in a region one may be dead, and the region passes no barrier then. */
  @Test
  void aMoveToFewerReplicasInARegionTurnsBackFromOneOfThemThatIsToLeave() {
    accept(new CreateTenant("geo", WANTED, TenantSettings.NONE));
    arrive();
    accept(
        new AlterTenant("geo", TenantSettings.NONE, factor(Map.of("eu", 2, "us", 3, "asia", 1))));
    accept(new StepMoves(List.of(new MoveStep(0, placement(0).epoch(), MoveStep.Kind.BEGIN))));
    accept(new StepMoves(List.of(new MoveStep(1, placement(1).epoch(), MoveStep.Kind.BEGIN))));
    NodeId leaving = inEurope(0).getFirst();
    boolean isOnlyLast = inEurope(1).indexOf(leaving) == 2;
    accept(new RemoveNode(leaving));
    assertThat(rung(0)).isEqualTo(Move.Step.CLEANUP);
    assertThat(rung(1)).isEqualTo(isOnlyLast ? Move.Step.DUAL_WRITE : Move.Step.CLEANUP);
  }

  /** Of two in a region no majority is left there without one, though there is one of all. */
  @Test
  void aNodeThatARegionCannotLeaveWithoutIsNamedAtRestAndOnTheMove() {
    ReplicationFactor two = factor(Map.of("eu", 2, "us", 3, "asia", 3));
    accept(new CreateTenant("geo", two, TenantSettings.NONE));
    arrive();
    NodeId leaving = inEurope(0).getFirst();
    accept(new RemoveNode(leaving));
    accept(Planning.plan(state));
    assertThat(state.awaitingMove()).contains(0);
    assertThat(refusal(new Readmit(leaving, false)))
        .contains("cannot move away without it", "[0, ");
    accept(new StepMoves(List.of(new MoveStep(0, placement(0).epoch(), MoveStep.Kind.BEGIN))));
    assertThat(refusal(new Readmit(leaving, false)))
        .contains("cannot move away without it", "[0, ");
  }

  /** Two of three are a majority of the region. */
  @Test
  void aNodeThatARegionCanLeaveWithoutIsNotNamed() {
    accept(new Join(new NodeId(10), "host-10:7400", "eu", "z1", 1, false, Releases.THIS));
    accept(new CreateTenant("geo", WANTED, TenantSettings.NONE));
    arrive();
    NodeId leaving = inEurope(0).getFirst();
    accept(new RemoveNode(leaving));
    accept(Planning.plan(state));
    assertThat(refusal(new Readmit(leaving, false)))
        .contains("others get its replicas")
        .doesNotContain("cannot move away");
  }

  /** One whose replicas are on any nodes has a majority of all, though none in that region. */
  @Test
  void aTenantThatIsNotByRegionIsCountedAsAWhole() {
    accept(new CreateTenant("geo", WANTED, TenantSettings.NONE));
    arrive();
    accept(new AlterTenant("default", TenantSettings.NONE, 4));
    for (int number = 0; number < state.partitions().size(); number++) {
      accept(
          new StepMoves(
              List.of(new MoveStep(number, placement(number).epoch(), MoveStep.Kind.BEGIN))));
    }
    int alone = 0;
    for (int number = 0; number < state.partitions().size(); number++) {
      List<NodeId> four = placement(number).preferenceList().subList(0, 4);
      for (NodeId node : four.subList(0, 3)) {
        boolean isAlone = four.stream().filter(each -> region(each) == region(node)).count() == 1;
        if (isAlone && state.apply(new RemoveNode(node), index + 1) instanceof Accepted accepted) {
          Move move = accepted.next().partitions().get(number).move();
          assertThat(Objects.requireNonNull(move).step()).isEqualTo(Move.Step.DUAL_WRITE);
          alone++;
        }
      }
    }
    assertThat(alone).isPositive();
  }

  private static long region(NodeId node) {
    return (node.value() - 1) / 3;
  }

  private PartitionPlacement placement(int partition) {
    return state.partitions().get(partition);
  }

  private Move.Step rung(int partition) {
    return Objects.requireNonNull(placement(partition).move()).step();
  }

  /** Nodes 1 to 3, in the order of the list. */
  private List<NodeId> inEurope(int partition) {
    return placement(partition).preferenceList().stream()
        .filter(node -> node.value() <= 3)
        .toList();
  }

  @Test
  void creatingItAgainMeanwhileSucceeds() {
    Command create = new CreateTenant("geo", WANTED, TenantSettings.NONE);
    accept(create);
    ClusterState before = state;
    accept(create);
    assertThat(state).isEqualTo(before);
  }

  @Test
  void aRegionIsAddedAndLeftOutAndReplicasAreOnAnyNodesAgain() {
    accept(new CreateTenant("geo", factor(Map.of("eu", 3, "us", 1)), TenantSettings.NONE));
    arrive();
    for (ReplicationFactor next :
        List.of(WANTED, factor(Map.of("asia", 2)), ReplicationFactor.of(3), WANTED)) {
      accept(new AlterTenant("geo", TenantSettings.NONE, next));
      arrive();
      assertThat(tenant().replication()).isEqualTo(Replication.of(next));
      assertReplicas(next);
    }
  }

  @Test
  void moreThanThereAreNodesInARegionIsRefused() {
    assertThat(refusal(new CreateTenant("geo", factor(Map.of("eu", 4)), TenantSettings.NONE)))
        .contains("there are 3 nodes in region 'eu' that may have replicas, and a tenant has 4");
    assertThat(refusal(new CreateTenant("geo", factor(Map.of("moon", 1)), TenantSettings.NONE)))
        .contains("there are 0 nodes in region 'moon'");
    accept(new CreateTenant("geo", WANTED, TenantSettings.NONE));
    arrive();
    assertThat(refusal(new RemoveNode(new NodeId(1)))).contains("in region 'eu'");
    assertThat(refusal(new MoveNode(new NodeId(1), "us", "")))
        .contains("tenants are replicated by region");
    accept(new MoveNode(new NodeId(7), "", "elsewhere"));
  }

  /**
   * A plan takes seconds: it may be under way for the replicas that tenants were to have before.
   */
  @Test
  void whatTenantsAreToHaveMeanwhileMakesAPlanVoidThatIsStillToCome() {
    ReplicationFactor fewer = factor(Map.of("eu", 2, "us", 2));
    accept(new CreateTenant("geo", WANTED, TenantSettings.NONE));
    arrive();
    accept(new AlterTenant("geo", TenantSettings.NONE, fewer));
    arrive();

    accept(new RemoveNode(new NodeId(9)));
    Command plan = Planning.plan(state);
    accept(new AlterTenant("geo", TenantSettings.NONE, WANTED));
    assertThat(refusal(plan)).contains("there is a later one");
    arrive();
    assertThat(tenant().replication()).isEqualTo(Replication.of(WANTED));
    assertReplicas(WANTED);

    accept(new AlterTenant("geo", TenantSettings.NONE, fewer));
    arrive();
    accept(new RemoveNode(new NodeId(8)));
    Command another = Planning.plan(state);
    accept(new CreateTenant("second", WANTED, TenantSettings.NONE));
    assertThat(refusal(another)).contains("there is a later one");
    arrive();
    assertThat(state.partitions())
        .allMatch(each -> WANTED.fits(each.preferenceList(), state.regions()));
  }

  /** Nodes of the release before could read neither the command nor the state. */
  @Test
  void belowTheClusterVersionThatKnowsRegionsTheyAreRefused() {
    ClusterState older = Clusters.ofTheReleaseBefore();
    Command byRegion = new CreateTenant("geo", factor(Map.of("local", 2)), TenantSettings.NONE);
    assertThat(older.apply(byRegion, 2).toString())
        .contains("by region, is possible since cluster version 2");
    Command level =
        new CreateTenant("geo", 3, TenantSettings.of(Level.LOCAL_QUORUM, Level.QUORUM, null));
    assertThat(older.apply(level, 2).toString())
        .contains("read_level LOCAL_QUORUM is a level since cluster version 2");
  }

  @Test
  void commandsAndStatesComeBackAsTheyWere() {
    Command create = new CreateTenant("geo", WANTED, TenantSettings.NONE);
    assertThat(CommandCodec.decode(CommandCodec.encode(create, Release.NEWEST_VERSION)))
        .isEqualTo(create);
    accept(create);
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
    Command alter =
        new AlterTenant("geo", TenantSettings.of(Level.EACH_QUORUM, Level.LOCAL_ONE, null), WANTED);
    assertThat(CommandCodec.decode(CommandCodec.encode(alter, Release.NEWEST_VERSION)))
        .isEqualTo(alter);
    arrive();
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
  }

  /** A majority of all is left, and what the region acknowledged alone is gone, and said. */
  @Test
  void aRegionThatIsGivenUpCountsAsEmptyAndItsLossIsWrittenDown() {
    accept(
        new CreateTenant("geo", factor(Map.of("eu", 3, "us", 3, "asia", 3)), TenantSettings.NONE));
    arrive();
    accept(new AlterTenant("default", TenantSettings.NONE, 1));
    accept(new AlterTenant("geo", TenantSettings.NONE, factor(Map.of("us", 3, "asia", 3))));
    TreeSet<NodeId> eu = new TreeSet<>(List.of(new NodeId(1), new NodeId(2), new NodeId(3)));
    assertThat(refusal(new GiveUpNodes(eu, false))).contains("in all or in a region");

    accept(new GiveUpNodes(eu, true));
    assertThat(state.losses()).hasSize(16);
    List<PartitionPlacement> whole =
        state.partitions().stream().filter(each -> each.preferenceList().size() > 3).toList();
    assertThat(whole)
        .isNotEmpty()
        .allMatch(
            each ->
                each.filling().containsAll(eu) || each.owners().stream().noneMatch(eu::contains));
  }

  private void assertReplicas(ReplicationFactor factor) {
    for (PartitionPlacement partition : state.partitions()) {
      List<NodeId> replicas =
          partition.replicas(partition.factor(tenant().replication(), state.regions()));
      Map<String, Integer> counts = new TreeMap<>();
      replicas.forEach(
          node ->
              counts.merge(
                  Objects.requireNonNull(state.members().get(node)).region(), 1, Integer::sum));
      if (factor.isByRegion()) {
        assertThat(counts).isEqualTo(factor.byRegion());
      } else {
        assertThat(replicas).hasSize(factor.replicas());
      }
    }
  }

  /** Plans what needs it, and takes each partition through all steps. */
  private void arrive() {
    for (int round = 0; state.isChanging() && round < 20; round++) {
      if (state.change().needsPlan()) {
        accept(Planning.plan(state));
      }
      for (int number = 0; number < state.partitions().size(); number++) {
        step(number);
      }
    }
    assertThat(state.isChanging()).isFalse();
  }

  private void step(int number) {
    PartitionPlacement partition = state.partitions().get(number);
    MoveStep.Kind kind =
        partition.move() == null
            ? MoveStep.Kind.BEGIN
            : switch (partition.move().step()) {
              case DUAL_WRITE -> MoveStep.Kind.CUT_OVER;
              case CUTOVER, STEP_BACK -> MoveStep.Kind.FINISH;
              case CLEANUP -> MoveStep.Kind.END;
            };
    if (kind != MoveStep.Kind.BEGIN || state.awaitingMove().contains(number)) {
      accept(new StepMoves(List.of(new MoveStep(number, partition.epoch(), kind))));
    }
  }

  private Tenant tenant() {
    return Objects.requireNonNull(state.tenants().get("geo"));
  }

  private void accept(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).as("%s", command).isInstanceOf(Accepted.class);
    state = ((Accepted) decision).next();
  }

  private String refusal(Command command) {
    Decision decision = state.apply(command, index + 1);
    assertThat(decision).as("%s", command).isInstanceOf(Rejected.class);
    return decision.toString();
  }
}
