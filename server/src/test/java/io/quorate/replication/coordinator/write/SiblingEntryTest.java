package io.quorate.replication.coordinator.write;

import static io.quorate.placement.Level.QUORUM;
import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.PARTITION;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.RequestId;
import io.quorate.placement.Model;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Failed;
import io.quorate.replication.coordinator.operation.PlayedReplica.Fresh;
import io.quorate.replication.coordinator.register.RegisterEntry;
import io.quorate.version.CausalContext;
import io.quorate.version.Hlc;
import io.quorate.version.WriteId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which contexts a write of siblings may name. */
class SiblingEntryTest {
  private static final Key KEY = new Key(1, new byte[] {7});

  private final PlayedNode node =
      new PlayedNode(
          tenant(3).with(TenantSetting.MODEL, Model.SIBLINGS),
          placed(EPOCH, A, B, C),
          CoordinatorConfig.DEFAULT);

  private List<Object> put(CausalContext seen) {
    Plan plan = node.plan();
    WriteStamp stamp = new WriteStamp(Hlc.of(node.wallMillis(), 0), EPOCH, 0, true);
    Operation put =
        new Operation.Put(
            plan.tenant().name(),
            KEY.bytes(),
            new byte[] {42},
            QUORUM,
            0,
            new RequestId(0, 1, 1),
            stamp,
            0,
            seen.toBytes(KEY),
            null,
            0);
    WriteEntry entry =
        new WriteEntry(
            node.context(),
            node.hints(),
            new RegisterEntry(node.context(), node.hints()),
            (same, callback) -> node.beginsAgain());
    ClientRequest request =
        new ClientRequest(
            plan.tenant(), KEY, PARTITION, put, node.nanos() + TimeUnit.SECONDS.toNanos(10));
    return node.step(() -> entry.begin(request, plan, QUORUM, node::answered));
  }

  private static CausalContext of(long wallMillis) {
    return CausalContext.NONE.with(new WriteId(Hlc.of(wallMillis, 0), 3, 3));
  }

  @Test
  void contextNamesWritesThatWereMade() {
    assertThat(put(of(node.wallMillis()))).singleElement().isInstanceOf(Fresh.class);
  }

  /**
   * A key keeps the highest ids of writes that it has known, and purges leave those that are later:
   * so these would stay for ever, in place of the ids of writes that were made.
   */
  @Test
  void contextWithAWriteOfATimeThatNoClockHasShownIsRefused() {
    long year9999 = Instant.parse("9999-01-01T00:00:00Z").toEpochMilli();

    assertThat(put(of(year9999))).containsExactly(new Failed(Reason.INVALID, false, List.of()));
    assertThat(node.message()).contains("the context was not given by a read of this key");
    assertThat(node.isIdle()).isTrue();
  }
}
