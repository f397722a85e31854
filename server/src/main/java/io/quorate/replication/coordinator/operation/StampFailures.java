package io.quorate.replication.coordinator.operation;

import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.version.Hlc;
import io.quorate.version.Register;
import io.quorate.version.Version;

/**
 * The failures of writes for the time of their version, and what is not believed of such a time.
 */
public final class StampFailures {
  /** Why a write could not be stamped above what a replica holds. */
  public static final String NO_TIME_LEFT =
      "a replica holds a record stamped at the end of time, above which there is no other; see"
          + " 'quorate doctor'";

  private StampFailures() {}

  /** Above what the key has there is no stamp. */
  public static Failure noTimeLeft(Plan plan) {
    return Failures.notServing(plan.partition(), "nothing was applied: " + NO_TIME_LEFT);
  }

  /** Why a replica is not believed that it holds a record. */
  public static String farAhead(Version told) {
    return "it holds a record stamped at " + Hlc.toString(told.hlc()) + ", far ahead of all clocks";
  }

  /** Nothing with this stamp was applied, nor will be. */
  public static Failure stampTooLow(Plan plan, long above) {
    return Failure.builder(
            Reason.STAMP_TOO_LOW,
            ("partition %d of tenant '%s': the stamp of the write is not above %s, which the key"
                    + " has or will not go below. Nothing was applied; send it again with a stamp"
                    + " above that")
                .formatted(plan.partition(), plan.tenant().name(), Hlc.toString(above)))
        .partition(plan.partition())
        .aboveHlc(above)
        .build();
  }

  /**
   * Whether an earlier attempt was applied will not be known: the client is told once and for all.
   */
  public static Failure stampForgotten(Plan plan, long stamp) {
    return Failure.builder(
            Reason.OUTCOME_UNKNOWN,
            ("partition %d of tenant '%s': an earlier attempt at the write stamped %s may have been"
                    + " applied and overwritten, and replicas no longer know: they forget what was"
                    + " overwritten after %s%s. Read the key to see what it has")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    Hlc.toString(stamp),
                    plan.tenant().writesOnce()
                        ? "limits.remember_writes"
                        : plan.tenant().isLinearizable()
                            ? "%d changes, or a purge".formatted(Register.CHANGES_MAX)
                            : "a purge",
                    plan.tenant().isLinearizable()
                        ? ""
                        : ", and take no write with a stamp of before the last exact backup, of"
                            + " whichever tenant"))
        .mayHaveApplied(true)
        .partition(plan.partition())
        .decided(true)
        .build();
  }
}
