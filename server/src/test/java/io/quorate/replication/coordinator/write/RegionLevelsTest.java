package io.quorate.replication.coordinator.write;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.D;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.read.PlayedRead;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.version.Record;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Reads and writes of a tenant with A and B in one region, and C and D in another. */
class RegionLevelsTest {
  private static final Stored STORED = Stored.INSTANCE;
  private static final Level LOCAL = Level.LOCAL_QUORUM.in(PlayedNode.REGION_OF_A_AND_B);

  private final PlayedNode node =
      new PlayedNode(
          new Tenant(
              1,
              "orders",
              ReplicationFactor.byRegion(
                  new TreeMap<>(
                      Map.of(PlayedNode.REGION_OF_A_AND_B, 2, PlayedNode.REGION_OF_OTHERS, 2))),
              TenantSettings.of(Level.LOCAL_QUORUM, Level.LOCAL_QUORUM, null)),
          placed(EPOCH, A, B, C, D),
          CoordinatorConfig.DEFAULT);

  private final PlayedWrite write = new PlayedWrite(node);

  private WriteOperation begun(Level level) {
    WriteOperation operation = write.operation(level);
    assertThat(node.step(operation::start)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .as("at every level all replicas are sent the write")
        .filteredOn(Sent.class::isInstance)
        .extracting(each -> ((Sent) each).to())
        .containsExactly(B, C, D);
    return operation;
  }

  @Test
  void localQuorumWaitsForTheReplicasOfThisRegionOnly() {
    WriteOperation operation = begun(LOCAL);
    assertThat(node.step(() -> operation.onWriteReply(A, STORED))).isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(C, STORED))).isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(D, STORED))).isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(B, STORED)))
        .hasSize(1)
        .first()
        .isInstanceOfSatisfying(
            Answered.class,
            answered ->
                assertThat(((Outcome.Written) answered.result()).info().potentiallyStale())
                    .as("a read in the other region may miss it")
                    .isTrue());
  }

  @Test
  void eachQuorumWaitsForAMajorityOfBothRegions() {
    WriteOperation operation = begun(Level.EACH_QUORUM);
    assertThat(node.step(() -> operation.onWriteReply(A, STORED))).isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(B, STORED))).isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(C, STORED))).isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(D, STORED)))
        .hasSize(1)
        .first()
        .isInstanceOf(Answered.class);
  }

  @Test
  void aRegionThatLacksReplicasIsNamedAndNothingIsSent() {
    node.dies(D);
    assertThat(write.put(Level.EACH_QUORUM))
        .contains(new Failed(Reason.UNAVAILABLE, false, List.of()));
    assertThat(node.message())
        .contains("2 of 2 replicas in region 'far' and 2 of 2 replicas in region 'near'")
        .endsWith(
            "(not heard from lately; too few replicas are left in region 'far'). Nothing was"
                + " applied; try again when they are back");

    node.isHeard(D);
    node.dies(B);
    assertThat(write.put(LOCAL)).contains(new Failed(Reason.UNAVAILABLE, false, List.of()));
    assertThat(node.message())
        .contains("level LOCAL_QUORUM needs 2 of 2 replicas in region 'near'");
  }

  @Test
  void aReadAsksItsOwnRegionAndIsHedgedThereOnly() {
    PlayedRead read = new PlayedRead(node, EPOCH);
    Record record = PlayedRead.record(version(A, 1, 0), 3);
    assertThat(read.get(LOCAL, ReadRepair.BLOCKING)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(record))).containsExactly(read.asks(B, 1, record));
    assertThat(node.after(40)).as("C and D are not asked for the sake of speed").isEmpty();
    assertThat(node.readReply(B, 1, Same.INSTANCE)).hasSize(1);
  }

  @Test
  void readsOfOtherRegionsDoNotPutOffHedgesInThisOne() {
    Record record = PlayedRead.record(version(A, 1, 0), 3);
    int reads = 100;
    for (int nth = 1; nth <= reads; nth++) {
      PlayedRead read = new PlayedRead(node, EPOCH);
      assertThat(read.get(Level.QUORUM, ReadRepair.BLOCKING)).isNotEmpty();
      List<Object> asked = node.ownAnswers(nth, new Held(record));
      assertThat(node.readReply(B, nth, Same.INSTANCE)).isEmpty();
      assertThat(node.after(80)).isEmpty();
      NodeId far = ((Sent) asked.getLast()).to();
      assertThat(node.readReply(far, nth, Same.INSTANCE)).hasSize(1);
    }

    PlayedRead read = new PlayedRead(node, EPOCH);
    int nth = reads + 1;
    assertThat(read.get(Level.LOCAL_ONE.in(PlayedNode.REGION_OF_A_AND_B), ReadRepair.BLOCKING))
        .containsExactly(read.asksOwn(nth));
    assertThat(node.after(3))
        .containsExactly(new CoordinatorEvent.Hedged(), read.asks(B, nth, null));
  }

  @Test
  void aReadOfAllRegionsAsksItsOwnRegionFirst() {
    PlayedRead read = new PlayedRead(node, EPOCH);
    Record record = PlayedRead.record(version(A, 1, 0), 3);
    assertThat(read.get(Level.QUORUM, ReadRepair.BLOCKING)).containsExactly(read.asksOwn(1));
    assertThat(node.ownAnswers(1, new Held(record)))
        .hasSize(2)
        .first()
        .isEqualTo(read.asks(B, 1, record));
  }
}
