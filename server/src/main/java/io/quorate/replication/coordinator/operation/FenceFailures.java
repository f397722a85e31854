package io.quorate.replication.coordinator.operation;

import io.quorate.model.Quoted;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;

/** The failures of requests under the token of a lock that is stale, or not known. */
public final class FenceFailures {
  /** Why it is not known whether a token is that of a lock. */
  public static final String LOCKS_SILENT =
      "the leader of the locks did not say in time whether the token is that of a lock that is"
          + " held";

  private FenceFailures() {}

  /** A later holder of the lock was at the key, or the token is not held any more. */
  public static Failure fenced(Plan plan, long token, long fence) {
    return Failure.builder(
            Reason.FENCED,
            ("partition %d of tenant '%s': token %s is stale: %s. Nothing was applied. Stop, and"
                    + " acquire the lock again")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    Long.toUnsignedString(token),
                    why(fence)))
        .partition(plan.partition())
        .fence(fence)
        .build();
  }

  /** Of a write that may lie at some replicas: not at enough of them, and not acknowledged. */
  public static Failure fencedWrite(Plan plan, long token, long fence) {
    return Failure.builder(
            Reason.FENCED,
            ("partition %d of tenant '%s': token %s is stale: %s. The write was not acknowledged,"
                 + " and is gone once the key is written or read under the later token. Stop, and"
                 + " acquire the lock again")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    Long.toUnsignedString(token),
                    why(fence)))
        .mayHaveApplied(true)
        .partition(plan.partition())
        .fence(fence)
        .build();
  }

  private static String why(long fence) {
    return fence == 0
        ? "no lock is held under it any more"
        : "the key was written or read under token " + Long.toUnsignedString(fence);
  }

  /** Nothing is known of a token that a key has to be told of. */
  public static Failure tokenNotKnown(Plan plan, String why) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            "partition %d of tenant '%s': %s. Nothing was applied; try again"
                .formatted(plan.partition(), plan.tenant().name(), why))
        .retryAfterMillis(Failures.RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .build();
  }

  /** Says who holds a lock. */
  static String heldBy(HeldTokens.IsHeld held) {
    return "Lock %s is held by %s".formatted(Quoted.of(held.lock()), Quoted.of(held.owner()));
  }
}
