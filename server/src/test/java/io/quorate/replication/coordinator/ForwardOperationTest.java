package io.quorate.replication.coordinator;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.D;
import static io.quorate.replication.coordinator.operation.PlayedNode.E;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.PARTITION;
import static io.quorate.replication.coordinator.operation.PlayedNode.REGION_OF_A_AND_B;
import static io.quorate.replication.coordinator.operation.PlayedNode.REGION_OF_OTHERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Model;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Operation;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.version.Hlc;
import io.quorate.version.Writer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Where a node sends what it is no replica for. Node A stands in one region with B. */
class ForwardOperationTest {
  private static final long ALTERED = 10;
  private static final byte[] KEY = {1};

  /** Two replicas anywhere; two in the other region and one in this one to come. */
  private static final Replication COMING =
      Replication.of(2)
          .altered(
              ALTERED,
              ReplicationFactor.byRegion(
                  new TreeMap<>(Map.of(REGION_OF_A_AND_B, 1, REGION_OF_OTHERS, 2))));

  private static final Tenant TENANT =
      new Tenant(1, "orders", COMING, TenantSettings.NONE, Model.LAST_WRITE_WINS.records());

  /** Back to two replicas anywhere. */
  private static final Replication GOING =
      Replication.of(COMING.goal()).altered(ALTERED, ReplicationFactor.of(2));

  private static final List<NodeId> ANYWHERE = List.of(C, D);
  private static final List<NodeId> BY_REGION = List.of(B, C, E);

  private static Tenant counters(Replication replication) {
    TenantSettings settings = TenantSettings.NONE.with(TenantSetting.MODEL, Model.COUNTERS);
    return new Tenant(1, "orders", replication, settings, Model.COUNTERS.records());
  }

  private static PartitionPlacement moving(Move.Step step) {
    return moving(ANYWHERE, BY_REGION, step);
  }

  private static PartitionPlacement moving(
      List<NodeId> old, List<NodeId> next, Move.Step step, NodeId... filling) {
    Move move = new Move(step, next, EPOCH, ALTERED, false);
    return new PartitionPlacement(
        EPOCH, old, PurgeMarks.NONE, new TreeSet<>(List.of(filling)), move);
  }

  private static PlayedNode node(Move.Step step) {
    return new PlayedNode(TENANT, moving(step), CoordinatorConfig.DEFAULT);
  }

  private static List<Object> forwarded(PlayedNode node, Operation operation) {
    Key key = new Key(TENANT.id(), KEY);
    ClientRequest request =
        new ClientRequest(TENANT, key, PARTITION, operation, node.nanos() + 1_000_000_000L);
    return node.step(
        () -> new ForwardOperation(node.context(), node.plan(), request, node::answered).start());
  }

  private static List<Object> put(PlayedNode node) {
    return put(node, Level.LOCAL_QUORUM);
  }

  private static List<Object> put(PlayedNode node, Level level) {
    return forwarded(
        node, new Operation.Put(TENANT.name(), KEY, new byte[1], level, 0, RequestId.NONE));
  }

  private static PlayedNode countersNode(Replication replication, PartitionPlacement placement) {
    return new PlayedNode(counters(replication), placement, CoordinatorConfig.DEFAULT);
  }

  private static List<Object> update(PlayedNode node) {
    Writer writer = new Writer(Hlc.of(10, 0), 1);
    return forwarded(
        node,
        new Operation.Update(
            TENANT.name(),
            KEY,
            Level.LOCAL_QUORUM,
            RequestId.NONE,
            writer,
            true,
            List.of(),
            TENANT.id()));
  }

  private static NodeId target(List<Object> effects) {
    assertThat(effects).hasSize(1);
    return ((Sent) effects.getFirst()).to();
  }

  /** Elsewhere its level would be about another region, once reads ask the new replicas. */
  @Test
  void localWriteStaysInItsRegionFromTheFirstStepOn() {
    for (Move.Step step : List.of(Move.Step.DUAL_WRITE, Move.Step.CUTOVER, Move.Step.STEP_BACK)) {
      assertThat(target(put(node(step)))).as("%s", step).isEqualTo(B);
      PlayedNode alone = node(step);
      alone.dies(B);
      assertThat(put(alone)).as("%s", step).hasOnlyElementsOfType(Failed.class);
    }
  }

  /** Those that have what reads find are asked first, wherever they are. */
  @Test
  void localReadAsksTheReplicasThatAreRead() {
    Operation read = new Operation.Get(TENANT.name(), KEY, Level.LOCAL_QUORUM);
    assertThat(target(forwarded(node(Move.Step.DUAL_WRITE), read))).isIn(C, D);
    assertThat(target(forwarded(node(Move.Step.CUTOVER), read))).isEqualTo(B);
  }

  /** Replicas that have only begun to be brought what they lack are the last to coordinate. */
  @Test
  void otherWritesGoToTheReplicasThatAreRead() {
    assertThat(target(put(node(Move.Step.DUAL_WRITE), Level.QUORUM))).isIn(ANYWHERE);
    assertThat(target(put(node(Move.Step.DUAL_WRITE), Level.EACH_QUORUM))).isIn(ANYWHERE);
    assertThat(target(put(node(Move.Step.CUTOVER), Level.QUORUM))).isEqualTo(B);
  }

  /** Updates are coordinated by replicas that have what reads find, wherever these are. */
  @Test
  void localUpdateLeavesARegionThatHasNoReplicaThatIsRead() {
    for (Move.Step step : List.of(Move.Step.DUAL_WRITE, Move.Step.STEP_BACK)) {
      PlayedNode coming = countersNode(COMING, moving(step));
      assertThat(target(update(coming))).as("%s", step).isIn(ANYWHERE);
    }
    PlayedNode going = countersNode(GOING, moving(BY_REGION, ANYWHERE, Move.Step.CUTOVER));
    assertThat(target(update(going))).isIn(ANYWHERE);
  }

  @Test
  void localUpdateStaysInARegionThatHasAReplicaThatIsRead() {
    assertThat(target(update(countersNode(COMING, moving(Move.Step.CUTOVER))))).isEqualTo(B);
    for (Move.Step step : List.of(Move.Step.DUAL_WRITE, Move.Step.STEP_BACK)) {
      PlayedNode going = countersNode(GOING, moving(BY_REGION, ANYWHERE, step));
      assertThat(target(update(going))).as("%s", step).isEqualTo(B);
    }
    PlayedNode filled = countersNode(COMING, moving(ANYWHERE, BY_REGION, Move.Step.CUTOVER, B));
    assertThat(update(filled)).hasOnlyElementsOfType(Failed.class);
  }

  @Test
  void refusalNamesTheReplicasThatCouldCoordinate() {
    PlayedNode outside = countersNode(COMING, moving(Move.Step.DUAL_WRITE));
    outside.dies(C);
    outside.dies(D);
    assertThat(update(outside)).hasOnlyElementsOfType(Failed.class);
    assertThat(outside.message()).contains(ANYWHERE + " of partition 0", "is no replica");
    PlayedNode arriving =
        countersNode(COMING, moving(ANYWHERE, List.of(A, C, E), Move.Step.DUAL_WRITE));
    arriving.dies(C);
    arriving.dies(D);
    assertThat(update(arriving)).hasOnlyElementsOfType(Failed.class);
    assertThat(arriving.message())
        .contains(ANYWHERE + " of partition 0", "while reads ask the other set of replicas");
  }
}
