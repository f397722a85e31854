package io.quorate.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class BarrierTest {
  private static final List<NodeId> OLD = ids(1, 2, 3, 4, 5);
  private static final List<NodeId> NEXT = ids(1, 6, 3, 7, 5);

  @Property(tries = 2_000)
  void whenItHasPassedMajoritiesOfBothSetsAndAllThatAreUpHaveApplied(
      @ForAll("nodes") Set<NodeId> applied,
      @ForAll("nodes") Set<NodeId> down,
      @ForAll("nodes") Set<NodeId> filling,
      @ForAll("factors") Set<Factor> factors,
      @ForAll Move.Step step) {
    PartitionPlacement partition = partition(filling, step);
    List<NodeId> awaited = Barrier.awaited(partition, applied, down, factors);

    assertThat(awaited).noneMatch(applied::contains);
    assertThat(partition.owners()).containsAll(awaited);
    if (awaited.isEmpty()) {
      assertThat(partition.owners())
          .allMatch(owner -> applied.contains(owner) || down.contains(owner));
      if (!applied.containsAll(partition.owners())) {
        for (Factor factor : factors) {
          boolean arrived = step == Move.Step.CLEANUP;
          assertMajority(arrived ? factor.after(OLD) : factor.before(OLD), applied, partition);
          if (!arrived) {
            assertMajority(factor.after(NEXT), applied, partition);
          }
        }
      }
    }
  }

  @Property
  void aNodeThatIsUpIsAlwaysAwaited(@ForAll("nodes") Set<NodeId> applied, @ForAll Move.Step step) {
    PartitionPlacement partition = partition(Set.of(), step);
    List<NodeId> lacking = new ArrayList<>(partition.owners());
    lacking.removeAll(applied);
    assertThat(Barrier.awaited(partition, applied, Set.of(), Set.of(Factor.of(3))))
        .isEqualTo(lacking);
  }

  /** The other one of two is no majority of them; the other two of three are. */
  @Example
  void aBarrierWaitsForAReplicaWithoutWhichTheOthersAreNoMajority() {
    PartitionPlacement atRest = new PartitionPlacement(9, OLD);
    assertThat(waitedFor(atRest, 1)).isEqualTo(ids(1));
    assertThat(waitedFor(atRest, 2)).isEqualTo(ids(1, 2));
    assertThat(waitedFor(atRest, 3)).isEmpty();
    PartitionPlacement oneFills = atRest.filling(new TreeSet<>(ids(2)));
    assertThat(waitedFor(oneFills, 2))
        .as("once it is full; till then none passes")
        .isEqualTo(ids(2));
    assertThat(waitedFor(oneFills, 3)).as("any two of three").isEqualTo(ids(1, 3));
  }

  /** From two replicas {1,2} to {1,6}, by way of both sets. */
  @Example
  void aBarrierOfAMoveWaitsForThoseThatEitherSetNeeds() {
    assertThat(waitedFor(partition(Set.of(), Move.Step.DUAL_WRITE), 2)).isEqualTo(ids(1, 2, 6));
    assertThat(waitedFor(partition(Set.of(), Move.Step.DUAL_WRITE), 3)).isEmpty();
  }

  /** Node 1 is silent, one of two in a region; node 3 is, too, and two of three are left there. */
  @Example
  void aMoveLacksTheSilentNodesOfRegionsWithoutAMajorityAlone() {
    SortedMap<NodeId, String> stand = new TreeMap<>();
    ids(1, 2, 6).forEach(node -> stand.put(node, "eu"));
    ids(3, 4, 5, 7).forEach(node -> stand.put(node, "us"));
    ReplicationFactor both = ReplicationFactor.byRegion(new TreeMap<>(Map.of("eu", 2, "us", 3)));
    Factor factor = new Factor(both, both, Regions.of(stand));
    List<NodeId> next = ids(6, 2, 7, 4, 5);
    List<NodeId> heard = ids(2, 4, 5, 6, 7);
    assertThat(Barrier.canPass(factor, OLD, next, heard, List.of())).isFalse();
    assertThat(Barrier.lacking(factor, OLD, next, heard, List.of()))
        .containsExactlyElementsOf(ids(1));
    assertThat(Barrier.lacking(factor, OLD, next, ids(1, 2, 4, 5, 6, 7), List.of())).isEmpty();
  }

  /** The nodes that barriers wait for, if tenants have this many replicas. */
  private static List<NodeId> waitedFor(PartitionPlacement partition, int replicas) {
    Factor factor = Factor.of(replicas);
    return ids(1, 2, 3, 4, 5, 6, 7).stream()
        .filter(node -> Barrier.waitsFor(partition, factor, node))
        .toList();
  }

  private static void assertMajority(
      List<NodeId> replicas, Set<NodeId> applied, PartitionPlacement partition) {
    assertThat(replicas)
        .filteredOn(node -> applied.contains(node) && !partition.filling().contains(node))
        .hasSizeGreaterThan(replicas.size() / 2);
  }

  private static PartitionPlacement partition(Set<NodeId> filling, Move.Step step) {
    return new PartitionPlacement(
        9, OLD, PurgeMarks.NONE, new TreeSet<>(filling), new Move(step, NEXT, 8));
  }

  @Provide
  Arbitrary<Set<NodeId>> nodes() {
    return Arbitraries.longs().between(1, 7).map(NodeId::new).set();
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
