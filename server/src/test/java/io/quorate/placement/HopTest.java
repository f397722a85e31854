package io.quorate.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class HopTest {

  @Property(tries = 2_000)
  void eachHopChangesAMinorityOfEachFactorAndAFewLeadThere(
      @ForAll("lists") List<NodeId> from,
      @ForAll("lists") List<NodeId> target,
      @ForAll("factors") Set<Integer> drawn) {
    Set<Integer> factors = new TreeSet<>(drawn);
    factors.removeIf(factor -> factor > Math.min(from.size(), target.size()));
    List<NodeId> list = from;
    int hops = 0;
    while (!list.equals(target)) {
      List<NodeId> next = Hop.toward(list, target, factors);
      for (int factor : factors) {
        Set<NodeId> arriving = new TreeSet<>(PartitionPlacement.prefix(next, factor));
        arriving.removeAll(PartitionPlacement.prefix(list, factor));
        assertThat(arriving.size())
            .as("from %s to %s at factor %d", list, next, factor)
            .isLessThanOrEqualTo(Math.max(1, (factor - 1) / 2));
      }
      assertThat(next).doesNotHaveDuplicates();
      assertThat(next.size()).isGreaterThanOrEqualTo(Math.min(from.size(), target.size()));
      list = next;
      assertThat(++hops).isLessThanOrEqualTo(target.size());
    }
  }

  @Example
  void oneOfThreeMovesAtATime() {
    List<NodeId> to = ids(1, 4, 5);
    List<NodeId> half = Hop.toward(ids(1, 2, 3), to, Set.of(3));
    assertThat(half).containsExactlyElementsOf(ids(1, 4, 3));
    assertThat(Hop.toward(half, to, Set.of(3))).isEqualTo(to);
    assertThat(Hop.toward(ids(1, 2, 3, 6, 7), ids(1, 4, 5, 6, 7), Set.of(5)))
        .as("two of five at once")
        .isEqualTo(ids(1, 4, 5, 6, 7));
  }

  @Provide
  Arbitrary<List<NodeId>> lists() {
    return Arbitraries.longs()
        .between(1, 9)
        .map(NodeId::new)
        .list()
        .uniqueElements()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  @Provide
  Arbitrary<Set<Integer>> factors() {
    return Arbitraries.integers().between(1, 5).set().ofMinSize(1);
  }

  private static List<NodeId> ids(int... numbers) {
    List<NodeId> ids = new ArrayList<>();
    for (int number : numbers) {
      ids.add(new NodeId(number));
    }
    return ids;
  }
}
