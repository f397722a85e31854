package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.Member.State;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Move;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes, and the stages of one partition that gets node 4 in place of node 3. */
class MovesTest {
  private static final List<NodeId> OLD = ids(1, 2, 3);
  private static final List<NodeId> NEXT = ids(1, 2, 4);

  private ClusterState state = Genesis.create(Clusters.ID, Clusters.members(3), 1);
  private long index = 1;

  @Test
  void aPartitionGoesStepByStepEachUnderAnEpochOfItsOwnButTheEnd() {
    begin();
    assertThat(at(Step.DUAL_WRITE)).isEqualTo(new Move(Step.DUAL_WRITE, NEXT, 2));
    assertThat(placement().preferenceList()).isEqualTo(OLD);
    assertThat(state.change().targets()).isEmpty();
    step(Kind.CUT_OVER);
    assertThat(at(Step.CUTOVER)).isEqualTo(new Move(Step.CUTOVER, NEXT, 2));
    assertThat(placement().epoch()).isEqualTo(3);
    step(Kind.FINISH);
    assertThat(at(Step.CLEANUP)).isEqualTo(new Move(Step.CLEANUP, OLD, 2));
    assertThat(placement().preferenceList()).isEqualTo(NEXT);
    assertThat(placement().epoch()).isEqualTo(4);
    assertThat(member(4).state()).isEqualTo(State.ACTIVE);
    step(Kind.END);
    assertThat(placement().move()).isNull();
    assertThat(placement().epoch()).isEqualTo(4);
    assertThat(state.isChanging()).isFalse();
  }

  /**
   * Else what a node that has left brought to some replicas only could still arrive after these
   * have said what they hold.
   */
  @Test
  void whileAPurgeIsOpenTheEndHasAnEpochOfItsOwnToo() {
    promisePurge();
    begin();
    step(Kind.CUT_OVER);
    step(Kind.FINISH);
    long cleaned = placement().epoch();
    step(Kind.END);
    assertThat(placement().move()).isNull();
    assertThat(placement().purge().isOpen()).isTrue();
    assertThat(placement().epoch()).isEqualTo(cleaned + 1);
  }

  /** All nodes fold the log in the same way, those of the release before included. */
  @Test
  void beforeTheUpgradeIsFinalizedTheEndKeepsItsEpoch() {
    state = Clusters.ofTheReleaseBefore();
    promisePurge();
    begin();
    step(Kind.CUT_OVER);
    step(Kind.FINISH);
    long cleaned = placement().epoch();
    step(Kind.END);
    assertThat(placement().epoch()).isEqualTo(cleaned);
  }

  /** The end of the move takes it out of the owners, so there is nothing to fill any more. */
  @Test
  void aNodeThatLosesItsDiskAsItHandsOverDoesNotKeepThePartitionFromItsEnd() {
    begin();
    step(Kind.CUT_OVER);
    step(Kind.FINISH);
    accept(new Readmit(id(3), true));
    accept(new NodeReplaced(id(3), id(33), "host-3:7400", "local", "c", 1, Releases.THIS));
    assertThat(placement().filling()).containsExactly(id(33));
    step(Kind.END);
    assertThat(placement().filling()).isEmpty();
    assertThat(placement().move()).isNull();
  }

  /** Members of the release before refuse the whole batch. */
  @Test
  void atTheFirstVersionItDoes() {
    state = Clusters.ofTheReleaseBefore();
    begin();
    step(Kind.CUT_OVER);
    step(Kind.FINISH);
    accept(new Readmit(id(3), true));
    accept(new NodeReplaced(id(3), id(33), "host-3:7400", "local", "c", 1, Releases.BEFORE));
    refuses(Kind.END);
  }

  /** This one would say that a node is being filled that is no owner. */
  @Test
  void aStepThatCannotBeTakenHoldsUpNoOther() {
    state = Genesis.create(Clusters.ID, Clusters.members(3), 2);
    accept(join(4, false));
    accept(new PlanChange(state.change().wishedAt(), new TreeMap<>(Map.of(0, NEXT, 1, NEXT))));
    List<MoveStep> begins = List.of(new MoveStep(0, 1, Kind.BEGIN), new MoveStep(1, 1, Kind.BEGIN));
    accept(new StepMoves(begins));
    accept(
        new StepMoves(
            List.of(
                new MoveStep(0, 2, Kind.CUT_OVER, new TreeSet<>(ids(99))),
                new MoveStep(1, 2, Kind.CUT_OVER))));
    assertThat(at(Step.DUAL_WRITE).other()).isEqualTo(NEXT);
    assertThat(state.partitions().get(1).move()).isEqualTo(new Move(Step.CUTOVER, NEXT, 2));
  }

  private void promisePurge() {
    accept(new PromisePurge(List.of(new AtEpoch(0, placement().epoch())), 50));
  }

  @Test
  void noStepIsLeftOutAndNoneIsTakenTwice() {
    begin();
    refuses(Kind.BEGIN, Kind.FINISH, Kind.END);
    step(Kind.CUT_OVER);
    refuses(Kind.BEGIN, Kind.CUT_OVER, Kind.END);
    step(Kind.FINISH);
    refuses(Kind.BEGIN, Kind.CUT_OVER, Kind.FINISH);
    step(Kind.END);
    refuses(Kind.values());
  }

  @Test
  void aStepThatWasDecidedOnAnotherEpochHasNoEffect() {
    begin();
    long epoch = placement().epoch();
    assertThat(apply(new MoveStep(0, epoch - 1, Kind.CUT_OVER))).isInstanceOf(Rejected.class);
    assertThat(apply(new MoveStep(0, epoch + 1, Kind.CUT_OVER))).isInstanceOf(Rejected.class);
    assertThat(apply(new MoveStep(7, epoch, Kind.CUT_OVER))).isInstanceOf(Rejected.class);
    assertThat(at(Step.DUAL_WRITE).other()).isEqualTo(NEXT);
  }

  @Test
  void aReplicaThatIsExcusedAtTheCutoverIsFilled() {
    begin();
    accept(
        new StepMoves(
            List.of(new MoveStep(0, placement().epoch(), Kind.CUT_OVER, new TreeSet<>(ids(1))))));
    assertThat(placement().filling()).containsExactlyElementsOf(ids(1));
    step(Kind.FINISH);
    assertThat(placement().filling()).containsExactlyElementsOf(ids(1));
  }

  @Test
  void fromDualWritingItIsCancelledAtOnce() {
    begin();
    accept(new CancelChange());
    assertThat(at(Step.CLEANUP).other()).isEqualTo(NEXT);
    assertThat(placement().preferenceList()).isEqualTo(OLD);
    assertThat(member(4).state()).isEqualTo(State.SPARE);
    step(Kind.END);
    assertThat(state.isChanging()).isFalse();
  }

  @Test
  void fromTheCutoverItIsCancelledOneStepAtATime() {
    begin();
    step(Kind.CUT_OVER);
    accept(new CancelChange());
    assertThat(at(Step.STEP_BACK).other()).isEqualTo(NEXT);
    assertThat(placement().epoch()).isEqualTo(4);
    refuses(Kind.BEGIN, Kind.CUT_OVER, Kind.END);
    step(Kind.FINISH);
    assertThat(at(Step.CLEANUP).other()).isEqualTo(NEXT);
    assertThat(placement().preferenceList()).isEqualTo(OLD);
    step(Kind.END);
    assertThat(state.isChanging()).isFalse();
  }

  @Test
  void afterItHasArrivedNothingGoesBack() {
    begin();
    step(Kind.CUT_OVER);
    step(Kind.FINISH);
    accept(new CancelChange());
    assertThat(at(Step.CLEANUP).other()).isEqualTo(OLD);
    assertThat(placement().preferenceList()).isEqualTo(NEXT);
    assertThat(member(4).state()).isEqualTo(State.ACTIVE);
  }

  @Test
  void whatHasNotSetOutIsForgottenWhenCancelled() {
    accept(join(4, false));
    plan(NEXT);
    accept(new CancelChange());
    assertThat(state.isChanging()).isFalse();
    assertThat(placement()).isEqualTo(new PartitionPlacement(1, OLD));
    assertThat(member(4).state()).isEqualTo(State.SPARE);
    assertThat(state.apply(new CancelChange(), index + 1)).isInstanceOf(Rejected.class);
  }

  @Test
  void aNodeThatIsRemovedWhileItJoinsIsTurnedBackFrom() {
    begin();
    accept(new RemoveNode(id(4)));
    assertThat(at(Step.CLEANUP).other()).isEqualTo(NEXT);
    assertThat(placement().preferenceList()).isEqualTo(OLD);
    assertThat(state.apply(new NodeLeft(id(4)), index + 1))
        .as("it holds something still")
        .isInstanceOf(Rejected.class);
    plan(OLD);
    step(Kind.END);
    accept(new NodeLeft(id(4)));
    assertThat(state.members()).containsOnlyKeys(OLD);
  }

  @Test
  void aNodeThatHasLeftDoesNotJoinByAProposalThatComesLate() {
    accept(join(4, true));
    accept(new RemoveNode(id(4)));
    accept(new NodeLeft(id(4)));
    assertThat(state.apply(join(4, false), index + 1))
        .asInstanceOf(type(Rejected.class))
        .extracting(Rejected::reason)
        .asString()
        .contains("has left", "empty data directory");
    accept(join(5, true));
  }

  @Test
  void aPlanForAnEarlierWishHasNoEffect() {
    accept(join(4, false));
    long wish = state.change().wishedAt();
    accept(join(5, false));
    TreeMap<Integer, List<NodeId>> targets = new TreeMap<>();
    targets.put(0, NEXT);
    assertThat(state.apply(new PlanChange(wish, targets), index + 1)).isInstanceOf(Rejected.class);
    assertThat(state.change().needsPlan()).isTrue();
  }

  @Test
  void aSpareNodeTakesThePlacesOfTheOneItReplaces() {
    accept(join(4, true));
    assertThat(state.isChanging()).isFalse();
    accept(new ReplaceNode(id(2), id(4)));
    assertThat(state.change().needsPlan()).isFalse();
    assertThat(state.change().targets().get(0))
        .isEqualTo(Change.replaced(placement().preferenceList(), id(2), id(4)));
    assertThat(member(2).state()).isEqualTo(State.LEAVING);
    assertThat(member(4).state()).isEqualTo(State.JOINING);
    assertThat(state.apply(new ReplaceNode(id(1), id(4)), index + 1))
        .as("it is taken")
        .isInstanceOf(Rejected.class);
  }

  @Test
  void aMoveThatBeginsWhileWritesMustWaitBlocksThemUntilItsEnd() {
    accept(join(4, false));
    plan(NEXT);
    accept(new LimitChange(new Change.Limits(16, 0, false, true)));
    assertThat(placement().blocksWrites()).isFalse();
    step(Kind.BEGIN);
    assertThat(placement().blocksWrites()).isTrue();
    accept(new LimitChange(Change.Limits.DEFAULT));
    step(Kind.CUT_OVER);
    assertThat(placement().blocksWrites()).as("it goes on as it began").isTrue();
    step(Kind.FINISH);
    assertThat(placement().blocksWrites()).isFalse();
  }

  @Test
  void thatWritesWaitIsOverWithTheChangeItWasSaidOf() {
    accept(new LimitChange(new Change.Limits(3, 7, false, true)));
    accept(join(4, false));
    plan(NEXT);
    step(Kind.BEGIN);
    step(Kind.CUT_OVER);
    assertThat(state.change().limits().blocksWrites()).isTrue();
    step(Kind.FINISH);
    assertThat(state.change().limits()).isEqualTo(new Change.Limits(3, 7, false));
  }

  /** The node stands there already. */
  @Test
  void thatWritesWaitIsOverWithAChangeThatMovesNothing() {
    accept(blocking(whereItStands()));
    assertThat(state.change().limits()).isEqualTo(new Change.Limits(3, 0, false));
    begin();
    assertThat(placement().blocksWrites()).isFalse();

    accept(blocking(new Rebalance()));
    assertThat(state.change().limits().blocksWrites()).as("while it moves").isTrue();
  }

  @Test
  void atTheFirstVersionItIsNot() {
    state = Clusters.ofTheReleaseBefore();
    accept(blocking(whereItStands()));
    assertThat(state.change().limits().blocksWrites()).isTrue();
  }

  private MoveNode whereItStands() {
    return new MoveNode(id(1), member(1).region(), member(1).zone());
  }

  private static Requested blocking(Command change) {
    LimitChange limits = new LimitChange(3, null, null, true);
    return new Requested(new RequestKey(3, 4), 5, 0, limits, change);
  }

  @Test
  void thatWritesWaitIsOverWithAChangeThatIsCalledOff() {
    accept(join(4, false));
    plan(NEXT);
    accept(new LimitChange(new Change.Limits(16, 0, false, true)));
    accept(new CancelChange());
    assertThat(state.change().limits()).isEqualTo(Change.Limits.DEFAULT);
  }

  @Test
  void aPlanMadeBeforeANodeWasReplacedHasNoEffect() {
    accept(join(4, false));
    long wish = state.change().wishedAt();
    accept(join(5, true));
    accept(new ReplaceNode(id(2), id(5)));
    TreeMap<Integer, List<NodeId>> targets = new TreeMap<>();
    targets.put(0, NEXT);
    assertThat(state.apply(new PlanChange(wish, targets), index + 1)).isInstanceOf(Rejected.class);
    assertThat(state.change().needsPlan()).isTrue();
    assertThat(state.change().targets().get(0)).contains(id(5)).doesNotContain(id(2));
  }

  @Test
  void asManyNodesAsATenantHasReplicasStay() {
    assertThat(state.apply(new RemoveNode(id(3)), index + 1)).isInstanceOf(Rejected.class);
    accept(join(4, true));
    assertThat(state.apply(new RemoveNode(id(3)), index + 1))
        .as("a spare one counts for nothing")
        .isInstanceOf(Rejected.class);
    accept(new AddNode(id(4)));
    accept(new RemoveNode(id(3)));
    assertThat(member(3).state()).isEqualTo(State.LEAVING);
    accept(new AddNode(id(3)));
    assertThat(member(3).state()).isEqualTo(State.ACTIVE);
  }

  /** Lists are as long as before until that is planned; a tenant of that many could never leave. */
  @Test
  void aTenantHasNoMoreReplicasThanNodesStay() {
    ClusterState four = Clusters.ofNodes(4);
    CreateTenant wide = new CreateTenant("wide", 4, null, null, 0);
    assertThat(four.apply(wide, 2)).isInstanceOf(Accepted.class);
    ClusterState leaving = ((Accepted) four.apply(new RemoveNode(id(4)), 2)).next();
    assertThat(leaving.replicationFactorMax()).isEqualTo(3);
    assertThat(leaving.apply(wide, 3))
        .isInstanceOfSatisfying(
            Rejected.class,
            no -> assertThat(no.reason()).contains("this cluster allows 1 to 3, and more once"));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aPartitionAtRestThatIsToGoNowhereTakesNoStep(Kind kind) {
    assertThat(apply(new MoveStep(0, 1, kind))).isInstanceOf(Rejected.class);
  }

  private void begin() {
    accept(join(4, false));
    plan(NEXT);
    step(Kind.BEGIN);
  }

  private void plan(List<NodeId> list) {
    TreeMap<Integer, List<NodeId>> targets = new TreeMap<>();
    targets.put(0, list);
    accept(new PlanChange(state.change().wishedAt(), targets));
  }

  private void step(Kind kind) {
    accept(new StepMoves(List.of(new MoveStep(0, placement().epoch(), kind))));
  }

  private void refuses(Kind... kinds) {
    for (Kind kind : kinds) {
      assertThat(apply(new MoveStep(0, placement().epoch(), kind)))
          .as("%s at %s", kind, placement())
          .isInstanceOf(Rejected.class);
    }
  }

  private Decision apply(MoveStep step) {
    return state.apply(new StepMoves(List.of(step)), index + 1);
  }

  private void accept(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).as("%s", command).isInstanceOf(Accepted.class);
    state = ((Accepted) decision).next();
  }

  private Move at(Step step) {
    Move move = Objects.requireNonNull(placement().move());
    assertThat(move.step()).isEqualTo(step);
    return move;
  }

  private PartitionPlacement placement() {
    return state.partitions().getFirst();
  }

  private Member member(int node) {
    return Objects.requireNonNull(state.members().get(id(node)));
  }

  private static Join join(int node, boolean spare) {
    return new Join(id(node), "host-" + node + ":7400", "local", "d", 1, spare, Releases.THIS);
  }

  private static NodeId id(int node) {
    return new NodeId(node);
  }

  private static List<NodeId> ids(int... numbers) {
    return Arrays.stream(numbers).mapToObj(MovesTest::id).toList();
  }
}
