package io.quorate.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the ladder stands on, tried out in full: each set of answers that acknowledges a write meets
 * each that makes a read, in all pairs of stages that can be alive at the same time; for all sizes
 * of the old and of the new set up to five, and every number of replicas that move
 * (docs/design/topology-change.md#both-sets).
 */
class QuorumOverlapTest {
  private static final int FACTOR_MAX = 5;

  /** The stages of a change in their order: those next to each other may both be alive. */
  private static Map<String, Stage> ladder(List<NodeId> old, List<NodeId> next) {
    Map<String, Stage> ladder = new LinkedHashMap<>();
    ladder.put("STABLE(old)", new Stage.Stable(old));
    ladder.put("DUAL_WRITE", moving(old, next, false));
    ladder.put("CUTOVER", moving(old, next, true));
    ladder.put("STABLE(new)", new Stage.Stable(next));
    return ladder;
  }

  /** A change that is called off when it has cut over. */
  private static Map<String, Stage> wayBack(List<NodeId> old, List<NodeId> next) {
    Map<String, Stage> ladder = new LinkedHashMap<>();
    ladder.put("CUTOVER", moving(old, next, true));
    ladder.put("STEP_BACK", moving(old, next, false));
    ladder.put("STABLE(old)", new Stage.Stable(old));
    return ladder;
  }

  private static Stage moving(List<NodeId> old, List<NodeId> next, boolean readsNext) {
    List<NodeId> all = new ArrayList<>(old);
    next.stream().filter(node -> !all.contains(node)).forEach(all::add);
    return new Stage.Moving(old, next, readsNext, all, all);
  }

  @Test
  void everyWriteQuorumMeetsEveryReadQuorumOfTheSameOrTheNextStage() {
    assertThat(misses(QuorumOverlapTest::ladder, Stage::forWrite, 1)).isEmpty();
    assertThat(misses(QuorumOverlapTest::wayBack, Stage::forWrite, 1)).isEmpty();
  }

  /** Without the barrier a stage lives on while the one after the next begins. */
  @Test
  void withoutTheBarrierTheyMissEachOther() {
    assertThat(misses(QuorumOverlapTest::ladder, Stage::forWrite, 2))
        .anyMatch(miss -> miss.contains("write in STABLE(old), read in CUTOVER"))
        .anyMatch(miss -> miss.contains("write in STABLE(new), read in DUAL_WRITE"));
    assertThat(misses(QuorumOverlapTest::wayBack, Stage::forWrite, 2))
        .anyMatch(miss -> miss.contains("write in STABLE(old), read in CUTOVER"));
  }

  /** Three of {a,b,c,d,e} may be {c,d,e}, when {a,b,c} moves to {a,d,e}. */
  @Test
  void aMajorityOfBothSetsTogetherIsNoQuorum() {
    assertThat(misses(QuorumOverlapTest::ladder, QuorumOverlapTest::ofUnion, 1))
        .anyMatch(miss -> miss.startsWith("3 replicas to 3, 1 of them stay"))
        .noneMatch(miss -> miss.startsWith("3 replicas to 3, 2 of them stay"));
  }

  private static Quorum ofUnion(Stage stage, Level level) {
    return Quorum.of(stage.replicas(), level);
  }

  /** How quorums of writes are made. */
  private interface WriteRule {
    Quorum of(Stage stage, Level level);
  }

  /**
   * Pairs of a write and a read that may miss each other.
   *
   * @param apart how far apart two stages may be that are alive at the same time
   */
  private static List<String> misses(Ladder ladders, WriteRule writes, int apart) {
    List<String> misses = new ArrayList<>();
    for (int before = 1; before <= FACTOR_MAX; before++) {
      for (int after = 1; after <= FACTOR_MAX; after++) {
        for (int stay = 0; stay <= Math.min(before, after); stay++) {
          List<NodeId> old = nodes(0, before);
          List<NodeId> next = new ArrayList<>(nodes(before - stay, after));
          String change = "%d replicas to %d, %d of them stay: ".formatted(before, after, stay);
          List<Map.Entry<String, Stage>> stages = List.copyOf(ladders.of(old, next).entrySet());
          for (int w = 0; w < stages.size(); w++) {
            for (int r = 0; r < stages.size(); r++) {
              if (Math.abs(w - r) <= apart
                  && mayMiss(
                      writes.of(stages.get(w).getValue(), Level.QUORUM),
                      stages.get(r).getValue().forRead(Level.QUORUM),
                      before + after - stay)) {
                misses.add(
                    change
                        + "write in "
                        + stages.get(w).getKey()
                        + ", read in "
                        + stages.get(r).getKey());
              }
            }
          }
        }
      }
    }
    return misses;
  }

  /** The stages of a change. */
  private interface Ladder {
    Map<String, Stage> of(List<NodeId> old, List<NodeId> next);
  }

  /** Whether some set of answers makes the write, and all the others together make the read. */
  private static boolean mayMiss(Quorum write, Quorum read, int nodes) {
    for (int answered = 0; answered < 1 << nodes; answered++) {
      if (write.isReachedBy(nodesOf(answered, nodes))
          && read.isReachedBy(nodesOf(~answered, nodes))) {
        return true;
      }
    }
    return false;
  }

  private static List<NodeId> nodesOf(int bits, int nodes) {
    List<NodeId> chosen = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      if ((bits & (1 << node)) != 0) {
        chosen.add(new NodeId(node + 1));
      }
    }
    return chosen;
  }

  private static List<NodeId> nodes(int from, int count) {
    List<NodeId> nodes = new ArrayList<>();
    for (int node = from; node < from + count; node++) {
      nodes.add(new NodeId(node + 1));
    }
    return nodes;
  }
}
