package io.quorate.replication.move;

import static io.quorate.replication.move.MovingNodes.A;
import static io.quorate.replication.move.MovingNodes.B;
import static io.quorate.replication.move.MovingNodes.C;
import static io.quorate.replication.move.MovingNodes.D;
import static io.quorate.replication.move.MovingNodes.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Model;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A new set is read only when registers are accepted under the epoch of the move
 * (docs/design/linearizable.md#moves).
 */
class SettlingTest {
  private static final List<NodeId> OLD = List.of(A, B, C);
  private static final List<NodeId> NEW = List.of(A, B, D);
  private static final int KEYS = 100;
  private static final Duration LONG = Duration.ofSeconds(20);

  private final MovingNodes nodes = new MovingNodes();
  private boolean syncs;

  /** Registers that were accepted by a majority of the old set before the move. */
  private void begins() {
    nodes.also(
        new Tenant(
            3, "registers", 3, TenantSettings.NONE.with(TenantSetting.MODEL, Model.LINEARIZABLE)));
    for (NodeId id : List.of(A, B, C, D)) {
      nodes.start(id, MovingNodes.at(1, A, B, C));
    }
    Record register =
        Register.of(null, 0).toRecord(new Version(1, Hlc.of(5, 0), new NodeId(0xA), 1));
    for (int i = 0; i < KEYS; i++) {
      nodes.write(1, key(3, i), register, A, B);
    }
    nodes.write(1, key(1, 1), MovingNodes.record(5), A, B);
    PartitionPlacement dual = MovingNodes.moving(2, Step.DUAL_WRITE, 2, OLD, NEW);
    nodes.learn(dual, A, B, C, D);
    nodes.run(LONG);
  }

  @Test
  void eachReplicaOfTheNewSetHasAllRegistersAcceptedBeforeItIsComplete() {
    begins();

    assertThat(NEW).allMatch(nodes::isComplete);
    for (int i = 0; i < KEYS; i++) {
      assertThat(nodes.settled).filteredOn(key(3, i)::equals).hasSize(NEW.size());
    }
    assertThat(nodes.settled).as("of registers alone").hasSize(NEW.size() * KEYS);
  }

  @Test
  void whoCannotHaveThemAcceptedIsNotComplete() {
    nodes.settles = false;
    begins();
    assertThat(NEW).noneMatch(nodes::isComplete);

    nodes.settles = true;
    nodes.run(LONG);
    assertThat(NEW).allMatch(nodes::isComplete);
  }

  /** The cluster reads the new set from then on: a machine that loses power must not lose it. */
  @Test
  void whatAReplicaHasAcceptedIsSyncedBeforeItIsComplete() {
    nodes.syncIf(() -> syncs || nodes.settled.isEmpty());
    begins();
    assertThat(nodes.settled).isNotEmpty();
    assertThat(NEW).noneMatch(nodes::isComplete);

    syncs = true;
    nodes.run(LONG);
    assertThat(NEW).allMatch(nodes::isComplete);
  }

  /** The twin: what the old set has chosen need not be found by a majority of the new one. */
  @Test
  void withoutTheRuleTheyAreCompleteThoughNothingIsAccepted() {
    nodes.lacks(LaxCopier.REGISTERS);
    begins();

    assertThat(NEW).allMatch(nodes::isComplete);
    assertThat(nodes.settled).isEmpty();
  }
}
