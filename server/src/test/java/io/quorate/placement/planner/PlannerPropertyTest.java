package io.quorate.placement.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.quorate.model.NodeId;
import io.quorate.placement.planner.Plan.NodeLoad;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/**
 * The planner's bounds, for every length that lists may be cut to.
 *
 * <p>Load: at most 1.1 times the fair share, or that share rounded up where whole replicas allow no
 * better (16.4 partitions are 16 or 17). Moves: at most 1.1 times the theoretical minimum, which is
 * the fair share of a node that comes, and all that a node has that goes.
 */
@Tag("patient")
class PlannerPropertyTest {
  /**
   * The planner is a heuristic: its bounds hold in the clusters tried here, the same in every run,
   * and are missed in rare shapes beyond them. A change to it is held to these.
   */
  private static final String SEED = "20261120";

  private static final double LOAD_BOUND = 1.1;
  private static final double MOVES_BOUND = 1.1;

  /** Any cluster, any history: nodes come, go and change weight, lists get longer and shorter. */
  @Property(tries = 100, seed = SEED)
  void listsAreAlwaysSpreadAsFarAsNodesAllow(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int nodeCount,
      @ForAll @IntRange(min = 1, max = 3) int regions,
      @ForAll @IntRange(min = 1, max = 3) int zonesPerRegion) {
    Random random = new Random(seed);
    List<List<NodeId>> lists = List.of();
    List<PlannerNode> nodes = new ArrayList<>();
    for (int change = 0; change < 4; change++) {
      nodes.removeIf(node -> random.nextInt(4) == 0);
      while (nodes.size() < nodeCount) {
        nodes.add(node(random.nextInt(), regions, regions * zonesPerRegion, random));
      }
      int listLength = 1 + random.nextInt(Math.min(Planner.LIST_LENGTH_MAX, nodeCount));
      Plan plan = Planner.plan(nodes, 64, listLength, lists);
      assertSpread(nodes, plan, 64, listLength);
      lists = plan.assignment();
    }
  }

  @Property(tries = 60, seed = SEED)
  void aNewClusterOfEqualNodesIsLoadedEvenlyWhateverItsShape(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int nodeCount,
      @ForAll @IntRange(min = 1, max = 3) int regions,
      @ForAll @IntRange(min = 1, max = 3) int zonesPerRegion) {
    List<PlannerNode> nodes = cluster(nodeCount, regions, regions * zonesPerRegion, seed, false);
    int listLength = Math.min(5, nodeCount);

    assertLoad(Planner.plan(nodes, 256, listLength, List.of()), listLength, NodeLoad::fair);
  }

  /** With equal zones the spread restricts no node: each gets the share of its weight. */
  @Property(tries = 2, seed = SEED)
  void aBigClusterIsLoadedByWeight(
      @ForAll long seed, @ForAll @IntRange(min = 300, max = 1000) int nodeCount) {
    List<PlannerNode> nodes = cluster(nodeCount, 3, 9, seed, false);

    Plan plan = Planner.plan(nodes, 16_384, 5, List.of());

    assertSpread(nodes, plan, 16_384, 5);
    assertLoad(plan, 5, NodeLoad::byWeight);
    assertLoad(
        Planner.plan(cluster(nodeCount, 3, 9, seed, true), 16_384, 5, List.of()),
        5,
        NodeLoad::fair);
  }

  @Property(tries = 4, seed = SEED)
  void aNodeThatComesTakesItsShareAndNothingElseMoves(
      @ForAll long seed,
      @ForAll @IntRange(min = 200, max = 1000) int nodeCount,
      @ForAll boolean uneven) {
    List<PlannerNode> nodes = cluster(nodeCount, 3, 9, seed, uneven);
    int partitions = nodeCount < 500 ? 8192 : 16_384;
    Plan before = Planner.plan(nodes, partitions, 5, List.of());
    PlannerNode newcomer = node(-1, 3, 9, new Random(seed));
    nodes.add(newcomer);

    Plan plan = Planner.plan(nodes, partitions, 5, before.assignment());

    assertComing(nodes, plan, newcomer, partitions);
  }

  @Property(tries = 4, seed = SEED)
  void aNodeThatGoesMovesWhatItHadAndNothingElse(
      @ForAll long seed,
      @ForAll @IntRange(min = 200, max = 1000) int nodeCount,
      @ForAll boolean uneven) {
    List<PlannerNode> nodes = cluster(nodeCount, 3, 9, seed, uneven);
    int partitions = nodeCount < 500 ? 8192 : 16_384;
    Plan before = Planner.plan(nodes, partitions, 5, List.of());
    PlannerNode leaver = nodes.remove(new Random(seed).nextInt(nodeCount));

    Plan plan = Planner.plan(nodes, partitions, 5, before.assignment());

    assertGoing(nodes, plan, leaver, partitions);
  }

  /**
   * Clusters of 18 to 200 equal nodes in zones of equal size, 3 or 9 of them, with at least 16
   * lists for each node; in smaller ones the spread makes others move, too.
   */
  @Property(tries = 40, seed = SEED)
  void inSmallClustersOfEqualZonesComingAndGoingMoveAsLittle(
      @ForAll long seed,
      @ForAll @IntRange(min = 6, max = 66) int nodesPerThird,
      @ForAll boolean ninths) {
    int nodeCount = ninths ? nodesPerThird / 3 * 9 : 3 * nodesPerThird;
    int zones = ninths ? 9 : 3;
    int partitions = Math.max(256, 2 * Integer.highestOneBit(16 * nodeCount - 1));
    List<PlannerNode> nodes = cluster(nodeCount, 3, zones, seed, false);
    List<List<NodeId>> before = Planner.plan(nodes, partitions, 5, List.of()).assignment();
    PlannerNode newcomer = node(-1, 3, zones, new Random(seed));
    List<PlannerNode> more = new ArrayList<>(nodes);
    more.add(newcomer);
    List<PlannerNode> fewer = new ArrayList<>(nodes);
    PlannerNode leaver = fewer.remove(new Random(seed).nextInt(nodeCount));

    Plan afterComing = Planner.plan(more, partitions, 5, before);
    Plan afterGoing = Planner.plan(fewer, partitions, 5, before);

    assertComing(more, afterComing, newcomer, partitions);
    assertGoing(fewer, afterGoing, leaver, partitions);
  }

  /**
   * Every shape of small cluster that people run, at the replication factor that they use: what a
   * node's coming or going moves, against the minimum for it alone. The minimum is not always to be
   * had: where shares are a few lists, whole ones at each shorter length may force a swap.
   */
  @Example
  void inSmallClustersOfAnyShapeFewClustersMoveMoreThanATenthTooMuch() {
    int[][] shapes = {{1, 1}, {1, 2}, {1, 3}, {3, 3}, {1, 4}, {1, 5}, {2, 4}, {2, 6}, {3, 9}};
    int changes = 0;
    int changesBeyond = 0;
    double moved = 0;
    double least = 0;
    double worst = 0;
    for (int[] shape : shapes) {
      for (int nodeCount = Math.max(4, shape[1]); nodeCount <= 60; nodeCount++) {
        Random random = new Random(nodeCount);
        List<PlannerNode> nodes = cluster(nodeCount, shape[0], shape[1], 1, false);
        List<List<NodeId>> before = Planner.plan(nodes, 256, 3, List.of()).assignment();
        PlannerNode newcomer = node(-1, shape[0], shape[1], random);
        PlannerNode leaver = nodes.get(random.nextInt(nodeCount));
        for (PlannerNode changed : List.of(newcomer, leaver)) {
          List<PlannerNode> after = new ArrayList<>(nodes);
          if (!after.remove(changed)) {
            after.add(changed);
          }
          Plan plan = Planner.plan(after, 256, 3, before);
          assertSpread(after, plan, 256, 3);
          NodeLoad load = loadOf(plan, changed);
          double minimum = changed.equals(newcomer) ? load.fair().get(2) : load.before().get(2);
          int moves = plan.movedReplicas(3);
          changes++;
          changesBeyond += moves > Math.ceil(MOVES_BOUND * minimum) ? 1 : 0;
          moved += moves;
          least += minimum;
          worst = Math.max(worst, moves / minimum);
        }
      }
    }
    assertThat(moved / least).as("all moves, to the minimum").isLessThan(1.02);
    assertThat((double) changesBeyond / changes).as("clusters beyond a tenth").isLessThan(0.03);
    assertThat(worst).as("moves in the worst cluster, to the minimum").isLessThan(1.5);
  }

  /** Nine zones in three regions, some of them down to one node or none: the spread stays. */
  @Property(tries = 30, seed = SEED)
  void spreadSurvivesManyChangesToSmallClustersOfManyZones(
      @ForAll long seed, @ForAll @IntRange(min = 12, max = 51) int nodeCount) {
    Random random = new Random(seed);
    List<PlannerNode> nodes = cluster(nodeCount, 3, 9, seed, false);
    List<List<NodeId>> lists = Planner.plan(nodes, 256, 5, List.of()).assignment();
    for (int step = 0; step < 12; step++) {
      if (random.nextBoolean() || nodes.size() <= 6) {
        int zone = random.nextInt(9);
        nodes.add(
            new PlannerNode(new NodeId(Mix.of(step, 11)), "region-" + zone % 3, "zone-" + zone, 1));
      } else {
        nodes.remove(random.nextInt(nodes.size()));
      }
      Plan plan = Planner.plan(nodes, 256, 5, lists);
      assertSpread(nodes, plan, 256, 5);
      lists = plan.assignment();
    }
  }

  /** The slack that saves moves must not add up over time: the bound is the same at each step. */
  @Property(tries = 10, seed = SEED)
  void theLoadStaysBoundedHoweverManyNodesComeAndGo(
      @ForAll long seed, @ForAll @IntRange(min = 18, max = 100) int nodeCount) {
    int zones = 3;
    Random random = new Random(seed);
    List<PlannerNode> nodes = cluster(nodeCount, 3, zones, seed, false);
    List<List<NodeId>> lists = Planner.plan(nodes, 256, 5, List.of()).assignment();
    for (int step = 0; step < 12; step++) {
      if (random.nextBoolean()) {
        String zone = "zone-" + step % zones;
        String region = "region-" + step % zones % 3;
        nodes.add(new PlannerNode(new NodeId(Mix.of(step, 11)), region, zone, 1));
      } else {
        nodes.remove(random.nextInt(nodes.size()));
      }
      Plan plan = Planner.plan(nodes, 256, 5, lists);
      assertSpread(nodes, plan, 256, 5);
      assertLoad(plan, 5, NodeLoad::fair);
      lists = plan.assignment();
    }
  }

  @Property(tries = 40, seed = SEED)
  void planningAgainMovesNothing(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int nodeCount,
      @ForAll boolean uneven) {
    List<PlannerNode> nodes = cluster(nodeCount, 3, 9, seed, uneven);
    int listLength = Math.min(5, nodeCount);
    Plan plan = Planner.plan(nodes, 256, listLength, List.of());

    assertThat(Planner.plan(nodes, 256, listLength, plan.assignment()).changes()).isEmpty();
  }

  /** Measured: 0.1 s of processor time once compiled, 0.35 s the first time (2 cores, shared). */
  @Tag("prompt")
  @Example
  void aThousandNodesArePlannedInLessThanASecond() {
    List<PlannerNode> nodes = cluster(1000, 3, 9, 1, true);
    Planner.plan(nodes, 16_384, 5, List.of());
    var threads = ManagementFactory.getThreadMXBean();
    long begin = threads.getCurrentThreadCpuTime();
    List<List<NodeId>> lists = Planner.plan(nodes, 16_384, 5, List.of()).assignment();
    long fresh = threads.getCurrentThreadCpuTime();
    Planner.plan(nodes.subList(0, 999), 16_384, 5, lists);
    long again = threads.getCurrentThreadCpuTime();

    assertThat(fresh - begin).as("nanoseconds for a new cluster").isLessThan(1_000_000_000);
    assertThat(again - fresh).as("nanoseconds for a change").isLessThan(1_000_000_000);
  }

  private static List<PlannerNode> cluster(
      int count, int regions, int zones, long seed, boolean uneven) {
    Random random = new Random(seed);
    List<PlannerNode> nodes = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      int zone = number % zones;
      nodes.add(
          new PlannerNode(
              new NodeId(Mix.of(number, 7)),
              "region-" + zone % regions,
              "zone-" + zone,
              uneven ? 0.5 + 1.5 * random.nextDouble() : 1));
    }
    return nodes;
  }

  private static PlannerNode node(int number, int regions, int zones, Random random) {
    int zone = random.nextInt(zones);
    double weight = number == -1 ? 1 : 0.5 + 1.5 * random.nextDouble();
    return new PlannerNode(
        new NodeId(Mix.of(number, 9)), "region-" + zone % regions, "zone-" + zone, weight);
  }

  private static void assertComing(
      List<PlannerNode> nodes, Plan plan, PlannerNode newcomer, int partitions) {
    assertSpread(nodes, plan, partitions, 5);
    assertLoad(plan, 5, NodeLoad::fair);
    for (int length = 1; length <= 5; length++) {
      double fair = loadOf(plan, newcomer).fair().get(length - 1);
      assertThat((double) plan.movedReplicas(length))
          .as("moves at factor %d", length)
          .isLessThanOrEqualTo(Math.ceil(MOVES_BOUND * fair));
      assertThat((double) loadOf(plan, newcomer).after().get(length - 1))
          .as("load of the newcomer at factor %d", length)
          .isGreaterThanOrEqualTo(Math.floor(0.9 * fair));
    }
  }

  private static void assertGoing(
      List<PlannerNode> nodes, Plan plan, PlannerNode leaver, int partitions) {
    assertSpread(nodes, plan, partitions, 5);
    assertLoad(plan, 5, NodeLoad::fair);
    for (int length = 1; length <= 5; length++) {
      int had = loadOf(plan, leaver).before().get(length - 1);
      assertThat((double) plan.movedReplicas(length))
          .as("moves at factor %d", length)
          .isLessThanOrEqualTo(Math.ceil(MOVES_BOUND * had));
    }
  }

  private static NodeLoad loadOf(Plan plan, PlannerNode node) {
    return plan.loads().stream()
        .filter(load -> load.node().equals(node.id()))
        .findFirst()
        .orElseThrow();
  }

  private static void assertLoad(
      Plan plan, int listLength, Function<NodeLoad, List<Double>> shareOf) {
    for (NodeLoad load : plan.loads()) {
      for (int length = 1; length <= listLength; length++) {
        double share = shareOf.apply(load).get(length - 1);
        int has = load.after().get(length - 1);
        if (has > Math.max(Math.ceil(share - 1e-6), LOAD_BOUND * share)) {
          fail("%s has %d at factor %d, fair are %.2f", load.node(), has, length, share);
        }
      }
    }
  }

  /** Compares with the least that counting gives, zones before regions. */
  private static void assertSpread(
      List<PlannerNode> nodes, Plan plan, int partitions, int listLength) {
    Map<NodeId, PlannerNode> byId = new HashMap<>();
    nodes.forEach(node -> byId.put(node.id(), node));
    Map<String, Map<String, Integer>> regions = new HashMap<>();
    for (PlannerNode node : nodes) {
      regions
          .computeIfAbsent(node.region(), r -> new HashMap<>())
          .merge(node.zone(), 1, Integer::sum);
    }
    assertThat(plan.assignment()).hasSize(partitions);
    int mostInRegion = 0;
    for (int length = 1; length <= listLength; length++) {
      int mostInZone =
          leastCap(regions.values().stream().flatMap(r -> r.values().stream()).toList(), length);
      List<Integer> roomOfRegions =
          regions.values().stream()
              .map(r -> r.values().stream().mapToInt(size -> Math.min(size, mostInZone)).sum())
              .toList();
      mostInRegion = Math.max(mostInRegion, leastCap(roomOfRegions, length));
      for (List<NodeId> list : plan.assignment()) {
        boolean good = isSpread(list.subList(0, length), byId, mostInZone, mostInRegion);
        if (!good || list.size() != listLength) {
          fail("%s: at most %d in a zone, %d in a region", list, mostInZone, mostInRegion);
        }
      }
    }
  }

  private static boolean isSpread(
      List<NodeId> prefix, Map<NodeId, PlannerNode> byId, int mostInZone, int mostInRegion) {
    List<PlannerNode> nodes = prefix.stream().map(byId::get).filter(Objects::nonNull).toList();
    boolean good = nodes.size() == prefix.size();
    for (int i = 0; i < nodes.size(); i++) {
      PlannerNode node = nodes.get(i);
      int inZone = 0;
      int inRegion = 0;
      for (PlannerNode other : nodes) {
        boolean sameRegion = other.region().equals(node.region());
        inRegion += sameRegion ? 1 : 0;
        inZone += sameRegion && other.zone().equals(node.zone()) ? 1 : 0;
      }
      good &= inZone <= mostInZone && inRegion <= mostInRegion && nodes.indexOf(node) == i;
    }
    return good;
  }

  /**
   * Returns the least cap with which the sizes, each cut to the cap, still add up to the length.
   */
  private static int leastCap(Collection<Integer> sizes, int length) {
    int cap = 1;
    while (true) {
      int most = cap;
      if (sizes.stream().mapToInt(size -> Math.min(size, most)).sum() >= length) {
        return cap;
      }
      cap++;
    }
  }
}
