package io.quorate.placement.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.NodeId;
import io.quorate.placement.planner.Relocation.Load;
import io.quorate.placement.planner.Relocation.Side;
import io.quorate.placement.planner.Relocation.Spread;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelocationTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);

  private static PlannerNode node(NodeId id, String region, String zone, double weight) {
    return new PlannerNode(id, region, zone, weight);
  }

  private static final List<PlannerNode> TWO = List.of(node(A, "r", "x", 1), node(B, "r", "x", 1));
  private static final List<PlannerNode> THREE =
      List.of(node(A, "r", "x", 1), node(B, "r", "x", 1), node(C, "s", "x", 2));

  @Test
  void replicasAreCountedByTheFactor() {
    Side before = new Side(TWO, List.of(List.of(A, B), List.of(A, B), List.of(B, A)));
    Side after = new Side(THREE, List.of(List.of(A, B), List.of(C, A), List.of(B, C)));
    Relocation one = Relocation.of(before, after, 1);
    assertThat(one.changes()).extracting(Plan.Change::partition).containsExactly(1, 2);
    assertThat(one.loads())
        .containsEntry(A, new Load(2, 1, 0))
        .containsEntry(B, new Load(1, 1, 0))
        .containsEntry(C, new Load(0, 1, 1));
    assertThat(one.replicasMoved()).isEqualTo(1);
    Relocation two = Relocation.of(before, after, 2);
    assertThat(two.loads()).containsEntry(A, new Load(3, 2, 0)).containsEntry(C, new Load(0, 2, 2));
    assertThat(two.replicasMoved()).isEqualTo(2);
  }

  @Test
  void spreadIsTheWorstOfAllPartitionsAndLoadGoesByWeight() {
    Side before = new Side(TWO, List.of(List.of(A, B), List.of(A, B)));
    Side after = new Side(THREE, List.of(List.of(A, C), List.of(B, C)));
    Relocation relocation = Relocation.of(before, after, 2);
    assertThat(relocation.before()).isEqualTo(new Spread(2, 2, 1.0));
    // Zones of one name in two regions are two zones; C is twice as big and has twice as much.
    assertThat(relocation.after()).isEqualTo(new Spread(1, 1, 1.0));
    Spread lopsided =
        Relocation.of(before, new Side(THREE, List.of(List.of(A, B), List.of(A, C))), 2).after();
    assertThat(lopsided.mostInOneZone()).isEqualTo(2);
    assertThat(lopsided.loadMaxByMean()).isEqualTo(2.0);
  }

  @Test
  void sidesMustHaveTheSamePartitions() {
    Side one = new Side(TWO, List.of(List.of(A)));
    Side none = new Side(TWO, List.of());
    assertThatThrownBy(() -> Relocation.of(one, none, 1)).hasMessageContaining("1 partitions");
  }
}
