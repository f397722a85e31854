package io.quorate.replication.coordinator.write;

import io.quorate.model.NodeId;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.version.SiblingSet;

/** The failures that only writes have, in words that say what happened and what to do. */
final class WriteFailures {
  /** Until a node is back. */
  private static final int RETRY_NO_ROOM_MILLIS = 1_000;

  private WriteFailures() {}

  /** What a node says whose own replica does not take a write, and so lets it have no stamp. */
  static Failure ownReplicaRefuses(Plan plan, String why) {
    return Failures.notServing(
        plan.partition(),
        ("the replica of partition %d on this node took no write (%s). Nothing was applied; ask"
                + " another node")
            .formatted(plan.partition(), why));
  }

  static Failure noRoomForHint(Plan plan, NodeId replica) {
    return Failure.builder(
            Reason.OVERLOADED,
            String.format(
                "partition %d of tenant '%s': replica %s is away, and no more can be remembered for"
                    + " it here, which this tenant does not put up with (hint_overflow: REJECT)."
                    + " Nothing was applied. Bring that node back, raise hints.max_per_node, or"
                    + " alter the tenant to hint_overflow MARK",
                plan.partition(), plan.tenant().name(), replica))
        .retryAfterMillis(RETRY_NO_ROOM_MILLIS)
        .partition(plan.partition())
        .build();
  }

  /** A write with a stamp, of a tenant whose coordinators stamp. */
  static Failure stampNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has retries REPEAT: its nodes stamp writes, and this one has a stamp of its"
                + " client. Send it without. Nothing was applied")
            .formatted(tenant.name()));
  }

  /** A context, of a tenant of whose keys the last write wins. */
  static Failure contextNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model LAST_WRITE_WINS, whose writes have no context: send the write"
                + " without, or use a tenant with model SIBLINGS. Nothing was applied")
            .formatted(tenant.name()));
  }

  /** A context that no read of the key gave. */
  static Failure contextNotOfKey(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s': the context was not given by a read of this key: read the key, and send the"
                + " context of that read as it was answered. Nothing was applied")
            .formatted(tenant.name()));
  }

  /** A condition, of a tenant whose replicas do not agree on the moment in which it is judged. */
  static Failure conditionNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model %s, whose writes have no condition: send the write without, or use"
                + " a tenant with model LINEARIZABLE. Nothing was applied")
            .formatted(tenant.name(), tenant.get(TenantSetting.MODEL)));
  }

  /** A key would have more siblings, or more bytes of them, than it may. */
  static Failure tooManySiblings(Plan plan, int siblings, long bytes) {
    return Failure.builder(
            Reason.TOO_MANY_SIBLINGS,
            ("partition %d of tenant '%s': with this put the key would have %d siblings of %d"
                 + " bytes; it may have %d, and one that is not alone may not exceed"
                 + " limits.max_value_bytes and 64 KiB with the others. Nothing was applied: read"
                 + " the key, and put one value with the context of that read in the place of all")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    siblings,
                    bytes,
                    SiblingSet.SIBLINGS_MAX))
        .partition(plan.partition())
        .build();
  }
}
