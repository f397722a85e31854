package io.quorate.sim;

import io.quorate.placement.Level;
import io.quorate.sim.kernel.LinkConditions;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.storage.memory.DiskSpeed;
import java.util.List;

/**
 * What one run is made of. Every run draws its own faults and leaves others out altogether: when
 * all go wrong at the same rate, many states are never reached (Groce and others, <i>Swarm
 * Testing</i>, 2012).
 *
 * @param nodes machines
 * @param replicas of each key
 * @param links what links do
 * @param disk how fast disks are
 * @param levels what clients ask for
 * @param clients that work at the same time
 * @param keys that they work on
 * @param valueBytes of the values they put, at most
 * @param timeoutMillis of calls: at least half of it, at most it
 * @param thinkNanos between two calls of a client, on average
 * @param crashMillis between two crashes of any node, on average; 0: none
 * @param pauseMillis the same of pauses
 * @param cutMillis the same of cuts in the network
 * @param skewMillis the same of clocks that jump
 * @param skewMillisMax how far they jump
 * @param diskMillis the same of disks that are slow or full for a while, or fail a sync
 * @param ambush how often a call is followed by a fault at its node, while it is under way
 */
public record Swarm(
    int nodes,
    int replicas,
    LinkConditions links,
    DiskSpeed disk,
    List<Level> levels,
    int clients,
    int keys,
    int valueBytes,
    int timeoutMillis,
    long thinkNanos,
    int crashMillis,
    int pauseMillis,
    int cutMillis,
    int skewMillis,
    int skewMillisMax,
    int diskMillis,
    double ambush) {

  private static final List<Level> QUORUM_ONLY = List.of(Level.QUORUM);
  private static final List<Level> MIXED =
      List.of(Level.QUORUM, Level.QUORUM, Level.ONE, Level.TWO, Level.ALL);

  /** Disks that are rarely done within a deadline. */
  private static final DiskSpeed LAME =
      new DiskSpeed(1_000_000, 20_000_000, 50, 500_000, 9_000_000);

  public static Swarm draw(SimRandom random) {
    int nodes = random.pick(List.of(3, 3, 3, 4, 5));
    return new Swarm(
        nodes,
        nodes == 5 && random.chance(0.3) ? 5 : 3,
        links(random),
        random.pick(List.of(DiskSpeed.FLASH, DiskSpeed.FLASH, LAME, DiskSpeed.SLOW)),
        random.chance(0.7) ? QUORUM_ONLY : MIXED,
        (int) random.between(2, 6),
        (int) random.between(1, 3),
        random.pick(List.of(10, 10, 200)),
        random.pick(List.of(60, 400, 2_000)),
        random.pick(List.of(500_000L, 5_000_000L, 20_000_000L)),
        random.pick(List.of(0, 300, 1_000)),
        random.pick(List.of(0, 0, 300, 1_000)),
        random.pick(List.of(0, 300, 1_000)),
        random.pick(List.of(0, 200, 1_000)),
        random.pick(List.of(5, 50, 400, 5_000)),
        random.pick(List.of(0, 500)),
        random.pick(List.of(0.0, 0.02, 0.1)));
  }

  private static LinkConditions links(SimRandom random) {
    return new LinkConditions(
        50_000,
        random.pick(List.of(50_000L, 1_000_000L, 10_000_000L)),
        random.pick(List.of(0.0, 0.0, 0.02, 0.15)),
        random.pick(List.of(0.0, 0.02, 0.2)),
        random.pick(List.of(0.0, 0.3)),
        random.pick(List.of(0.0, 0.02)),
        400_000_000);
  }
}
