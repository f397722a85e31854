package io.quorate.replication.coordinator.write;

import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.version.Addition;
import io.quorate.version.CrdtState;
import io.quorate.version.Hlc;
import io.quorate.version.Writer;

/** The failures of updates, in words that say what happened and what to do. */
final class UpdateFailures {
  private UpdateFailures() {}

  /** An addition that no read of the key gave: no clock shows its time yet. */
  static Failure notSeen(Plan plan, Addition addition, boolean first) {
    return refusedOrUnknown(
        plan,
        ("partition %d of tenant '%s': the update names addition %s as seen, which is far ahead of"
                + " all clocks, so no read returned it: send the dots of a read of this key")
            .formatted(plan.partition(), plan.tenant().name(), addition),
        first);
  }

  private static Failure refusedOrUnknown(Plan plan, String message, boolean first) {
    return first
        ? Failure.refused(Reason.INVALID, message + Failures.NOTHING_APPLIED)
        : Failure.builder(Reason.OUTCOME_UNKNOWN, message)
            .mayHaveApplied(true)
            .partition(plan.partition())
            .decided(true)
            .build();
  }

  /** What the writer has done may be folded already. Nothing of this update was applied. */
  static Failure writerTooOld(Plan plan, Writer writer, long promised) {
    return Failure.builder(
            Reason.STAMP_TOO_LOW,
            ("partition %d of tenant '%s': the writer of the update was opened at %s, and what"
                    + " writers did that were opened up to %s is being purged. Nothing was applied:"
                    + " make the update again with a writer that is opened above that")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    Hlc.toString(writer.openedHlc()),
                    Hlc.toString(promised)))
        .partition(plan.partition())
        .aboveHlc(promised)
        .build();
  }

  /** The writer counts in a tenant that had the name before. Nothing of this update was applied. */
  static Failure writerOfReplaced(Plan plan, int tenantId, boolean first) {
    Tenant now = plan.tenant();
    String replaced =
        ("partition %d of tenant '%s': the writer of the update counts in the tenant with id %d,"
                + " which was truncated, or dropped and created again; the one of this name has id"
                + " %d. ")
            .formatted(plan.partition(), now.name(), tenantId, now.id());
    return first
        ? Failure.builder(
                Reason.STAMP_TOO_LOW,
                replaced
                    + "Nothing was applied: make the update again with a writer that is opened for"
                    + " that one")
            .partition(plan.partition())
            .tenantId(now.id())
            .build()
        : Failure.builder(
                Reason.OUTCOME_UNKNOWN,
                replaced
                    + "An earlier attempt may have been merged into what is gone. Read the key, and"
                    + " make the update again if it is to be there")
            .mayHaveApplied(true)
            .partition(plan.partition())
            .decided(true)
            .build();
  }

  /** This node has not heard of the tenant that the writer counts in. */
  static Failure unknownTenant(Plan plan, int tenantId) {
    return Failure.builder(
            Reason.UNKNOWN_TENANT,
            ("this node has not heard yet that tenant '%s' has id %d, and not %d. Nothing was"
                    + " applied; ask another node, or try again")
                .formatted(plan.tenant().name(), tenantId, plan.tenant().id()))
        .partition(plan.partition())
        .build();
  }

  /** Whether an earlier attempt was merged will not be known. */
  static Failure writerForgotten(Plan plan, Writer writer) {
    return Failure.builder(
            Reason.OUTCOME_UNKNOWN,
            ("partition %d of tenant '%s': an earlier attempt at the update may have been merged,"
                 + " and its writer, opened at %s, is no longer remembered after a purge. Read the"
                 + " key to see what it has")
                .formatted(
                    plan.partition(), plan.tenant().name(), Hlc.toString(writer.openedHlc())))
        .mayHaveApplied(true)
        .partition(plan.partition())
        .decided(true)
        .build();
  }

  private static Failure keyTooLarge(Plan plan, String why) {
    return Failure.builder(
            Reason.KEY_TOO_LARGE,
            ("partition %d of tenant '%s': %s. Nothing was applied: spread what is counted or kept"
                    + " over several keys, or remove some of it")
                .formatted(plan.partition(), plan.tenant().name(), why))
        .partition(plan.partition())
        .build();
  }

  /** A key would have more bytes than it may. */
  static Failure keyTooLarge(Plan plan, long bytes, long bytesMax) {
    return keyTooLarge(
        plan,
        ("with this update the key would have %d bytes, with what is remembered of its writers; it"
                + " may have %d, which is limits.max_value_bytes and 64 KiB")
            .formatted(bytes, bytesMax));
  }

  /** A key would have more writers than it may. */
  static Failure tooManyWriters(Plan plan) {
    return keyTooLarge(
        plan,
        ("the key has been updated by %d writers since the last purge, the limit, and not by that"
                + " of this update; while a replica is down nothing is purged: look for one")
            .formatted(CrdtState.WRITERS_MAX));
  }
}
