package io.quorate.sim.fault;

import io.quorate.sim.kernel.SimRandom;

/**
 * Which nodes do not hear which. Nodes are named by their place; places are drawn again each time.
 */
@SuppressWarnings("ImmutableEnumChecker") // its lambdas hold nothing
enum PartitionShape {
  /** One node hears no other, and no other hears it. */
  ONE_ISOLATED(where((to, from, nodes) -> to == 0 || from == 0)),

  /** A third of the nodes, which is never a majority, is apart from the rest. */
  MINORITY_THIRD(
      where(
          (to, from, nodes) -> {
            int third = Math.max(1, nodes / 3);
            return to < third != from < third;
          })),

  /** The smallest majority is apart from the rest. */
  MAJORITY_SPLIT(
      where(
          (to, from, nodes) -> {
            int majority = nodes / 2 + 1;
            return to < majority != from < majority;
          })),

  /** Every node hears a majority, itself included, and no two hear the same one. */
  MAJORITIES_RING(
      where(
          (to, from, nodes) -> {
            int majority = nodes / 2 + 1;
            int first = to - (majority - 1) / 2;
            return Math.floorMod(from - first, nodes) >= majority;
          })),

  /** Two halves that do not hear each other, and one node that hears both. */
  BRIDGE(
      where(
          (to, from, nodes) -> {
            int bridge = nodes / 2;
            return to != bridge && from != bridge && to < bridge != from < bridge;
          })),

  /** Any ways, each for itself. */
  RANDOM_ONE_WAY(
      (nodes, random) -> {
        boolean[][] deaf = new boolean[nodes][nodes];
        for (int to = 0; to < nodes; to++) {
          for (int from = 0; from < nodes; from++) {
            deaf[to][from] = to != from && random.chance(0.4);
          }
        }
        return deaf;
      }),

  /** Any pairs, both ways. */
  RANDOM_TWO_WAY(
      (nodes, random) -> {
        boolean[][] deaf = new boolean[nodes][nodes];
        for (int to = 0; to < nodes; to++) {
          for (int from = 0; from < to; from++) {
            deaf[to][from] = random.chance(0.4);
            deaf[from][to] = deaf[to][from];
          }
        }
        return deaf;
      });

  private final Draw draw;

  PartitionShape(Draw draw) {
    this.draw = draw;
  }

  /** Says which receivers do not hear which senders, by receiver and then sender. */
  private interface Draw {
    boolean[][] deaf(int nodes, SimRandom random);
  }

  /** Whether one node does not hear another. */
  private interface Rule {
    boolean isDeaf(int to, int from, int nodes);
  }

  /** A shape without chance. */
  private static Draw where(Rule rule) {
    return (nodes, random) -> {
      boolean[][] deaf = new boolean[nodes][nodes];
      for (int to = 0; to < nodes; to++) {
        for (int from = 0; from < nodes; from++) {
          deaf[to][from] = to != from && rule.isDeaf(to, from, nodes);
        }
      }
      return deaf;
    };
  }

  /** Returns, by receiver and then sender, what does not get through. */
  boolean[][] deaf(int nodes, SimRandom random) {
    return draw.deaf(nodes, random);
  }
}
