package io.quorate.placement;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class HopTest {

  @Property(tries = 2_000)
  void eachHopChangesAMinorityOfEachFactorAndAFewLeadThere(
      @ForAll("lists") List<NodeId> from,
      @ForAll("lists") List<NodeId> target,
      @ForAll("factors") Set<Factor> drawn) {
    Set<Factor> factors = new TreeSet<>(drawn);
    factors.removeIf(
        factor ->
            Math.max(factor.from().replicas(), factor.to().replicas())
                > Math.min(from.size(), target.size()));
    List<NodeId> list = from;
    int hops = 0;
    while (!list.equals(target)) {
      List<NodeId> next = Hop.toward(list, target, factors);
      for (Factor factor : factors) {
        Set<NodeId> staying = new TreeSet<>(factor.after(next));
        staying.retainAll(factor.before(list));
        int smaller = Math.min(factor.from().replicas(), factor.to().replicas());
        assertThat(smaller - staying.size())
            .as("from %s to %s at factor %s", list, next, factor)
            .isLessThanOrEqualTo(Math.max(1, (smaller - 1) / 2));
      }
      // What is altered is so after the first hop.
      factors = factors.stream().map(factor -> Factor.of(factor.to().replicas())).collect(toSet());
      assertThat(next).doesNotHaveDuplicates();
      assertThat(next.size()).isGreaterThanOrEqualTo(Math.min(from.size(), target.size()));
      list = next;
      assertThat(++hops).isLessThanOrEqualTo(target.size());
    }
  }

  @Example
  void oneOfThreeMovesAtATime() {
    List<NodeId> to = ids(1, 4, 5);
    List<NodeId> half = Hop.toward(ids(1, 2, 3), to, Set.of(Factor.of(3)));
    assertThat(half).containsExactlyElementsOf(ids(1, 4, 3));
    assertThat(Hop.toward(half, to, Set.of(Factor.of(3)))).isEqualTo(to);
    assertThat(Hop.toward(ids(1, 2, 3, 6, 7), ids(1, 4, 5, 6, 7), Set.of(Factor.of(5))))
        .as("two of five at once")
        .isEqualTo(ids(1, 4, 5, 6, 7));
  }

  /** With the same list, one set is a subset of the other, whatever their sizes. */
  @Example
  void howeverManyMoreOrFewerItIsOneHop() {
    for (int before = 1; before <= 5; before++) {
      for (int after = 1; after <= 5; after++) {
        assertThat(
                Hop.isNear(
                    ids(1, 2, 3, 4, 5), ids(1, 2, 3, 4, 5), Set.of(new Factor(before, after))))
            .isTrue();
      }
    }
    assertThat(Hop.isNear(ids(1, 2, 3, 4, 5), ids(1, 6, 7, 4, 5), Set.of(new Factor(3, 5))))
        .as("two of the three that there are, beside two more")
        .isFalse();
  }

  /** The first entry gives way to one of another region, where a replica changes then, too. */
  @Example
  void whereTwoRegionsChangeWithOneEntryItStillGoesOn() {
    Regions regions =
        Regions.of(
            Map.of(
                new NodeId(1),
                "ap",
                new NodeId(2),
                "eu",
                new NodeId(3),
                "us",
                new NodeId(4),
                "us",
                new NodeId(5),
                "ap",
                new NodeId(6),
                "eu"));
    ReplicationFactor wanted =
        ReplicationFactor.byRegion(new TreeMap<>(Map.of("ap", 1, "eu", 1, "us", 2)));
    Set<Factor> factors = Set.of(new Factor(wanted, wanted, regions), Factor.of(5));
    List<NodeId> target = ids(6, 5, 3, 4, 2);
    List<NodeId> list = ids(1, 2, 3, 4, 5);
    for (int hops = 0; !list.equals(target) && hops < 5; hops++) {
      list = Hop.toward(list, target, factors);
      assertThat(wanted.fits(list, regions)).isTrue();
    }
    assertThat(list).isEqualTo(target);
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
  Arbitrary<Set<Factor>> factors() {
    Arbitrary<Integer> counts = Arbitraries.integers().between(1, 5);
    return Combinators.combine(counts, counts).as(Factor::new).set().ofMinSize(1);
  }

  private static List<NodeId> ids(int... numbers) {
    List<NodeId> ids = new ArrayList<>();
    for (int number : numbers) {
      ids.add(new NodeId(number));
    }
    return ids;
  }
}
