package io.quorate.placement.planner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The nodes as numbers, for the planner's inner loops: nodes by id, zones by region and name. Says
 * how many entries of a preference list may stand in one zone and in one region.
 */
final class PlannerTopology {
  private static final Comparator<PlannerNode> BY_PLACE =
      Comparator.comparing(PlannerNode::region)
          .thenComparing(PlannerNode::zone)
          .thenComparing(PlannerNode::id);

  final List<PlannerNode> nodes;
  final int[] zoneOf;
  final int[] regionOfZone;
  final int[][] nodesOfZone;
  final int[][] zonesOfRegion;

  /** By length of the prefix, from 1: most of its entries that may stand in one zone. */
  final int[] zoneCap;

  /** By length of the prefix, from 1: most of its entries that may stand in one region. */
  final int[] regionCap;

  /**
   * @param unordered the nodes; their order does not matter
   */
  PlannerTopology(List<PlannerNode> unordered, int listLength) {
    nodes = unordered.stream().sorted(BY_PLACE).toList();
    zoneOf = new int[nodes.size()];
    NavigableMap<String, NavigableMap<String, List<Integer>>> regions = new TreeMap<>();
    for (int node = 0; node < nodes.size(); node++) {
      regions
          .computeIfAbsent(nodes.get(node).region(), region -> new TreeMap<>())
          .computeIfAbsent(nodes.get(node).zone(), zone -> new ArrayList<>())
          .add(node);
    }
    zonesOfRegion = new int[regions.size()][];
    int zones = regions.values().stream().mapToInt(NavigableMap::size).sum();
    regionOfZone = new int[zones];
    nodesOfZone = new int[zones][];
    int zone = 0;
    int region = 0;
    for (NavigableMap<String, List<Integer>> zonesHere : regions.values()) {
      zonesOfRegion[region] = new int[zonesHere.size()];
      int place = 0;
      for (List<Integer> members : zonesHere.values()) {
        zonesOfRegion[region][place++] = zone;
        regionOfZone[zone] = region;
        nodesOfZone[zone] = members.stream().mapToInt(Integer::intValue).toArray();
        for (int node : nodesOfZone[zone]) {
          zoneOf[node] = zone;
        }
        zone++;
      }
      region++;
    }
    zoneCap = new int[listLength + 1];
    regionCap = new int[listLength + 1];
    for (int length = 1; length <= listLength; length++) {
      zoneCap[length] = zoneCap[length - 1];
      while (roomWithin(zoneCap[length], Integer.MAX_VALUE) < length) {
        zoneCap[length]++;
      }
      // Zones come first: a region with many zones takes more entries than one with few.
      regionCap[length] = regionCap[length - 1];
      while (roomWithin(zoneCap[length], regionCap[length]) < length) {
        regionCap[length]++;
      }
    }
  }

  /** Entries that a list can have when so many may stand in one zone and one region. */
  private long roomWithin(int inZone, int inRegion) {
    long room = 0;
    for (int[] zones : zonesOfRegion) {
      long here = 0;
      for (int zone : zones) {
        here += Math.min(inZone, nodesOfZone[zone].length);
      }
      room += Math.min(inRegion, here);
    }
    return room;
  }

  int size() {
    return nodes.size();
  }

  int zones() {
    return nodesOfZone.length;
  }

  int regions() {
    return zonesOfRegion.length;
  }

  int regionOf(int node) {
    return regionOfZone[zoneOf[node]];
  }
}
