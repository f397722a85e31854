package io.quorate.replication.coordinator.scan;

import io.quorate.model.KeyRange;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import org.jspecify.annotations.Nullable;

/** What stands against a scan, whatever its tenant holds. */
final class ScanChecks {
  /** Nodes of the version before would read a page without bounds, and forward. */
  private static final int RANGES_FROM_VERSION = 2;

  private ScanChecks() {}

  /** Why a range of keys cannot be read at a version of the cluster; null if it can. */
  static @Nullable Failure refusal(KeyRange keys, int clusterVersion) {
    return keys.isPrefixOnly() || clusterVersion >= RANGES_FROM_VERSION
        ? null
        : Failure.refused(
            Reason.INVALID,
            ("scans with a start or an end, and scans in reverse, need cluster version %d, and the"
                    + " cluster is at version %d: finalize the upgrade ('quorate cluster upgrade"
                    + " finalize'), or scan by prefix alone")
                .formatted(RANGES_FROM_VERSION, clusterVersion));
  }

  /**
   * Why a scan cannot go on from a cursor; null if it can.
   *
   * @param cursor null if what the client gave is none of this cluster
   */
  static @Nullable Failure refusal(KeyRange keys, @Nullable ScanCursor cursor) {
    if (cursor == null) {
      return Failure.refused(
          Reason.INVALID,
          "this cluster did not give out that cursor: begin the scan again without one");
    }
    return cursor.reverse() == keys.reverse()
        ? null
        : Failure.refused(
            Reason.INVALID,
            ("that cursor is of a scan that goes %s, and this one goes %s: go on in the direction"
                    + " of the cursor, or begin the scan again without one")
                .formatted(direction(cursor.reverse()), direction(keys.reverse())));
  }

  private static String direction(boolean reverse) {
    return reverse ? "in reverse" : "forward";
  }
}
