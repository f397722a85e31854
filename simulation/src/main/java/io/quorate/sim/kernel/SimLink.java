package io.quorate.sim.kernel;

import java.util.ArrayList;
import java.util.List;

/** One way from one node to another: what it does to frames, and whether it is cut. */
final class SimLink {
  /** How long until both ends know that a connection is there, at most. */
  private static final long CONNECT_NANOS_MAX = 20_000_000;

  /** How long until the sender knows that a connection is gone, at most. */
  private static final long LOST_NANOS_MAX = 2_000_000_000L;

  private final SimRandom random;
  LinkConditions conditions = LinkConditions.QUIET;
  boolean cut;

  /** Nothing that is on its way arrives; it waits in {@link #held}. */
  boolean clogged;

  /** Frames that are held, in the order of arrival. */
  final List<Runnable> held = new ArrayList<>();

  /** Arrival of the last frame that travelled in order; none behind it may arrive before. */
  private long lastArrivalNanos;

  private boolean up;
  private long knownFromNanos;

  SimLink(SimRandom random) {
    this.random = random;
  }

  boolean loses() {
    return cut || random.chance(conditions.loss());
  }

  boolean duplicates() {
    return random.chance(conditions.duplication());
  }

  boolean scatters() {
    return random.chance(conditions.scatter());
  }

  /** When a frame sent now arrives, behind all that were sent before. */
  long arrivalInOrder(long nowNanos) {
    lastArrivalNanos = Math.max(lastArrivalNanos, arrivalAnyhow(nowNanos));
    return lastArrivalNanos;
  }

  /** When a frame arrives that takes no heed of others. */
  long arrivalAnyhow(long nowNanos) {
    long latency = conditions.latencyMinNanos() + random.exponential(conditions.latencyMeanNanos());
    if (random.chance(conditions.slow())) {
      latency += random.between(0, conditions.slowNanos());
    }
    return nowNanos + latency;
  }

  /** The way was opened or closed: the sender will know after a while. */
  void setUp(boolean nowUp, long nowNanos) {
    if (up != nowUp) {
      up = nowUp;
      knownFromNanos = nowNanos + random.between(0, up ? CONNECT_NANOS_MAX : LOST_NANOS_MAX);
    }
  }

  /** Whether the sender believes it is connected. */
  boolean isConnected(long nowNanos) {
    return up == (nowNanos >= knownFromNanos);
  }
}
