package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command.AcknowledgeLoss;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Factor;
import io.quorate.placement.Loss;
import io.quorate.placement.Move;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Regions;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.TenantSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a cluster of eight goes on with when 1 and 2 are given up for good. */
class GivingUpTest {
  private static final GiveUpNodes GIVE_UP = new GiveUpNodes(ids(1, 2), true);

  private static SortedSet<NodeId> ids(long... values) {
    return new TreeSet<>(list(values));
  }

  private static List<NodeId> list(long... values) {
    return LongStream.of(values).mapToObj(NodeId::new).toList();
  }

  /** Eight nodes, a tenant of factor 3, and these partitions. */
  private static ClusterState with(PartitionPlacement... partitions) {
    return with(1, 8, partitions);
  }

  private static ClusterState with(int version, int nodes, PartitionPlacement... partitions) {
    ClusterState like = Clusters.ofNodes(nodes);
    return new ClusterState(
        like.clusterId(), version, 1, like.members(), like.tenants(), 9, List.of(partitions));
  }

  private static PartitionPlacement at(List<NodeId> list) {
    return new PartitionPlacement(5, list);
  }

  private static PartitionPlacement at(List<NodeId> list, Move move) {
    return new PartitionPlacement(5, list, PurgeMarks.NONE, new TreeSet<>(), move);
  }

  private static ClusterState accepted(ClusterState state, Command command) {
    Decision decision = state.apply(command, state.stateVersion() + 1);
    assertThat(decision).isInstanceOf(Decision.Accepted.class);
    return ((Decision.Accepted) decision).next();
  }

  private static String rejected(ClusterState state, Command command) {
    Decision decision = state.apply(command, state.stateVersion() + 1);
    assertThat(decision).isInstanceOf(Decision.Rejected.class);
    return ((Decision.Rejected) decision).reason();
  }

  @Test
  void whatLostItsMajorityGoesOnWithWhatIsLeftAndTheRestByTheLadder() {
    ClusterState state = with(at(list(1, 2, 3, 4, 5)), at(list(1, 3, 4, 5, 6)));
    ClusterState next = accepted(state, GIVE_UP);

    PartitionPlacement lossy = next.partitions().get(0);
    assertThat(lossy.epoch()).isEqualTo(6);
    assertThat(lossy.preferenceList()).isEqualTo(list(3));
    assertThat(lossy.move())
        .as("who is left further back hands over what it has")
        .isEqualTo(new Move(Step.CLEANUP, list(4, 5), 6));
    assertThat(next.losses())
        .containsOnlyKeys(0)
        .containsValue(new Loss(6, ids(1, 2), false, false));
    assertThat(next.partitions().get(1)).isEqualTo(state.partitions().get(1));
    assertThat(next.change().needsPlan()).isTrue();
    for (NodeId dead : GIVE_UP.nodes()) {
      assertThat(next.members().get(dead))
          .matches(member -> member.state() == Member.State.LEAVING && member.down());
    }
    assertThat(next.placements().lossEpoch(0)).isEqualTo(6);
    assertThat(next.placements().lossEpoch(1)).isZero();
    assertThat(next.replicationFactorMax()).as("the short list does not count").isEqualTo(5);
  }

  @Test
  void itIsAskedForTwiceWhereSomethingIsLostAndRefusedWhereNothingNeedBe() {
    ClusterState state = with(at(list(1, 2, 3, 4, 5)));
    assertThat(rejected(state, new GiveUpNodes(GIVE_UP.nodes(), false)))
        .contains("1 partitions lose the majority", "--accept-data-loss");
    assertThat(rejected(with(at(list(1, 3, 4, 5, 6))), GIVE_UP))
        .contains("keeps a majority", "without --force");
    assertThat(rejected(state, new GiveUpNodes(ids(1, 99), true))).contains("is not a member");
    assertThat(rejected(state, new GiveUpNodes(ids(1, 2, 3, 4, 5, 6), true)))
        .contains("there are 2 nodes", "cluster.join");
  }

  /** No partition can come to the smaller factor before, for the dead are a majority. */
  @Test
  void aTenantThatIsAlteredToFewerReplicasThanNodesAreLeftBlocksNothing() {
    ClusterState state = with(at(list(1, 2, 3, 4, 5)));
    ClusterState five = accepted(state, new CreateTenant("five", 5, null, null, 0));
    GiveUpNodes most = new GiveUpNodes(ids(1, 2, 3, 6), true);
    assertThat(rejected(five, most)).contains("there are 4 nodes", "or alter the tenant");

    var three = new AlterTenant("five", TenantSettings.NONE, 3);
    ClusterState next = accepted(accepted(five, three), most);
    assertThat(next.partitions().getFirst().preferenceList()).isEqualTo(list(4, 5));
    List<NodeId> target = list(4, 5, 7, 8);
    ClusterState planned =
        accepted(next, new PlanChange(next.change().wishedAt(), new TreeMap<>(Map.of(0, target))));
    ClusterState begun =
        accepted(planned, new StepMoves(List.of(new MoveStep(0, 6, MoveStep.Kind.BEGIN))));
    assertThat(begun.partitions().getFirst().factors(begun.replications(), Regions.UNDIVIDED))
        .extracting(Factor::to)
        .containsOnly(ReplicationFactor.of(3));
  }

  /** Writes of the tenant of factor 5 are on 3, 4 and 5, too: they reach the nodes that go on. */
  @Test
  void theSmallestSetThatLostItsMajorityDecides() {
    ClusterState state = with(at(list(1, 2, 3, 4, 5)));
    ClusterState five = accepted(state, new CreateTenant("five", 5, null, null, 0));
    PartitionPlacement lossy = accepted(five, GIVE_UP).partitions().get(0);
    assertThat(lossy.preferenceList()).isEqualTo(list(3));
    assertThat(lossy.move()).isEqualTo(new Move(Step.CLEANUP, list(4, 5), 6));
  }

  /** No more than half of a set is left then, so that a majority of these is all of them. */
  @Test
  void aQuorumOfWhatIsLeftIsAllOfIt() {
    ClusterState state = with(at(list(1, 2, 7, 3, 4)));
    ClusterState five = accepted(state, new CreateTenant("five", 5, null, null, 0));
    ClusterState next = accepted(five, new GiveUpNodes(ids(1, 2, 7), true));
    assertThat(next.partitions().get(0).preferenceList())
        .as("of the set of three nobody is left, and of five two")
        .isEqualTo(list(3, 4));
    PartitionPlacement partition = next.partitions().get(0);
    for (Factor factor : partition.factors(next.replications(), Regions.UNDIVIDED)) {
      Collection<NodeId> left = partition.replicas(factor);
      assertThat(left.size() / 2 + 1).isEqualTo(left.size());
    }
  }

  /** Of more than two, a quorum would not be all of them; the release before kept them all. */
  @ParameterizedTest
  @CsvSource({"1, 3", "2, 2"})
  void atMostTwoGoOnAndAtTheFirstVersionAllThatAreLeft(int version, int goOn) {
    PartitionPlacement sound = at(list(5, 6, 7, 8, 9, 10, 11));
    ClusterState state = with(version, 12, at(list(1, 2, 3, 4, 5, 6, 7)), sound);
    ClusterState seven = accepted(state, new CreateTenant("seven", 7, null, null, 0));
    ClusterState next = accepted(seven, new GiveUpNodes(ids(1, 2, 3, 4), true));
    List<NodeId> left = list(5, 6, 7);
    PartitionPlacement partition = next.partitions().getFirst();
    assertThat(partition.preferenceList()).isEqualTo(left.subList(0, goOn));
    assertThat(partition.owners()).isEqualTo(left);
  }

  /** Also where no list counts, as all are short. */
  @Test
  void tenantKeepsItsSevenReplicasWhereAllPartitionsLostTheirMajorities() {
    ClusterState state = with(2, 12, at(list(1, 2, 3, 4, 5, 6, 7)));
    ClusterState seven = accepted(state, new CreateTenant("seven", 7, null, null, 0));
    ClusterState next = accepted(seven, new GiveUpNodes(ids(1, 2, 3, 4), true));
    assertThat(next.losses()).containsOnlyKeys(0);
    assertThat(next.replicationFactorMax()).as("lists are to grow again").isEqualTo(5);
  }

  /** It is not there; and while it is not readmitted, no other node has the partition. */
  @ParameterizedTest
  @CsvSource({"1, 6", "2, 8"})
  void noPartitionBeginsOnANodeThatLostItsDisk(int version, long first) {
    ClusterState state = with(version, 8, at(list(1, 2, 7)), at(list(3, 4, 5)));
    ClusterState readmitting = accepted(state, new Readmit(new NodeId(6), false));
    ClusterState next = accepted(readmitting, new GiveUpNodes(ids(1, 2, 7), true));
    assertThat(next.partitions().getFirst().preferenceList()).isEqualTo(list(first));
  }

  /** A node that takes its place is refused: it has none to be filled from. */
  @ParameterizedTest
  @CsvSource({"1, 6", "2, 7"})
  void noPartitionGoesOnWithANodeThatLostItsDisk(int version, long first) {
    ClusterState state = with(version, 8, at(list(1, 2, 6)), at(list(3, 4, 5)));
    ClusterState readmitting = accepted(state, new Readmit(new NodeId(6), false));
    ClusterState next = accepted(readmitting, GIVE_UP);
    assertThat(next.partitions().getFirst().preferenceList()).isEqualTo(list(first));
    NodeReplaced back =
        new NodeReplaced(
            new NodeId(6), new NodeId(66), "host-6:7400", "local", "c", 1, Releases.THIS);
    if (version == 1) {
      assertThat(rejected(next, back)).contains("may be lost for good");
    } else {
      PartitionPlacement partition = accepted(next, back).partitions().getFirst();
      assertThat(partition.preferenceList()).isEqualTo(list(first));
      assertThat(partition.filling()).isEqualTo(ids(66));
    }
  }

  /** A quorum of the two would be both. */
  @Test
  void ofTwoThatAreLeftTheOneThatLostItsDiskDoesNotGoOn() {
    ClusterState state = with(2, 8, at(list(1, 2, 3, 6, 8)));
    ClusterState five = accepted(state, new CreateTenant("five", 5, null, null, 0));
    ClusterState readmitting = accepted(five, new Readmit(new NodeId(6), false));
    GiveUpNodes three = new GiveUpNodes(ids(1, 2, 3), true);
    PartitionPlacement next = accepted(readmitting, three).partitions().getFirst();
    assertThat(next.preferenceList()).isEqualTo(list(8));
    assertThat(next.move())
        .as("if it comes back with its data, it hands that over")
        .isEqualTo(new Move(Step.CLEANUP, list(6), 6));
  }

  @Test
  void whereNoReplicaIsLeftANewOneBeginsEmpty() {
    ClusterState state = with(at(list(1, 2, 7)), at(list(1, 2, 7)), at(list(3, 4, 5)));
    ClusterState next = accepted(state, new GiveUpNodes(ids(1, 2, 7), true));
    List<NodeId> chosen = new ArrayList<>();
    for (int number : List.of(0, 1)) {
      assertThat(next.losses().get(number)).matches(Loss::whole);
      chosen.addAll(next.partitions().get(number).preferenceList());
    }
    assertThat(chosen)
        .hasSize(2)
        .doesNotHaveDuplicates()
        .containsExactly(list(6, 8).toArray(NodeId[]::new));
  }

  @Test
  void aReplicaThatWasBeingFilledCountsOnlyIfNoOtherIsLeft() {
    PartitionPlacement both =
        new PartitionPlacement(5, list(1, 3, 4), PurgeMarks.NONE, ids(3), null);
    ClusterState next = accepted(with(both), new GiveUpNodes(ids(1), true));
    assertThat(next.partitions().get(0).preferenceList()).isEqualTo(list(4));
    assertThat(next.partitions().get(0).filling()).isEmpty();

    PartitionPlacement alone =
        new PartitionPlacement(5, list(1, 2, 3), PurgeMarks.NONE, ids(3), null);
    next = accepted(with(alone), GIVE_UP);
    assertThat(next.partitions().get(0).preferenceList()).isEqualTo(list(3));
    assertThat(next.partitions().get(0).filling()).isEmpty();
  }

  /** Every acknowledged write is on a majority of the old set, whichever set is read. */
  @Test
  void aPartitionOnTheMoveGoesOnWithTheSetThatIsInOrder() {
    for (Step step : List.of(Step.DUAL_WRITE, Step.CUTOVER, Step.STEP_BACK)) {
      ClusterState state =
          with(
              at(list(3, 4, 5), new Move(step, list(3, 1, 2), 4)),
              at(list(1, 2, 3), new Move(step, list(3, 4, 5), 4)));
      ClusterState next = accepted(state, GIVE_UP);
      assertThat(next.partitions().get(0).preferenceList()).isEqualTo(list(3, 4, 5));
      assertThat(next.partitions().get(0).move()).isNull();
      assertThat(next.losses()).doesNotContainKey(0);

      boolean arrived = step == Step.CUTOVER;
      assertThat(next.losses().containsKey(1)).isEqualTo(!arrived);
      assertThat(next.partitions().get(1).preferenceList())
          .isEqualTo(arrived ? list(3, 4, 5) : list(3));
      assertThat(next.partitions().get(1).move())
          .isEqualTo(arrived ? null : new Move(Step.CLEANUP, list(4, 5), 6));
    }
  }

  @Test
  void aReplicaThatHasLeftAPartitionStillHandsOver() {
    PartitionPlacement partition = at(list(1, 2, 3), new Move(Step.CLEANUP, list(1, 4, 2), 4));
    PartitionPlacement next = accepted(with(partition), GIVE_UP).partitions().get(0);
    assertThat(next.preferenceList()).isEqualTo(list(3));
    assertThat(next.move()).isEqualTo(new Move(Step.CLEANUP, list(4), 6));
  }

  @Test
  void aLossIsKeptWhenItIsAcknowledgedAndComesUpAgainWithTheNext() {
    ClusterState state = accepted(with(at(list(1, 2, 3, 4, 5))), GIVE_UP);
    ClusterState noted = accepted(state, new AcknowledgeLoss());
    assertThat(noted.losses().get(0)).isEqualTo(new Loss(6, ids(1, 2), false, true));
    assertThat(noted.placements().lossEpochs()).isEmpty();
    assertThat(rejected(noted, new AcknowledgeLoss())).contains("no loss to acknowledge");

    ClusterState again = accepted(noted, new GiveUpNodes(ids(3), true));
    assertThat(again.losses().get(0)).isEqualTo(new Loss(7, ids(1, 2, 3), false, false));
    assertThat(Set.copyOf(again.partitions().get(0).preferenceList())).isSubsetOf(ids(4, 5));
  }
}
