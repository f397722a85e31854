package io.quorate.sim;

import io.quorate.placement.Level;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * What the clients of one run do.
 *
 * @param levels what clients ask for
 * @param clients that work at the same time
 * @param keys that they work on
 * @param valueBytes of the values they put, at most
 * @param timeoutMillis of calls: at least half of it, at most it
 * @param thinkNanos between two calls of a client, on average
 */
public record WorkloadShape(
    List<Level> levels, int clients, int keys, int valueBytes, int timeoutMillis, long thinkNanos) {

  private static final List<Level> QUORUM_ONLY = List.of(Level.QUORUM);
  private static final List<Level> MIXED =
      List.of(Level.QUORUM, Level.QUORUM, Level.ONE, Level.TWO, Level.ALL);

  public static WorkloadShape draw(SimRandom random) {
    return new WorkloadShape(
        random.chance(0.7) ? QUORUM_ONLY : MIXED,
        (int) random.between(2, 6),
        (int) random.between(1, 3),
        random.pick(List.of(10, 10, 200)),
        random.pick(List.of(60, 400, 2_000)),
        random.pick(List.of(500_000L, 5_000_000L, 20_000_000L)));
  }
}
