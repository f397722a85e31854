package io.quorate.replication.coordinator;

import io.quorate.model.Quoted;
import io.quorate.placement.Level;
import io.quorate.placement.Model;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.version.Field;
import io.quorate.version.Hlc;

/** The refusals of what a tenant does not offer, by its settings. */
final class TenantFailures {
  private TenantFailures() {}

  static Failure valueTooLarge(Tenant tenant, int bytes) {
    return Failure.refused(
        Reason.INVALID,
        ("the value has %d bytes, and tenant '%s' takes values of at most %d: send less, or raise"
                + " max_value_bytes with 'quorate tenant alter %s --max-value-bytes'. Nothing was"
                + " applied")
            .formatted(
                bytes, tenant.name(), tenant.get(TenantSetting.MAX_VALUE_BYTES), tenant.name()));
  }

  /** An increment, of a tenant whose replicas do not agree on the number that is added to. */
  static Failure incrementNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model %s, and increments need a tenant with model LINEARIZABLE: use one,"
                + " or a tenant with model COUNTERS and updates. Nothing was applied")
            .formatted(tenant.name(), tenant.get(TenantSetting.MODEL)));
  }

  /** A put or a delete, of a tenant whose keys are changed by updates. */
  static Failure changedByUpdates(Tenant tenant, String what) {
    Model model = tenant.get(TenantSetting.MODEL);
    String instead =
        switch (model) {
          case COUNTERS -> "increment and decrement it by updates; a counter is not deleted";
          case SETS -> "add and remove values by updates; a set without values is not found";
          default -> "change its fields by updates; fields are emptied, and not deleted";
        };
    return Failure.refused(
        Reason.INVALID,
        "tenant '%s' has model %s, of which a key is not %s: %s"
                .formatted(tenant.name(), model, what, instead)
            + Failures.NOTHING_APPLIED);
  }

  /** An update, of a tenant whose keys have no fields. */
  static Failure updateNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model %s, whose keys have values and no fields: put and delete them, or"
                    + " use a tenant with model COUNTERS, SETS or MAPS")
                .formatted(tenant.name(), tenant.get(TenantSetting.MODEL))
            + Failures.NOTHING_APPLIED);
  }

  /** An update of a field that keys of the tenant do not have. */
  static Failure fieldNotTaken(Tenant tenant, Field field) {
    Model model = tenant.get(TenantSetting.MODEL);
    return Failure.refused(
        Reason.INVALID,
        "tenant '%s' has model %s, of which no key has a field %s of kind %s: change %s"
                .formatted(
                    tenant.name(),
                    model,
                    field.name().isEmpty() ? "without a name" : Quoted.of(field.name()),
                    field.kind(),
                    model.admitted())
            + Failures.NOTHING_APPLIED);
  }

  /** An update of fields, of a tenant whose replicas do not agree on the map. */
  static Failure fieldsNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model %s, and updates of fields with conditions need a tenant with model"
                + " LINEARIZABLE: use one, or a tenant with model MAPS, whose updates have no"
                + " conditions. Nothing was applied")
            .formatted(tenant.name(), tenant.get(TenantSetting.MODEL)));
  }

  /** What a tenant whose writes take effect at most once does not offer. */
  static Failure notAtQuorum(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has %s: its keys are read and written at level QUORUM, with read"
                + " repair. Ask for that, or leave both out. Nothing was applied")
            .formatted(tenant.name(), naming(tenant)));
  }

  /** A write of a tenant whose clients stamp their writes came without a stamp. */
  static Failure unstamped(Tenant tenant, long now) {
    return Failure.builder(
            Reason.STAMP_TOO_LOW,
            ("tenant '%s' has %s, so its clients stamp each write, and this one has no stamp."
                    + " Nothing was applied; send it with a stamp above %s")
                .formatted(tenant.name(), naming(tenant), Hlc.toString(now)))
        .aboveHlc(now)
        .build();
  }

  /** The setting for which clients of a tenant name their writes. */
  private static String naming(Tenant tenant) {
    return tenant.writesOnce() ? "retries ONCE" : "model " + tenant.get(TenantSetting.MODEL);
  }

  /** A token, of a tenant whose replicas do not compare it. */
  static Failure tokenNotTaken(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model %s, and fences need a tenant with model LINEARIZABLE or"
             + " LAST_WRITE_WINS: send the request without a token, or use such a tenant. Nothing"
             + " was applied")
            .formatted(tenant.name(), tenant.get(TenantSetting.MODEL)));
  }

  /** A token, of a tenant whose clients stamp their writes: these could not be stamped above it. */
  static Failure tokenWithRetriesOnce(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has retries ONCE and model LAST_WRITE_WINS, which has no fences: send the"
                + " request without a token, or use a tenant with model LINEARIZABLE. Nothing was"
                + " applied")
            .formatted(tenant.name()));
  }

  /** A number that no lock gives. */
  static Failure tokenTooHigh(long token) {
    return Failure.refused(
        Reason.INVALID,
        "token %s is that of no lock: give the one with which the lock was granted. Nothing was applied"
            .formatted(Long.toUnsignedString(token)));
  }

  /** A token, at a level at which a fence could be missed. */
  static Failure tokenNotAtQuorum(Tenant tenant, Level level) {
    return Failure.refused(
        Reason.INVALID,
        ("a request under the token of a lock is carried out at QUORUM, and this one is at %s: send"
                + " it at QUORUM, or alter the usual level of tenant '%s'. Nothing was applied")
            .formatted(level, tenant.name()));
  }

  /** A token, while some nodes may not know marks. */
  static Failure tokenTooNew(Tenant tenant, int fromVersion, int clusterVersion) {
    return Failure.refused(
        Reason.INVALID,
        ("fences of tenant '%s', with model LAST_WRITE_WINS, need cluster version %d, and the"
                + " cluster is at version %d: finalize the upgrade ('quorate cluster upgrade"
                + " finalize'). Nothing was applied")
            .formatted(tenant.name(), fromVersion, clusterVersion));
  }
}
