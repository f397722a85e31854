package io.quorate.replication.coordinator.write;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.D;
import static io.quorate.replication.coordinator.operation.PlayedNode.E;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.coordinator.event.CoordinatorEvent.RelayFailed;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Window;
import io.quorate.replication.coordinator.event.CoordinatorEvent.WriteRelayed;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.RelayWrite;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Writes of a tenant with A and B in one region, and C, D and E in another, of which one is to pass
 * them on (docs/design/regions.md#relay): what becomes of those behind it when it does not.
 */
class RelayedWriteTest {
  private static final Stored STORED = Stored.INSTANCE;
  private static final Level LOCAL = Level.LOCAL_QUORUM.in(PlayedNode.REGION_OF_A_AND_B);

  /** The coordinator looks at what is under way this often, and more. */
  private static final long A_LOOK_MILLIS = 20;

  private final PlayedNode node =
      new PlayedNode(
          new Tenant(
              1,
              "orders",
              ReplicationFactor.byRegion(
                  new TreeMap<>(
                      Map.of(PlayedNode.REGION_OF_A_AND_B, 2, PlayedNode.REGION_OF_OTHERS, 3))),
              TenantSettings.of(Level.LOCAL_QUORUM, Level.LOCAL_QUORUM, null)),
          placed(EPOCH, A, B, C, D, E),
          CoordinatorConfig.DEFAULT);

  private final PlayedWrite write = new PlayedWrite(node);
  private final Record record = write.record(version(A, 0, 0), EPOCH);

  private Sent sent(NodeId to) {
    return write.sent(to, 1, record, EPOCH);
  }

  /** The first of its kind: D is to pass it on to C and E. */
  private WriteOperation begun(Level level) {
    node.relaysWrites();
    WriteOperation operation = write.operation(level);
    assertThat(node.step(operation::start)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .containsExactlyInAnyOrder(
            sent(B),
            new Sent(D, new RelayWrite(write.message(1, record, EPOCH), List.of(C, E))),
            new WriteRelayed(2),
            PlayedWrite.stamped(record));
    return operation;
  }

  /** The regions' own replicas have it, and it waits for the others. */
  private WriteOperation begunAndStoredNearby() {
    WriteOperation operation = begun(Level.EACH_QUORUM);
    assertThat(node.step(() -> operation.onWriteReply(A, STORED))).isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(B, STORED))).isEmpty();
    return operation;
  }

  @Test
  void aRelayThatGoesDownIsPassedByAtOnce() {
    WriteOperation operation = begunAndStoredNearby();
    assertThat(node.after(A_LOOK_MILLIS)).isEmpty();
    node.dies(D);
    assertThat(node.after(A_LOOK_MILLIS)).containsExactly(RelayFailed.RELAY_DOWN, sent(C), sent(E));
    assertThat(node.after(A_LOOK_MILLIS)).as("once").isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(C, STORED))).isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(E, STORED)))
        .hasAtLeastOneElementOfType(Answered.class)
        .contains(write.missed(D, EPOCH))
        .doesNotContain(write.missed(C, EPOCH), write.missed(E, EPOCH));
  }

  @Test
  void whatItHasPassedOnBeforeIsNotSentAgain() {
    WriteOperation operation = begunAndStoredNearby();
    assertThat(node.step(() -> operation.onWriteReply(C, STORED))).isEmpty();
    node.dies(D);
    assertThat(node.after(A_LOOK_MILLIS))
        .containsExactly(RelayFailed.RELAY_DOWN, Window.RELAYED_HALF_WAY, sent(E));
  }

  @Test
  void aRelayThatRefusesIsPassedByAtOnce() {
    WriteOperation operation = begunAndStoredNearby();
    assertThat(node.step(() -> operation.onWriteReply(D, new NotNow("it has too much to do"))))
        .containsExactly(RelayFailed.RELAY_REFUSED, sent(C), sent(E));
    assertThat(node.step(() -> operation.onWriteReply(C, STORED))).isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(E, STORED)))
        .hasAtLeastOneElementOfType(Answered.class);
  }

  @Test
  void aRelayThatIsUpAndSilentIsPassedByWhenWritesAreSentAgain() {
    var unused = begunAndStoredNearby();
    assertThat(node.after(300)).isEmpty();
    List<Object> again = node.after(1);
    assertThat(again).contains(sent(C), sent(D), sent(E), RelayFailed.RELAY_SILENT);
    assertThat(again).filteredOn(Sent.class::isInstance).hasSize(3);
  }

  /** It may not reach the others: for five seconds they take turns without it. */
  @Test
  void aSilentRelayPassesNothingOnForAWhile() {
    WriteOperation silent = begunAndStoredNearby();
    assertThat(node.after(301)).contains(RelayFailed.RELAY_SILENT);
    for (NodeId each : List.of(C, D, E)) {
      var unused = node.step(() -> silent.onWriteReply(each, STORED));
    }
    assertThat(relaysOf(6, 2)).containsExactly(E, C, E, E, C, E);
    var unused = node.after(5_000);
    assertThat(relaysOf(3, 8)).contains(D);
  }

  /** Which replicas are to pass on writes that come one after the other, and are stored at once. */
  private List<NodeId> relaysOf(int writes, int firstQuestion) {
    List<NodeId> relays = new ArrayList<>();
    for (int i = 0; i < writes; i++) {
      WriteOperation operation = new PlayedWrite(node).operation(Level.EACH_QUORUM);
      assertThat(node.step(operation::start)).isNotEmpty();
      for (Object each : node.ownStamps(firstQuestion + i, null, 0)) {
        if (each instanceof Sent sent && sent.message() instanceof RelayWrite) {
          relays.add(sent.to());
        }
      }
      for (NodeId each : List.of(A, B, C, D, E)) {
        var unused = node.step(() -> operation.onWriteReply(each, STORED));
      }
    }
    return relays;
  }

  @Test
  void replicasOfARegionTakeTurns() {
    node.relaysWrites();
    assertThat(relaysOf(6, 1)).containsExactly(D, E, C, D, E, C);
  }

  @Test
  void aReplicaThatIsDownPassesNothingOn() {
    node.relaysWrites();
    node.dies(D);
    WriteOperation operation = write.operation(LOCAL);
    assertThat(node.step(operation::start)).containsExactly(write.fresh(EPOCH));
    assertThat(node.ownStamps(1, null, 0))
        .contains(
            sent(B),
            new Sent(E, new RelayWrite(write.message(1, record, EPOCH), List.of(C))),
            write.missed(D, EPOCH));
  }

  // ---- after the client was answered

  private void answeredNearby() {
    WriteOperation operation = begun(LOCAL);
    assertThat(node.step(() -> operation.onWriteReply(A, STORED))).isEmpty();
    assertThat(node.step(() -> operation.onWriteReply(B, STORED)))
        .singleElement()
        .isInstanceOf(Answered.class);
  }

  @Test
  void hintsBringWhatADeadRelayDidNotPassOn() {
    answeredNearby();
    assertThat(node.writeReply(C, 1, STORED)).isEmpty();
    node.dies(D);
    assertThat(node.after(A_LOOK_MILLIS))
        .containsExactly(
            write.missed(D, EPOCH),
            RelayFailed.RELAY_DOWN,
            Window.RELAYED_HALF_WAY,
            write.missed(E, EPOCH));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void hintsBringWhatARelayRefusedToPassOn() {
    answeredNearby();
    assertThat(node.writeReply(D, 1, new NotNow("it has too much to do")))
        .containsExactly(
            write.missed(D, EPOCH),
            RelayFailed.RELAY_REFUSED,
            write.missed(C, EPOCH),
            write.missed(E, EPOCH));
    assertThat(node.isIdle()).isTrue();
  }

  @Test
  void hintsBringWhatASilentRelayDidNotPassOn() {
    answeredNearby();
    assertThat(node.after(1_001))
        .contains(
            RelayFailed.RELAY_SILENT,
            write.missed(C, EPOCH),
            write.missed(D, EPOCH),
            write.missed(E, EPOCH));
    assertThat(node.isIdle()).isTrue();
  }
}
