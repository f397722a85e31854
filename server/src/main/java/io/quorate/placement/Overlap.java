package io.quorate.placement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether each set of replicas that a write is acknowledged by meets each set that a read asks: at
 * levels that count all replicas alike if R + W is more than N (Dynamo, section 4.5). A level about
 * the coordinator's region is asked for in any region, unless it says in which
 * (docs/design/regions.md#overlap).
 */
public final class Overlap {
  private Overlap() {}

  /**
   * What one operation asks for.
   *
   * @param ofAll replicas, wherever they are
   * @param byRegion of these, how many at least in which region
   */
  private record Demand(int ofAll, SortedMap<String, Integer> byRegion) {
    Demand(int ofAll) {
      this(ofAll, Collections.emptySortedMap());
    }

    Demand(SortedMap<String, Integer> byRegion) {
      this(byRegion.values().stream().mapToInt(Integer::intValue).sum(), byRegion);
    }
  }

  /**
   * Whether a read may miss a write.
   *
   * @param replicas of each key
   */
  public static boolean mayMiss(Level read, Level write, ReplicationFactor replicas) {
    for (Demand reading : demands(read, replicas)) {
      for (Demand writing : demands(write, replicas)) {
        if (canBeApart(reading, writing, replicas)) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<Demand> demands(Level level, ReplicationFactor replicas) {
    if (!level.isAboutRegions() || !replicas.isByRegion()) {
      return List.of(new Demand(level.required(replicas.replicas())));
    }
    SortedMap<String, Integer> each = new TreeMap<>(replicas.byRegion());
    each.replaceAll((region, count) -> level.required(count));
    if (level.equals(Level.EACH_QUORUM)) {
      return List.of(new Demand(each));
    }
    List<Demand> demands = new ArrayList<>();
    for (Map.Entry<String, Integer> here : each.entrySet()) {
      if (!(level instanceof Level.InRegion in) || in.region().equals(here.getKey())) {
        demands.add(new Demand(new TreeMap<>(Map.of(here.getKey(), here.getValue()))));
      }
    }
    return demands.isEmpty()
        ? List.of(new Demand(level.required(replicas.replicas()))) // no replica is in that region
        : demands;
  }

  /** Whether there is room for both sets without a replica that is of both. */
  private static boolean canBeApart(Demand one, Demand other, ReplicationFactor replicas) {
    for (Map.Entry<String, Integer> region : replicas.byRegion().entrySet()) {
      String name = region.getKey();
      int both = one.byRegion.getOrDefault(name, 0) + other.byRegion.getOrDefault(name, 0);
      if (both > region.getValue()) {
        return false;
      }
    }
    return one.ofAll + other.ofAll <= replicas.replicas();
  }
}
