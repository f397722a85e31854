package io.quorate.sim.cluster;

import io.quorate.sim.kernel.LinkConditions;
import io.quorate.sim.kernel.SimDistances;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * In which region each machine stands, and how far regions are apart.
 *
 * @param regions of the machines, by index; those that may join later last
 * @param roundTripMillis there and back, by the names of two regions in order
 * @param jitter what a frame takes beyond the least, on average, as a share of it
 * @param loss probability that a frame between two regions is lost
 */
public record RegionLayout(
    List<String> regions, SortedMap<String, Long> roundTripMillis, double jitter, double loss)
    implements SimDistances {
  private static final List<String> NAMES = List.of("eu", "us", "ap");
  private static final List<List<Integer>> SIZES =
      List.of(
          List.of(3, 3, 3), List.of(3, 3, 3), List.of(2, 2, 1), List.of(3, 2, 2), List.of(3, 3, 1));
  private static final List<Long> ROUND_TRIPS = List.of(1L, 40L, 80L, 200L);
  private static final long NANOS_ONE_WAY = 500_000;

  public RegionLayout {
    regions = List.copyOf(regions);
    roundTripMillis = Collections.unmodifiableSortedMap(new TreeMap<>(roundTripMillis));
  }

  /**
   * Draws three regions.
   *
   * @param beside machines that may join later
   */
  public static RegionLayout draw(SimRandom random, int beside) {
    List<Integer> sizes = random.pick(SIZES);
    List<String> regions = new ArrayList<>();
    for (int region = 0; region < NAMES.size(); region++) {
      regions.addAll(Collections.nCopies(sizes.get(region), NAMES.get(region)));
    }
    for (int i = 0; i < beside; i++) {
      regions.add(random.pick(NAMES));
    }
    SortedMap<String, Long> apart = new TreeMap<>();
    for (String one : NAMES) {
      for (String other : NAMES) {
        if (one.compareTo(other) < 0) {
          apart.put(pair(one, other), random.pick(ROUND_TRIPS));
        }
      }
    }
    return new RegionLayout(
        regions, apart, random.pick(List.of(0.02, 0.1, 0.5)), random.pick(List.of(0.0, 0.002)));
  }

  private static String pair(String one, String other) {
    return one.compareTo(other) < 0 ? one + " " + other : other + " " + one;
  }

  /** Returns the same regions with links that lose no frame. */
  public RegionLayout withoutLoss() {
    return new RegionLayout(regions, roundTripMillis, jitter, 0);
  }

  public String regionOf(int index) {
    return regions.get(index);
  }

  /** Returns the regions, in the order of their names. */
  public List<String> names() {
    return List.copyOf(new TreeSet<>(regions));
  }

  /** Returns how many of the first machines stand in a region. */
  public int count(String region, int machines) {
    return Collections.frequency(regions.subList(0, machines), region);
  }

  @Override
  public LinkConditions between(String from, String to, LinkConditions near) {
    Long roundTrip = from.equals(to) ? null : roundTripMillis.get(pair(from, to));
    if (roundTrip == null) {
      return near;
    }
    long least = roundTrip * NANOS_ONE_WAY;
    return near.withLatency(least, Math.max(near.latencyMeanNanos(), (long) (least * jitter)))
        .withLoss(Math.max(near.loss(), loss));
  }
}
