package io.quorate.replication.coordinator;

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
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Operation;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
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

  private static PartitionPlacement moving(Move.Step step) {
    List<NodeId> old = List.of(C, D);
    List<NodeId> next = List.of(B, C, E);
    Move move = new Move(step, next, EPOCH, ALTERED, false);
    return new PartitionPlacement(EPOCH, old, PurgeMarks.NONE, new TreeSet<>(), move);
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
    return forwarded(
        node,
        new Operation.Put(TENANT.name(), KEY, new byte[1], Level.LOCAL_QUORUM, 0, RequestId.NONE));
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
}
