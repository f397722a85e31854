package io.quorate.replication.coordinator.scan;

import io.quorate.model.KeyRange;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.operation.Failures;
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
   * @param tenant of the scan, as this node knows it
   * @param cursor null if what the client gave is none of this cluster
   */
  static @Nullable Failure refusal(Tenant tenant, KeyRange keys, @Nullable ScanCursor cursor) {
    if (cursor == null) {
      return Failure.refused(
          Reason.INVALID,
          "this cluster did not give out that cursor: begin the scan again without one");
    }
    if (cursor.tenant() != ScanCursor.ANY_TENANT && cursor.tenant() != tenant.id()) {
      return ofOtherTenant(tenant, cursor);
    }
    return cursor.reverse() == keys.reverse()
        ? null
        : Failure.refused(
            Reason.INVALID,
            ("that cursor is of a scan that goes %s, and this one goes %s: go on in the direction"
                    + " of the cursor, or begin the scan again without one")
                .formatted(direction(cursor.reverse()), direction(keys.reverse())));
  }

  /**
   * The name of the tenant has been given to another id since the scan began. Ids are given one
   * after another: where that of the cursor is the later one, this node has yet to hear of it.
   */
  private static Failure ofOtherTenant(Tenant tenant, ScanCursor cursor) {
    return cursor.tenant() > tenant.id()
        ? Failures.notServing(
            cursor.partition(),
            ("this node has not heard yet of tenant '%s' as it was when this scan began; ask"
                    + " another, or again in a moment")
                .formatted(tenant.name()))
        : Failure.refused(
            Reason.INVALID,
            ("tenant '%s' was truncated, or dropped and created again, since this scan began: what"
                    + " it has returned is not all of one tenant. Begin the scan again without a"
                    + " cursor")
                .formatted(tenant.name()));
  }

  private static String direction(boolean reverse) {
    return reverse ? "in reverse" : "forward";
  }
}
