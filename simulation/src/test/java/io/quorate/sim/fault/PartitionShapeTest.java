package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.kernel.SimRandom;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PartitionShapeTest {
  @Test
  void isolatedNodeHearsOnlyItself() {
    assertThat(heard(PartitionShape.ONE_ISOLATED, 5)).containsExactly("0", "1234");
  }

  @Test
  void thirdIsNeverAMajority() {
    assertThat(heard(PartitionShape.MINORITY_THIRD, 3)).containsExactly("0", "12");
    assertThat(heard(PartitionShape.MINORITY_THIRD, 5)).containsExactly("0", "1234");
    assertThat(heard(PartitionShape.MINORITY_THIRD, 7)).containsExactly("01", "23456");
  }

  @Test
  void smallestMajorityIsApart() {
    assertThat(heard(PartitionShape.MAJORITY_SPLIT, 5)).containsExactly("012", "34");
    assertThat(heard(PartitionShape.MAJORITY_SPLIT, 4)).containsExactly("012", "3");
  }

  @Test
  void everyNodeOfARingHearsADifferentMajority() {
    assertThat(heard(PartitionShape.MAJORITIES_RING, 5))
        .containsExactly("012", "014", "034", "123", "234");
    assertThat(heard(PartitionShape.MAJORITIES_RING, 3)).containsExactly("01", "02", "12");
  }

  @Test
  void bridgeHearsBothHalves() {
    assertThat(heard(PartitionShape.BRIDGE, 5)).containsExactly("012", "01234", "234");
    assertThat(heard(PartitionShape.BRIDGE, 3)).containsExactly("01", "012", "12");
  }

  @Test
  void randomPairsAreCutBothWaysAndRandomWaysAreNot() {
    SimRandom random = new SimRandom(3);
    boolean lopsided = false;
    for (int i = 0; i < 20; i++) {
      assertThat(isSymmetric(PartitionShape.RANDOM_TWO_WAY.deaf(5, random))).isTrue();
      lopsided |= !isSymmetric(PartitionShape.RANDOM_ONE_WAY.deaf(5, random));
    }
    assertThat(lopsided).isTrue();
  }

  private static boolean isSymmetric(boolean[][] deaf) {
    for (int to = 0; to < deaf.length; to++) {
      for (int from = 0; from < deaf.length; from++) {
        if (deaf[to][from] != deaf[from][to]) {
          return false;
        }
      }
    }
    return true;
  }

  /** The sets of nodes that some node hears, itself included. */
  private static Set<String> heard(PartitionShape shape, int nodes) {
    boolean[][] deaf = shape.deaf(nodes, new SimRandom(1));
    Set<String> sets = new TreeSet<>();
    for (int to = 0; to < nodes; to++) {
      StringBuilder set = new StringBuilder();
      for (int from = 0; from < nodes; from++) {
        if (!deaf[to][from]) {
          set.append(from);
        }
      }
      sets.add(set.toString());
    }
    return sets;
  }
}
