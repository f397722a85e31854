package io.quorate.sim.check;

import io.quorate.placement.Level;
import io.quorate.version.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The newest versions of one key that clients know of. */
final class KnownVersions {
  private final Factors factors;

  /** By level: the newest version that clients know to be held as a write at that level is. */
  private final Map<Level, Version> known = new LinkedHashMap<>();

  KnownVersions(Factors factors) {
    this.factors = factors;
  }

  /** The newest version that a read at a level cannot miss. */
  @Nullable Version floor(Level read) {
    Version floor = null;
    for (Map.Entry<Level, Version> each : known.entrySet()) {
      if (factors.meets(read, each.getKey())) {
        floor = floor == null ? each.getValue() : newer(floor, each.getValue());
      }
    }
    return floor;
  }

  /**
   * A client has seen a version that is held as a write at this level is.
   *
   * @param lostMeanwhile whether a disk was lost while the answer was on its way: that may have
   *     been the one that answered
   */
  void learn(Version version, Level level, boolean lostMeanwhile) {
    Level held = factors.heldAs(level);
    if (!lostMeanwhile || factors.survivesDisk(held)) {
      known.merge(held, version, KnownVersions::newer);
    }
  }

  /** The replicas are others now: what was known of the former ones is known of these. */
  void settle() {
    Map<Level, Version> before = new LinkedHashMap<>(known);
    known.clear();
    before.forEach(
        (level, version) -> {
          Level now = factors.afterAlteration(level);
          if (now != null) {
            known.merge(now, version, KnownVersions::newer);
          }
        });
  }

  private static Version newer(Version one, Version other) {
    return one.isAfter(other) ? one : other;
  }

  /** A disk is lost: versions that few replicas are known to hold may have been on it only. */
  void losesReplica() {
    known.keySet().removeIf(level -> !factors.survivesDisk(level));
  }

  /** Replicas were given up: only what a majority of all is known to hold is left for certain. */
  void losesRegion() {
    known.keySet().removeIf(level -> !factors.survivesRegion(level));
  }
}
