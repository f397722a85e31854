package io.quorate.sim.check;

import io.quorate.version.Version;
import org.jspecify.annotations.Nullable;

/** The newest versions of one key that clients know of. */
final class KnownVersions {
  private final int replicas;

  /** By number of replicas: the newest version that clients know to be durable on that many. */
  private final @Nullable Version[] known;

  KnownVersions(int replicas) {
    this.replicas = replicas;
    this.known = new Version[replicas + 1];
  }

  /** The newest version that a read of {@code required} replicas cannot miss. */
  @Nullable Version floor(int required) {
    Version floor = null;
    for (int on = Math.max(1, replicas - required + 1); on <= replicas; on++) {
      floor = newer(floor, known[on]);
    }
    return floor;
  }

  /** A client has seen a version that {@code required} replicas hold. */
  void learn(Version version, int required) {
    int on = Math.min(required, replicas);
    known[on] = newer(known[on], version);
  }

  /**
   * A disk is lost: versions known to be on fewer replicas than a majority may have been on it
   * only.
   */
  void losesReplica() {
    for (int on = 1; on < replicas / 2 + 1; on++) {
      known[on] = null;
    }
  }

  private static @Nullable Version newer(@Nullable Version one, @Nullable Version other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isAfter(other) ? one : other;
  }
}
