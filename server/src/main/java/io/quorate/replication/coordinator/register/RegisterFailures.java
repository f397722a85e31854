package io.quorate.replication.coordinator.register;

import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.operation.Plan;

/** The failures that only linearizable keys have. */
final class RegisterFailures {
  private RegisterFailures() {}

  /**
   * A key does not have what a write asks for.
   *
   * @param reason why not, by the numbers of the edit
   */
  static Failure conditionFailed(Plan plan, RegisterEdit edit, long reason) {
    String why =
        switch (edit) {
          case RegisterEdit.Set set -> "the key does not have what the condition asks for";
          case RegisterEdit.Add add ->
              "the key has a value that is no decimal number, or the sum with %d is not within %d and %d"
                  .formatted(add.by(), add.min(), add.max());
          case RegisterEdit.UpdateFields update -> FieldsFailures.notMet(update, reason);
        };
    return Failure.builder(
            Reason.CONDITION_FAILED,
            "partition %d of tenant '%s': %s. Nothing was applied"
                .formatted(plan.partition(), plan.tenant().name(), why))
        .partition(plan.partition())
        .field(
            edit instanceof RegisterEdit.UpdateFields update
                ? FieldsFailures.fieldNotMet(update, reason)
                : "")
        .build();
  }

  /** A time to live, of a tenant whose replicas would not agree on the moment. */
  static Failure registersDoNotExpire(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' has model LINEARIZABLE, whose keys do not expire: send the put without a time"
                + " to live, and delete what is no longer wanted. Nothing was applied")
            .formatted(tenant.name()));
  }
}
