package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.Member.State;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.placement.Copying;
import io.quorate.placement.Factor;
import io.quorate.placement.Filling;
import io.quorate.placement.Loss;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReadmissionTest {
  private static final NodeId LOST = new NodeId(2);
  private static final NodeId NEW = new NodeId(22);
  private static final NodeId SPARE = new NodeId(9);
  private ClusterState state = Clusters.ofNodes(3);
  private long index = 1;

  @Test
  void aNewNodeTakesThePlaceOfTheLostOneAndIsFilledUnderANewEpoch() {
    accept(new Readmit(LOST, false));
    ClusterState before = state;
    accept(replaced("host-2:7400", "b"));

    assertThat(state.members()).containsOnlyKeys(new NodeId(1), new NodeId(3), NEW);
    assertThat(state.members().get(NEW))
        .isEqualTo(new Member(NEW, "host-2:7400", "local", "b", 3, 0, Releases.THIS, State.ACTIVE));
    for (int p = 0; p < 16; p++) {
      PartitionPlacement was = before.partitions().get(p);
      PartitionPlacement is = state.partitions().get(p);
      assertThat(is.epoch()).isEqualTo(was.epoch() + 1);
      assertThat(is.filling()).containsExactly(NEW);
      assertThat(is.preferenceList())
          .isEqualTo(was.preferenceList().stream().map(n -> n.equals(LOST) ? NEW : n).toList());
    }
    ClusterState once = state;
    accept(replaced("host-2:7400", "b"));
    assertThat(state).as("a retry changes nothing").isSameAs(once);
  }

  /** Found by the simulator: the old node was still named where the topology was to go. */
  @Test
  void whereALostNodeWasToGoTheNewOneGoes() {
    accept(new Readmit(LOST, true));
    List<NodeId> target = List.of(LOST, new NodeId(3), new NodeId(1));
    accept(new Command.Rebalance());
    accept(new Command.PlanChange(state.change().wishedAt(), new TreeMap<>(Map.of(4, target))));
    accept(replaced("host-2:7400", "b"));

    assertThat(state.change().targets().get(4)).containsExactly(NEW, new NodeId(3), new NodeId(1));
  }

  @Test
  void nobodyTakesAPlaceThatNoOperatorGave() {
    assertThat(reject(replaced("host-2:7400", "b"))).contains("no operator has readmitted");
    accept(new Readmit(LOST, false));
    assertThat(reject(replaced("host-9:7400", "b"))).contains("not at host-9:7400");
    assertThat(reject(replaced("host-2:7400", "z"))).contains("zone 'z'", "old region and zone");
    assertThat(reject(new Readmit(new NodeId(9), false))).contains("not a member");
    accept(replaced("host-2:7400", "b"));
    assertThat(
            reject(
                new NodeReplaced(
                    LOST, new NodeId(23), "host-2:7400", "local", "b", 1, Releases.THIS)))
        .as("a second newcomer comes too late")
        .contains("not a member any more");
  }

  @Test
  void aNodeThatComesBackWithItsDataIsNotLost() {
    accept(new Readmit(LOST, false));
    accept(
        new NodeStarted(
            LOST, "host-2:7400", "local", "b", 1, 1, Releases.THIS)); // an old announcement
    assertThat(state.members().get(LOST)).extracting(Member::state).isEqualTo(State.READMITTING);
    accept(new NodeStarted(LOST, "host-2:7400", "local", "b", 1, 2, Releases.THIS));
    assertThat(reject(replaced("host-2:7400", "b"))).contains("no operator has readmitted");
  }

  /** A witness would be given a replica of each partition otherwise. */
  @Test
  void aSpareThatIsReadmittedStaysSpare() {
    for (boolean acceptDataLoss : new boolean[] {false, true}) {
      state = withSpare(Clusters.ofNodes(3));
      accept(new Readmit(SPARE, acceptDataLoss));
      assertThat(state.members().get(SPARE)).matches(spare -> spare.isToBeReadmitted());
      assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
      assertThat(state.ownersToBe()).as("in between, too").hasSize(3);
      assertThat(reject(new Command.AddNode(SPARE))).contains("readmitted as a spare");
      ClusterState once = state;
      accept(new Readmit(SPARE, acceptDataLoss));
      assertThat(state).as("a retry changes nothing").isSameAs(once);

      accept(new NodeStarted(SPARE, "host-9:7400", "local", "d", 1, 2, Releases.THIS));
      assertThat(state.members().get(SPARE)).extracting(Member::state).isEqualTo(State.SPARE);
      state = once;
      accept(new NodeReplaced(SPARE, NEW, "host-9:7400", "local", "d", 1, Releases.THIS));
      assertThat(state.members().get(NEW)).extracting(Member::state).isEqualTo(State.SPARE);
      assertThat(state.isChanging()).isFalse();
    }
  }

  @Test
  void aSpareThatIsToBeReadmittedTakesAPlaceOnceItIs() {
    state = withSpare(Clusters.ofNodes(3));
    accept(new Readmit(SPARE, false));
    assertThat(reject(new Command.ReplaceNode(LOST, SPARE)))
        .contains("lost its disk", "readmitted as a spare", "empty data directory");
    accept(new NodeReplaced(SPARE, NEW, "host-9:7400", "local", "d", 1, Releases.THIS));
    accept(new Command.ReplaceNode(LOST, NEW));
  }

  /** Its removal would be called off otherwise, and none would say so. */
  @Test
  void aNodeThatIsToLeaveIsNotReadmittedUnlessItIsToStay() {
    state = Clusters.ofNodes(4);
    accept(new Command.RemoveNode(LOST));
    assertThat(reject(new Readmit(LOST, false))).contains("is to leave", "cluster add");
    assertThat(reject(new Readmit(LOST, true))).contains("is to leave");
    accept(new Command.AddNode(LOST));
    accept(new Readmit(LOST, false));
    accept(replaced("host-2:7400", "b"));
    assertThat(state.members().get(NEW)).extracting(Member::state).isEqualTo(State.ACTIVE);
  }

  /**
   * One of two replicas is no majority, so the partitions that a node of two is to leave wait for
   * it. The refusal says so, and its advice leads to the end of the removal.
   */
  @Test
  void ofANodeThatIsToLeaveAndIsNeededForThatTheRefusalSaysHowItGoesOn() {
    onLists(3, 5);
    accept(new CreateTenant("pairs", 2, null, null, 0));
    accept(new Command.RemoveNode(LOST));
    accept(plan(List.of(new NodeId(1), new NodeId(4), new NodeId(3))));
    accept(new StepMoves(List.of(new MoveStep(0, 1, MoveStep.Kind.BEGIN))));
    assertThat(reject(new Readmit(LOST, false)))
        .contains(
            "16 partitions cannot move away without it", "[0, 1, 2, 3, 4] and more", "cluster add");

    accept(new Command.AddNode(LOST));
    accept(new Readmit(LOST, false));
    accept(replaced("host-2:7400", "b"));
    assertThat(state.losses()).as("the other one of two has all").isEmpty();
    assertThat(canBeCopied(0)).isFalse();
    accept(new Filled(NEW, places()));
    accept(new Command.RemoveNode(NEW));
    assertThat(canBeCopied(0)).isTrue();
  }

  /** Whether enough old replicas of a partition hold what they must for new ones to be copied. */
  private boolean canBeCopied(int number) {
    PartitionPlacement moving = state.partitions().get(number);
    List<NodeId> next = Objects.requireNonNull(moving.move()).other();
    return moving.factors(state.replications(), state.regions()).stream()
        .flatMap(factor -> next.stream().map(node -> Copying.of(moving, factor, node)))
        .filter(Objects::nonNull)
        .allMatch(copying -> copying.needed().lost(List.of()).isEmpty());
  }

  /** The tenant has three replicas in all partitions, and two are a majority of them. */
  @Test
  void ofANodeThatIsToLeaveAndIsNotNeededTheRefusalDoesNotSayThatAnythingWaits() {
    onLists(3, 5);
    accept(new Command.RemoveNode(LOST));
    accept(plan(List.of(new NodeId(1), new NodeId(4), new NodeId(3))));
    accept(new StepMoves(List.of(new MoveStep(0, 1, MoveStep.Kind.BEGIN))));
    assertThat(reject(new Readmit(LOST, false)))
        .contains("others get its replicas", "change-waits", "cluster add " + LOST)
        .doesNotContain("cannot move away");
  }

  /** Node 1 is one of two and being filled, and that is what partitions wait for. */
  @Test
  void theRefusalDoesNotNamePartitionsThatWaitForAnotherNode() {
    NodeId fifth = new NodeId(5);
    onLists(5, 6);
    accept(new CreateTenant("pairs", 2, null, null, 0));
    ClusterState full = state;
    accept(new Readmit(new NodeId(1), true));
    accept(
        new NodeReplaced(
            new NodeId(1), new NodeId(11), "host-1:7400", "local", "a", 1, Releases.THIS));
    accept(new Command.RemoveNode(fifth));
    assertThat(reject(new Readmit(fifth, true))).doesNotContain("cannot move away");
    state = full;
    accept(new Command.RemoveNode(LOST));
    assertThat(reject(new Readmit(LOST, true))).contains("16 partitions cannot move away");
  }

  /** It has no replica there any more, only what it has to hand over. */
  @Test
  void theRefusalDoesNotNamePartitionsThatHaveLeftTheNode() {
    onLists(3, 5);
    accept(new CreateTenant("pairs", 2, null, null, 0));
    accept(new Command.RemoveNode(LOST));
    accept(plan(List.of(new NodeId(1), new NodeId(4), new NodeId(3))));
    assertThat(reject(new Readmit(LOST, false))).contains("16 partitions cannot move away");
    long epoch = 1;
    for (MoveStep.Kind kind :
        List.of(MoveStep.Kind.BEGIN, MoveStep.Kind.CUT_OVER, MoveStep.Kind.FINISH)) {
      assertThat(reject(new Readmit(LOST, false))).contains("16 partitions");
      List<MoveStep> steps = new ArrayList<>();
      for (int p = 0; p < state.partitions().size(); p++) {
        steps.add(new MoveStep(p, epoch, kind));
      }
      accept(new StepMoves(steps));
      epoch++;
    }
    assertThat(state.partitions()).allMatch(each -> each.owners().contains(LOST));
    readmit(new NodeId(1));
    assertThat(state.partitions()).allMatch(each -> !each.filling().isEmpty());
    assertThat(reject(new Readmit(LOST, false))).doesNotContain("cannot move away");
  }

  /** One whose disk is lost once more is waited for, too: for what takes its place, once full. */
  @Test
  void theRefusalNamesPartitionsThatWaitForANodeThatWasBeingFilled() {
    onLists(3, 5);
    accept(new CreateTenant("pairs", 2, null, null, 0));
    readmit(LOST);
    NodeId filling = new NodeId(10 * LOST.value());
    accept(new Command.RemoveNode(filling));
    assertThat(reject(new Readmit(filling, false))).contains("16 partitions cannot move away");
  }

  /** All partitions are to have this list. */
  private PlanChange plan(List<NodeId> list) {
    TreeMap<Integer, List<NodeId>> targets = new TreeMap<>();
    for (int p = 0; p < state.partitions().size(); p++) {
      targets.put(p, list);
    }
    return new PlanChange(state.change().wishedAt(), targets);
  }

  /** Members of the release before know no other state. */
  @Test
  void atTheFirstVersionANodeThatIsReadmittedIsToHaveReplicas() {
    state = withSpare(Clusters.ofTheReleaseBefore(4));
    accept(new Readmit(SPARE, false));
    assertThat(state.members().get(SPARE)).extracting(Member::state).isEqualTo(State.READMITTING);
    accept(new Command.RemoveNode(LOST));
    accept(new Readmit(LOST, false));
    assertThat(state.members().get(LOST)).extracting(Member::state).isEqualTo(State.READMITTING);
  }

  private ClusterState withSpare(ClusterState before) {
    state = before;
    Release release = Objects.requireNonNull(before.members().get(LOST)).release();
    accept(new Command.Join(SPARE, "host-9:7400", "local", "d", 1, true, release));
    return state;
  }

  @Test
  void whatOnlyTheLostNodeMayHoldIsNotGivenUpUnasked() {
    accept(new CreateTenant("single", 1, null, null, 0));
    assertThat(reject(new Readmit(LOST, false)))
        .contains("'single'", "replication factor 1", "--accept-data-loss");
    accept(new Readmit(LOST, true));
    accept(replaced("host-2:7400", "b"));
  }

  /** As of nodes that are given up: reads say what they may miss. */
  @Test
  void whatAnOperatorAcceptedToLoseIsWrittenDown() {
    accept(new CreateTenant("single", 1, null, null, 0));
    accept(new Readmit(LOST, true));
    assertThat(state.losses()).as("it may come back with its data").isEmpty();
    ClusterState before = state;
    accept(replaced("host-2:7400", "b"));
    assertThat(state.losses()).isNotEmpty();
    for (int p = 0; p < 16; p++) {
      boolean first = before.partitions().get(p).preferenceList().getFirst().equals(LOST);
      assertThat(state.losses().get(p))
          .isEqualTo(
              first
                  ? new Loss(
                      before.partitions().get(p).epoch() + 1,
                      new TreeSet<>(List.of(LOST)),
                      false,
                      false)
                  : null);
    }
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
    accept(new Command.AcknowledgeLoss());
    assertThat(state.losses().values()).allMatch(Loss::acknowledged);
  }

  @Test
  void whereOthersAreKnownToHoldAllNothingIsWrittenDown() {
    accept(new Readmit(LOST, true));
    accept(replaced("host-2:7400", "b"));
    assertThat(state.losses()).isEmpty();
  }

  /** The first of them is still being filled. */
  @Test
  void whereNoOtherHoldsAnythingAllIsLost() {
    state = Clusters.ofNodes(2);
    accept(new Readmit(LOST, true));
    accept(replaced("host-2:7400", "b"));
    assertThat(state.losses()).as("of two, both held all").isEmpty();
    NodeId one = new NodeId(1);
    accept(new Readmit(one, true));
    accept(new NodeReplaced(one, new NodeId(11), "host-1:7400", "local", "a", 1, Releases.THIS));
    assertThat(state.losses()).hasSize(16);
    assertThat(state.losses().values())
        .allMatch(Loss::whole)
        .allMatch(loss -> loss.givenUp().contains(one));
  }

  /** It was being filled, and counted for nothing; an operator has taken note of what was lost. */
  @Test
  void whatWasBeingFilledLosesNothingMore() {
    accept(new CreateTenant("single", 1, null, null, 0));
    accept(new Readmit(LOST, true));
    accept(replaced("host-2:7400", "b"));
    accept(new Command.AcknowledgeLoss());
    ClusterState before = state;
    accept(new Readmit(NEW, true));
    accept(new NodeReplaced(NEW, new NodeId(222), "host-2:7400", "local", "b", 1, Releases.THIS));
    assertThat(state.losses()).isNotEmpty().isEqualTo(before.losses());
    NodeId one = new NodeId(1);
    accept(new Readmit(one, true));
    accept(new NodeReplaced(one, new NodeId(11), "host-1:7400", "local", "a", 1, Releases.THIS));
    assertThat(state.losses()).as("one that was full is a loss").hasSize(16);
  }

  /** Lists stay as long as they were, so a tenant keeps what it was altered to. */
  @Test
  void nodesTakeTheirPlacesWhereATenantHasMoreReplicasThanListsHaveAtTheStart() {
    onLists(7, 7);
    accept(new CreateTenant("seven", 7, null, null, 0));
    for (int number = 1; number <= 4; number++) {
      readmit(new NodeId(number));
    }
    assertThat(state.losses()).as("three of seven are full").hasSize(16);
    assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
    assertThat(state.replicationFactorMax()).isEqualTo(7);
  }

  /** No list is to become longer. */
  @Test
  void noTenantIsCreatedThatIsLargerThanListsWhereAllHaveLostSomething() {
    onLists(3, 5);
    readmit(LOST);
    readmit(new NodeId(3));
    assertThat(state.losses()).hasSize(16);
    assertThat(state.replicationFactorMax()).isEqualTo(3);
    assertThat(reject(new CreateTenant("five", 5, null, null, 0))).contains("allows 1 to 3");
  }

  /** All partitions are on the first nodes. */
  private void onLists(int length, int nodes) {
    ClusterState before = Clusters.ofNodes(nodes);
    List<NodeId> list = List.copyOf(before.members().keySet()).subList(0, length);
    List<PartitionPlacement> partitions = new ArrayList<>();
    for (int p = 0; p < before.partitions().size(); p++) {
      partitions.add(new PartitionPlacement(1, list));
    }
    state = before.with(before.members(), partitions, 1);
  }

  private void readmit(NodeId lost) {
    Member member = Objects.requireNonNull(state.members().get(lost));
    accept(new Readmit(lost, true));
    accept(
        new NodeReplaced(
            lost,
            new NodeId(10 * lost.value()),
            member.address(),
            member.region(),
            member.zone(),
            1,
            Releases.THIS));
  }

  /** Members of the release before write nothing down, and all fold the log in the same way. */
  @Test
  void atTheFirstVersionNoLossIsWrittenDown() {
    state = Clusters.ofTheReleaseBefore(3);
    accept(new CreateTenant("single", 1, null, null, 0));
    accept(new Readmit(LOST, true));
    accept(replaced("host-2:7400", "b"));
    assertThat(state.losses()).isEmpty();
  }

  @Test
  void aSecondLossIsNotAcceptedBeforeTheFirstIsFilled() {
    accept(new Readmit(LOST, false));
    accept(new Readmit(new NodeId(3), false));
    accept(replaced("host-2:7400", "b"));
    NodeReplaced second =
        new NodeReplaced(
            new NodeId(3), new NodeId(33), "host-3:7400", "local", "c", 1, Releases.THIS);
    assertThat(reject(second)).as("looked at again").contains("'default'", "16 partitions");
    accept(new Filled(NEW, places()));
    accept(second);
  }

  @Test
  void filledIsFoldedUnderTheEpochItWasFoundUnderOnly() {
    accept(new Readmit(LOST, false));
    accept(replaced("host-2:7400", "b"));
    long epoch = state.partitions().get(5).epoch();
    accept(new Filled(NEW, List.of(new Filled.Place(5, epoch - 1))));
    assertThat(state.partitions().get(5).filling()).containsExactly(NEW);
    accept(new Filled(NEW, List.of(new Filled.Place(5, epoch))));
    assertThat(state.partitions().get(5).filling()).isEmpty();
    assertThat(state.partitions().get(5).epoch()).as("no new epoch").isEqualTo(epoch);
    assertThat(state.partitions().get(6).filling()).containsExactly(NEW);
  }

  @Test
  void aDamagedPartitionIsRefilledIfTheOthersHoldIt() {
    NodeId one = new NodeId(1);
    assertThat(reject(new Refill(one, 4, 9))).contains("has epoch 1 by now");
    assertThat(reject(new Refill(one, 99, 1))).contains("no replica of partition 99");
    accept(new Refill(one, 4, 1));
    assertThat(state.partitions().get(4).filling()).containsExactly(one);
    assertThat(state.partitions().get(4).epoch()).isEqualTo(2);
    assertThat(state.partitions().get(3).filling()).isEmpty();
    assertThat(reject(new Refill(LOST, 4, 2))).contains("partitions: [4]");
    accept(new Refill(LOST, 3, 1));
    // What it said to have filled before it was damaged again is void.
    accept(new Refill(one, 4, 2));
    accept(new Filled(one, List.of(new Filled.Place(4, 2))));
    assertThat(state.partitions().get(4).filling()).containsExactly(one);
    assertThat(state.partitions().get(4).epoch()).isEqualTo(3);
    accept(new Filled(one, List.of(new Filled.Place(4, 3))));
    assertThat(state.partitions().get(4).filling()).isEmpty();
  }

  /**
   * A node that was compared with as many others as are asked for has met every acknowledged write.
   */
  @Test
  void aMajorityOfTheOthersMeetsEveryMajorityOfAll() {
    for (int factor = 1; factor <= 7; factor++) {
      List<NodeId> list = new ArrayList<>();
      for (int node = 1; node <= factor; node++) {
        list.add(new NodeId(node));
      }
      for (int others = 0; others < factor; others++) {
        TreeSet<NodeId> filling = new TreeSet<>(list.subList(0, others));
        PartitionPlacement placement = new PartitionPlacement(1, list, PurgeMarks.NONE, filling);
        Filling of = Filling.of(placement, Factor.of(factor), list.getLast());
        int acknowledged = factor / 2 + 1;
        // At worst the lost one and all those being filled were among those that acknowledged.
        int holders = acknowledged - 1 - others;
        int needed = of.needed().needed();
        boolean meets = needed + holders > of.sources().size();
        if (of.losesNothing()) {
          assertThat(meets).as("%d of %d, %d being filled", needed, factor, others).isTrue();
        }
      }
    }
  }

  private List<Filled.Place> places() {
    List<Filled.Place> places = new ArrayList<>();
    for (int p = 0; p < state.partitions().size(); p++) {
      places.add(new Filled.Place(p, state.partitions().get(p).epoch()));
    }
    return places;
  }

  private static NodeReplaced replaced(String address, String zone) {
    return new NodeReplaced(LOST, NEW, address, "local", zone, 3, Releases.THIS);
  }

  private void accept(Command command) {
    state =
        assertThat(state.apply(command, ++index))
            .asInstanceOf(type(Accepted.class))
            .actual()
            .next();
  }

  private String reject(Command command) {
    return assertThat(state.apply(command, ++index))
        .asInstanceOf(type(Rejected.class))
        .actual()
        .reason();
  }
}
