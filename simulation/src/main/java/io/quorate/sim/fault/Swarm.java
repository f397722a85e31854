package io.quorate.sim.fault;

import io.quorate.sim.kernel.LinkConditions;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.storage.memory.DiskSpeed;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The world that one run is put into. Every run draws its own faults and leaves others out
 * altogether: when all go wrong at the same rate, many states are never reached (Groce and others,
 * <i>Swarm Testing</i>, 2012).
 *
 * @param nodes machines
 * @param replicas of each key
 * @param links what links do on a good day
 * @param disk how fast disks are on a good day
 * @param lastMillis how long things go wrong
 * @param fromTheStart whether they do so already while the nodes become a cluster
 * @param crashesWhileForming whether nodes die meanwhile, though nothing else goes wrong
 * @param faults by kind
 */
public record Swarm(
    int nodes,
    int replicas,
    LinkConditions links,
    DiskSpeed disk,
    int lastMillis,
    boolean fromTheStart,
    boolean crashesWhileForming,
    Map<String, Fault> faults) {

  /**
   * No node is of the earlier release, which knows no replicas by region; and links differ by
   * region already.
   */
  private static final Set<String> NOT_OF_REGIONS = Set.of("upgrade", "uneven links");

  /**
   * Faults that say other lies, that take a disk's place in a majority beside the liar, or with
   * which nodes refuse each other for their releases.
   */
  private static final Set<String> NOT_OF_LIARS =
      Set.of("lying member", "lying replica", "newer node", "upgrade");

  /** So that a run is not long: what is waited for in the end takes longer with more nodes. */
  private static final int REGIONS_MILLIS_MAX = 3_000;

  /** Disks that are rarely done within a deadline. */
  private static final DiskSpeed LAME =
      new DiskSpeed(1_000_000, 20_000_000, 50, 500_000, 9_000_000);

  /** Faults in the order of their kinds' names, which is the order in which they begin. */
  public Swarm {
    faults = Collections.unmodifiableMap(new TreeMap<>(faults));
  }

  public static Swarm draw(SimRandom random) {
    int nodes = random.pick(List.of(3, 3, 3, 4, 5));
    Map<String, Fault> faults = new TreeMap<>();
    for (Kind kind : Kind.ALL) {
      Fault fault = kind.draw(random);
      if (fault != null) {
        faults.put(kind.name(), fault);
      }
    }
    return new Swarm(
        nodes,
        nodes == 5 && random.chance(0.3) ? 5 : 3,
        LinkConditions.QUIET.withLatency(
            50_000, random.pick(List.of(50_000L, 1_000_000L, 10_000_000L))),
        random.pick(List.of(DiskSpeed.FLASH, DiskSpeed.FLASH, LAME, DiskSpeed.SLOW)),
        random.pick(List.of(1_000, 3_000, 3_000, 8_000)),
        random.chance(0.2),
        random.chance(0.6),
        faults);
  }

  /**
   * Draws the faults of nodes in several regions, beside those that others have.
   *
   * @param machines how many nodes there are
   */
  public static Swarm drawOfRegions(SimRandom random, int machines) {
    Swarm drawn = draw(random);
    Map<String, Fault> faults = new TreeMap<>(drawn.faults);
    faults.keySet().removeAll(NOT_OF_REGIONS);
    for (Kind kind : Kind.OF_REGIONS) {
      Fault fault = kind.draw(random);
      if (fault != null) {
        faults.put(kind.name(), fault);
      }
    }
    return new Swarm(
        machines,
        drawn.replicas,
        drawn.links,
        drawn.disk,
        Math.min(drawn.lastMillis, REGIONS_MILLIS_MAX),
        false,
        false,
        faults);
  }

  /**
   * Draws the faults of nodes of which one at a time lies, beside those that others have. No disk
   * is lost: of three nodes the liar is the one that may be away.
   */
  public static Swarm drawOfLiars(SimRandom random) {
    Swarm drawn = draw(random).withoutLosses();
    Map<String, Fault> faults = new TreeMap<>(drawn.faults);
    faults.keySet().removeAll(NOT_OF_LIARS);
    for (Kind kind : Kind.OF_LIARS) {
      Fault fault = kind.draw(random);
      if (fault != null) {
        faults.put(kind.name(), fault);
      }
    }
    return new Swarm(
        drawn.nodes,
        drawn.replicas,
        drawn.links,
        drawn.disk,
        drawn.lastMillis,
        false,
        drawn.crashesWhileForming,
        faults);
  }

  /**
   * Draws the faults of nodes of whose tenants backups are taken: a cut takes a second and more,
   * and most faults end it, so in half of the runs few kinds strike.
   */
  public static Swarm drawOfBackups(SimRandom random) {
    Swarm drawn = draw(random).withoutUpgrades();
    Map<String, Fault> faults = new TreeMap<>(drawn.faults);
    if (random.chance(0.5)) {
      faults.keySet().removeIf(kind -> random.chance(0.8));
    }
    return new Swarm(
        drawn.nodes,
        drawn.replicas,
        drawn.links,
        drawn.disk,
        random.pick(List.of(4_000, 8_000, 12_000)),
        false,
        drawn.crashesWhileForming,
        faults);
  }

  /**
   * Draws the faults of nodes while operators restore backups into their tenants: all replicas of
   * all partitions have to answer for that, so few kinds strike, in most runs.
   */
  public static Swarm drawOfRestores(SimRandom random) {
    Swarm drawn = draw(random).withoutUpgrades();
    Map<String, Fault> faults = new TreeMap<>(drawn.faults);
    if (random.chance(0.8)) {
      faults.keySet().removeIf(kind -> random.chance(0.85));
    }
    return new Swarm(
        drawn.nodes,
        drawn.replicas,
        drawn.links,
        random.pick(List.of(DiskSpeed.FLASH, DiskSpeed.FLASH, DiskSpeed.FLASH, LAME)),
        random.pick(List.of(3_000, 5_000)),
        false,
        drawn.crashesWhileForming,
        faults);
  }

  /** Returns this without faults after which a replica lacks what it held. */
  public Swarm withoutLosses() {
    Map<String, Fault> left = new TreeMap<>(faults);
    left.values().removeIf(Fault::losesDisks);
    left.remove("unreadable records");
    return new Swarm(
        nodes, replicas, links, disk, lastMillis, fromTheStart, crashesWhileForming, left);
  }

  /** Returns this with nodes of one release: the one before knows less. */
  public Swarm withoutUpgrades() {
    Map<String, Fault> left = new TreeMap<>(faults);
    left.values().removeIf(Upgrade.class::isInstance);
    return new Swarm(
        nodes, replicas, links, disk, lastMillis, fromTheStart, crashesWhileForming, left);
  }

  /** Whether a disk may be lost for good. */
  public boolean losesDisks() {
    return faults.values().stream().anyMatch(Fault::losesDisks);
  }

  /** Whether nodes run two releases at a time. */
  public boolean upgrades() {
    return faults.values().stream().anyMatch(Upgrade.class::isInstance);
  }

  /** Names of all kinds of fault that a seed may draw. */
  public static List<String> kinds() {
    return Kind.ALL.stream().map(Kind::name).toList();
  }

  /** Names of those that a seed may draw where nodes stand in several regions. */
  public static List<String> kindsOfRegions() {
    return Stream.concat(Kind.ALL.stream(), Kind.OF_REGIONS.stream())
        .map(Kind::name)
        .filter(kind -> !NOT_OF_REGIONS.contains(kind))
        .toList();
  }
}
