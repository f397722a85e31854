package io.quorate.placement.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quorate.model.NodeId;
import io.quorate.placement.planner.Plan.Change;
import io.quorate.placement.planner.Plan.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final PlannerNode A1 = node(1, "a", 1);
  private static final PlannerNode A2 = node(2, "a", 1);
  private static final PlannerNode B1 = node(3, "b", 1);
  private static final PlannerNode C1 = node(4, "c", 1);

  @Test
  void threeNodesAreAllInEveryListAndFirstInAThirdEach() {
    Plan plan = Planner.plan(List.of(A1, B1, C1), 256, 3, List.of());

    assertThat(plan.loads())
        .allSatisfy(load -> assertThat(load.after().get(0)).isBetween(85, 86))
        .allSatisfy(load -> assertThat(load.after().get(1)).isBetween(170, 171))
        .allSatisfy(load -> assertThat(load.after().get(2)).isEqualTo(256));
    assertThat(plan.spreads())
        .containsExactly(new Spread(1, 1, 1), new Spread(2, 1, 2), new Spread(3, 1, 3));
  }

  @Test
  void aSmallZoneCarriesAsMuchAsABigOneAndThePlanSaysSo() {
    Plan plan = Planner.plan(List.of(A1, A2, B1, C1), 100, 3, List.of());

    Plan.NodeLoad small = plan.loads().get(2);
    assertThat(small.node()).isEqualTo(B1.id());
    assertThat(small.after().get(2)).as("every list needs zone b").isEqualTo(100);
    assertThat(small.fair().get(2)).isCloseTo(100, within(1e-6));
    assertThat(small.byWeight().get(2)).isCloseTo(75, within(1e-6));
    assertThat(small.after().get(0)).as("alone it would not").isEqualTo(25);
  }

  @Test
  void loadFollowsWeight() {
    Plan plan = Planner.plan(List.of(node(1, "a", 1), node(2, "a", 3)), 100, 1, List.of());

    assertThat(plan.loads().get(0).after()).containsExactly(25);
    assertThat(plan.loads().get(1).after()).containsExactly(75);
  }

  @Test
  void theOrderOfNodesDoesNotMatter() {
    List<PlannerNode> nodes = new ArrayList<>();
    for (int number = 1; number <= 30; number++) {
      nodes.add(node(number, "z" + number % 4, 1 + number % 3));
    }
    List<PlannerNode> reversed = new ArrayList<>(nodes);
    Collections.reverse(reversed);

    assertThat(Planner.plan(reversed, 256, 5, List.of()))
        .isEqualTo(Planner.plan(nodes, 256, 5, List.of()));
  }

  @Test
  void aReplacementInTheSameZoneTakesThePlacesOfTheReplacedNode() {
    Plan before = Planner.plan(List.of(A1, A2, B1, C1), 64, 3, List.of());
    PlannerNode a3 = node(9, "a", 1);

    Plan plan = Planner.plan(List.of(A1, a3, B1, C1), 64, 3, before.assignment());

    assertThat(plan.assignment())
        .isEqualTo(
            before.assignment().stream()
                .map(list -> list.stream().map(id -> id.equals(A2.id()) ? a3.id() : id).toList())
                .toList());
    assertThat(plan.changes())
        .allSatisfy(
            change -> {
              assertThat(change.arriving(3)).containsExactly(a3.id());
              assertThat(change.leaving(3)).containsExactly(A2.id());
            });
    assertThat(plan.movedReplicas(3)).isEqualTo(32);
    assertThat(plan.loads().get(4).node()).as("who leaves comes last").isEqualTo(A2.id());
  }

  /**
   * Otherwise the loss of one node would fall on few others, and two losses would hit more data.
   */
  @Test
  void aNodeSharesItsPartitionsWithMostOthers() {
    List<PlannerNode> nodes = new ArrayList<>();
    for (int number = 1; number <= 30; number++) {
      nodes.add(node(number, "z" + number % 3, 1));
    }
    Map<NodeId, Set<NodeId>> companions = new HashMap<>();
    for (List<NodeId> list : Planner.plan(nodes, 1024, 3, List.of()).assignment()) {
      list.forEach(id -> companions.computeIfAbsent(id, node -> new HashSet<>()).addAll(list));
    }

    assertThat(companions.values()).allMatch(others -> others.size() == 21);
  }

  @Test
  void listsCanGrowAndWhatIsThereStays() {
    List<PlannerNode> nodes = List.of(A1, A2, B1, C1);
    Plan three = Planner.plan(nodes, 64, 3, List.of());

    Plan four = Planner.plan(nodes, 64, 4, three.assignment());

    assertThat(four.assignment().stream().map(list -> list.subList(0, 3)).toList())
        .isEqualTo(three.assignment());
    assertThat(four.movedReplicas(3)).isZero();
    assertThat(four.movedReplicas(4)).isEqualTo(64);
  }

  @Test
  void movesAreCountedByFactor() {
    Change swap =
        new Change(0, List.of(A1.id(), B1.id(), C1.id()), List.of(B1.id(), A1.id(), A2.id()));

    assertThat(swap.arriving(1)).containsExactly(B1.id());
    assertThat(swap.arriving(2)).isEmpty();
    assertThat(swap.arriving(3)).containsExactly(A2.id());
    assertThat(swap.leaving(3)).containsExactly(C1.id());
  }

  @Test
  void numbersThatDoNotFitAreRefusedWithTheRange() {
    assertThatThrownBy(() -> Planner.plan(List.of(A1, B1), 8, 3, List.of()))
        .hasMessageContaining("lists of 3 nodes of 2: give 1 to 2");
    assertThatThrownBy(() -> Planner.plan(List.of(A1), 8, 1, List.of(List.of())))
        .hasMessageContaining("1 lists for 8 partitions");
    assertThatThrownBy(() -> Planner.plan(List.of(A1, A1), 8, 1, List.of()))
        .hasMessageContaining("two nodes");
    assertThatThrownBy(() -> node(1, "a", Double.NaN)).hasMessageContaining("weight NaN");
  }

  private static PlannerNode node(int number, String zone, double weight) {
    return new PlannerNode(new NodeId(number), "local", zone, weight);
  }
}
