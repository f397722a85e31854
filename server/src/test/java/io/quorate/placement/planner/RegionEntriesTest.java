package io.quorate.placement.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What lists get beyond what the planner gave them. */
class RegionEntriesTest {
  private static final int PARTITIONS = 64;

  @Property(tries = 200)
  void eachListHasEnoughOfEachRegionAndBeginsAsPlanned(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int regions,
      @ForAll @IntRange(min = 1, max = 6) int nodesEach,
      @ForAll @IntRange(min = 1, max = 5) int length) {
    Random random = new Random(seed);
    List<PlannerNode> nodes = nodes(regions, nodesEach, random);
    SortedMap<String, Integer> needed = new TreeMap<>();
    for (int region = 0; region < regions; region++) {
      needed.put("r" + region, 1 + random.nextInt(nodesEach));
    }
    List<List<NodeId>> planned =
        Planner.plan(nodes, PARTITIONS, Math.min(length, nodes.size()), List.of()).assignment();
    List<List<NodeId>> lists = RegionEntries.added(nodes, needed, planned, planned);

    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<NodeId> list = lists.get(partition);
      List<NodeId> first = planned.get(partition);
      assertThat(list.subList(0, first.size())).isEqualTo(first);
      assertThat(new HashSet<>(list)).hasSameSizeAs(list);
      needed.forEach(
          (region, count) ->
              assertThat(in(list, nodes, region)).as(region).hasSizeGreaterThanOrEqualTo(count));
    }
    List<PlannerNode> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled, random);
    assertThat(RegionEntries.added(shuffled, needed, planned, planned)).isEqualTo(lists);
    assertThat(RegionEntries.added(nodes, needed, planned, lists))
        .as("what is there stays")
        .isEqualTo(lists);
  }

  @Example
  void nodesOfARegionAreLoadedAlikeAndZonesAreSpreadFirst() {
    List<PlannerNode> nodes = nodes(2, 6, new Random(1));
    List<List<NodeId>> planned = Planner.plan(nodes, PARTITIONS, 3, List.of()).assignment();
    List<List<NodeId>> lists =
        RegionEntries.added(nodes, new TreeMap<>(Map.of("r0", 3, "r1", 3)), planned, planned);
    Map<NodeId, Integer> loads = new TreeMap<>();
    for (List<NodeId> list : lists) {
      for (String region : List.of("r0", "r1")) {
        List<NodeId> replicas = in(list, nodes, region).subList(0, 3);
        assertThat(replicas.stream().map(node -> place(nodes, node).zone()).distinct()).hasSize(3);
        replicas.forEach(node -> loads.merge(node, 1, Integer::sum));
      }
    }
    assertThat(loads.values()).hasSize(12).allMatch(load -> load >= 28 && load <= 36);
  }

  private static List<PlannerNode> nodes(int regions, int each, Random random) {
    List<PlannerNode> nodes = new ArrayList<>();
    for (int region = 0; region < regions; region++) {
      for (int node = 0; node < each; node++) {
        long id = 1 + region * 100L + node;
        double weight = each == 6 ? 1 : 0.5 + random.nextInt(3) * 0.5;
        nodes.add(new PlannerNode(new NodeId(id), "r" + region, "z" + node % 3, weight));
      }
    }
    return nodes;
  }

  private static List<NodeId> in(List<NodeId> list, List<PlannerNode> nodes, String region) {
    return list.stream().filter(node -> place(nodes, node).region().equals(region)).toList();
  }

  private static PlannerNode place(List<PlannerNode> nodes, NodeId node) {
    return nodes.stream().filter(each -> each.id().equals(node)).findFirst().orElseThrow();
  }
}
