package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Move;
import io.quorate.placement.Move.Step;
import io.quorate.placement.TenantSettings;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * When a partition turns back from a node that is to leave while tenants come to other numbers of
 * replicas. Its list has all five nodes.
 */
class TurningBackTest {
  private ClusterState state = Genesis.create(Clusters.ID, Clusters.members(5), 1);
  private long index = 1;
  private final List<NodeId> list = state.partitions().getFirst().preferenceList();

  @Test
  void itDoesWhileItIsBeingCopiedAndNotLater() {
    alter("", 2);
    step(Kind.BEGIN);
    ClusterState copying = state;
    remove(1);
    assertThat(move().step()).isEqualTo(Step.CLEANUP);

    state = copying;
    step(Kind.CUT_OVER);
    assertGoesOnWithout(1, Step.CUTOVER);
    ClusterState cutOver = state;
    accept(new CancelChange());
    assertGoesOnWithout(1, Step.STEP_BACK);
    state = cutOver;
    step(Kind.FINISH);
    assertGoesOnWithout(1, Step.CLEANUP);
  }

  /** Of four replicas three stay, which is a majority. */
  @Test
  void aReplicaThatIsOneBeforeAndAfterwardsIsNeededForAMajorityOnly() {
    alter("", 4);
    step(Kind.BEGIN);
    assertGoesOnWithout(0, Step.DUAL_WRITE);
    assertGoesOnWithout(2, Step.DUAL_WRITE);
  }

  @Test
  void aNewReplicaIsNeededThoughTheOthersAreAMajority() {
    alter("", 4);
    step(Kind.BEGIN);
    remove(3);
    assertThat(move().step()).isEqualTo(Step.CLEANUP);
  }

  @Test
  void whatIsNoReplicaBeforeOrAfterwardsIsNotNeeded() {
    alter("", 4);
    step(Kind.BEGIN);
    assertGoesOnWithout(4, Step.DUAL_WRITE);
  }

  /** Of three replicas two stay, and then one. */
  @Test
  void replicasThatAreLeavingAlreadyDoNotStay() {
    accept(new CreateTenant("t", 4, null, null, 0));
    alter("t", 3);
    step(Kind.BEGIN);
    assertGoesOnWithout(0, Step.DUAL_WRITE);
    remove(0);
    remove(2);
    assertThat(move().step()).isEqualTo(Step.CLEANUP);
  }

  /** The default tenant has its only replica there, and no other one in this move. */
  @Test
  void aTenantThatIsNotAlteredDoesNotCount() {
    alter("", 1);
    step(Kind.BEGIN);
    step(Kind.CUT_OVER);
    step(Kind.FINISH);
    step(Kind.END);
    accept(new CreateTenant("t", 3, null, null, 0));
    alter("t", 4);
    step(Kind.BEGIN);
    assertGoesOnWithout(0, Step.DUAL_WRITE);
  }

  @Test
  void oneTenantIsEnough() {
    accept(new CreateTenant("t", 3, null, null, 0));
    alter("t", 4);
    alter("", 2);
    step(Kind.BEGIN);
    remove(1);
    assertThat(move().step()).isEqualTo(Step.CLEANUP);
  }

  @Test
  void aNodeThatIsReplacedIsToLeaveToo() {
    accept(new Join(new NodeId(6), "host-6:7400", "local", "d", 1, true, Releases.THIS));
    alter("", 2);
    step(Kind.BEGIN);
    accept(new ReplaceNode(list.get(1), new NodeId(6)));
    assertThat(move().step()).isEqualTo(Step.CLEANUP);
  }

  private void assertGoesOnWithout(int place, Step step) {
    ClusterState before = state;
    Move move = move();
    assertThat(move.step()).isEqualTo(step);
    remove(place);
    assertThat(move()).isEqualTo(move);
    state = before;
  }

  private void remove(int place) {
    accept(new RemoveNode(list.get(place)));
  }

  private void alter(String tenant, int replicas) {
    accept(new AlterTenant(tenant, TenantSettings.NONE, replicas));
  }

  private void step(Kind kind) {
    long epoch = state.partitions().getFirst().epoch();
    accept(new StepMoves(List.of(new MoveStep(0, epoch, kind))));
  }

  private Move move() {
    return Objects.requireNonNull(state.partitions().getFirst().move());
  }

  private void accept(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).as("%s", command).isInstanceOf(Accepted.class);
    state = ((Accepted) decision).next();
  }
}
