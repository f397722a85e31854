package io.quorate.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exhausts every set of answers, for every factor up to five and every pair of levels. */
class QuorumTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void everyWriteQuorumMeetsEveryReadQuorumExactlyWhenTheLevelsOverlap(int factor) {
    Stage stage = new Stage.Stable(nodes(factor));
    for (Level write : levels(factor)) {
      for (Level read : levels(factor)) {
        boolean overlap = write.required(factor) + read.required(factor) > factor;

        assertThat(everyPairMeets(stage, write, read))
            .as("%s with %s of %d", write, read, factor)
            .isEqualTo(overlap);
        assertThat(Overlap.mayMiss(read, write, ReplicationFactor.of(factor))).isEqualTo(!overlap);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void theVerdictIsRightForEverySetOfAnswers(int factor) {
    List<NodeId> nodes = nodes(factor);
    for (Level level : levels(factor)) {
      Quorum quorum = Quorum.of(nodes, level);
      int needed = level.required(factor);
      for (Set<NodeId> acked : subsets(nodes)) {
        for (Set<NodeId> failed : subsets(nodes)) {
          if (acked.stream().anyMatch(failed::contains)) {
            continue;
          }
          Verdict expected =
              factor - failed.size() < needed
                  ? Verdict.UNREACHABLE
                  : acked.size() >= needed ? Verdict.REACHED : Verdict.PENDING;
          assertThat(quorum.verdict(acked, failed))
              .as("%s: %s answered, %s failed", level, acked, failed)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aReplicaThatCountsInBothSetsIsAskedFirst() {
    List<NodeId> old = List.of(new NodeId(1), new NodeId(2), new NodeId(3));
    List<NodeId> next = List.of(new NodeId(1), new NodeId(2), new NodeId(4));
    List<NodeId> turn = List.of(new NodeId(3), new NodeId(4), new NodeId(2), new NodeId(1));
    Quorum both =
        new Quorum(
            List.of(Quorum.of(old, Level.QUORUM), Quorum.of(next, Level.QUORUM)).stream()
                .flatMap(quorum -> quorum.groups().stream())
                .toList());
    assertThat(both.broadestFirst(turn))
        .containsExactly(new NodeId(2), new NodeId(1), new NodeId(3), new NodeId(4));
    assertThat(both.isReachedBy(both.broadestFirst(turn).subList(0, 2))).isTrue();
    assertThat(Quorum.of(old, Level.QUORUM).broadestFirst(turn)).isEqualTo(turn);
  }

  /**
   * From {1,2,3} to {1,4,5}: three of the union may be {3,4,5}, which the majority {1,2} misses.
   */
  @Test
  void twoGroupsAreCountedEachByItself() {
    Quorum both =
        new Quorum(
            List.of(
                new Quorum.Group(List.of(node(1), node(2), node(3)), 2),
                new Quorum.Group(List.of(node(1), node(4), node(5)), 2)));

    assertThat(both.verdict(Set.of(node(3), node(4), node(5)), Set.of()))
        .isEqualTo(Verdict.PENDING);
    assertThat(both.verdict(Set.of(node(1), node(3), node(4)), Set.of()))
        .isEqualTo(Verdict.REACHED);
    assertThat(both.verdict(Set.of(node(1), node(2), node(3)), Set.of(node(4), node(5))))
        .isEqualTo(Verdict.UNREACHABLE);
  }

  @Test
  void answersOfNodesOutsideDoNotCount() {
    assertThat(Quorum.of(nodes(3), Level.QUORUM).verdict(Set.of(node(1), node(9)), Set.of()))
        .isEqualTo(Verdict.PENDING);
    assertThat(Quorum.of(nodes(3), Level.QUORUM).verdict(Set.of(), Set.of(node(8), node(9))))
        .isEqualTo(Verdict.PENDING);
  }

  private static boolean everyPairMeets(Stage stage, Level write, Level read) {
    for (Set<NodeId> wrote : subsets(stage.replicas())) {
      if (stage.forWrite(write).verdict(wrote, Set.of()) != Verdict.REACHED) {
        continue;
      }
      for (Set<NodeId> answered : subsets(stage.replicas())) {
        if (stage.forRead(read).verdict(answered, Set.of()) == Verdict.REACHED
            && answered.stream().noneMatch(wrote::contains)) {
          return false;
        }
      }
    }
    return true;
  }

  /** All that can be reached, by name and by number. */
  private static List<Level> levels(int factor) {
    List<Level> levels = new ArrayList<>(List.of(Level.Named.values()));
    for (int count = 1; count <= factor; count++) {
      levels.add(new Level.Count(count));
    }
    levels.removeIf(level -> level.required(factor) > factor);
    return levels;
  }

  private static List<Set<NodeId>> subsets(List<NodeId> nodes) {
    return LongStream.range(0, 1L << nodes.size())
        .mapToObj(
            bits ->
                nodes.stream()
                    .filter(node -> (bits >> (node.value() - 1) & 1) != 0)
                    .collect(Collectors.toUnmodifiableSet()))
        .toList();
  }

  private static List<NodeId> nodes(int count) {
    return LongStream.rangeClosed(1, count).mapToObj(QuorumTest::node).toList();
  }

  private static NodeId node(long number) {
    return new NodeId(number);
  }
}
