package io.quorate.sim.fault;

import io.quorate.sim.kernel.LinkConditions;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.storage.memory.DiskSpeed;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
}
