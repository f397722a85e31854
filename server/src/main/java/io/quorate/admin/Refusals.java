package io.quorate.admin;

import io.quorate.cluster.RefusalKind;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Code;
import io.quorate.replication.api.Failure.Reason;
import org.jspecify.annotations.Nullable;

/** Turns failures of commands into what their callers are told. */
public final class Refusals {
  private Refusals() {}

  /**
   * Null if the command was accepted.
   *
   * @param admin tells whether it is the cluster that refused it, once and for all attempts
   */
  public static @Nullable Failure of(
      CommandOutcome outcome, RequestTerms terms, ClusterAdmin admin) {
    Failure failure = of(outcome);
    return failure != null
            && outcome instanceof Rejected
            && admin.decided(terms.key(), terms.content()) != null
        ? failure.asDecided()
        : failure;
  }

  static Failure invalid(String why) {
    return Failure.refused(Reason.INVALID, why);
  }

  /** What this node refuses by itself. */
  public static Rejected rejected(IllegalArgumentException refused) {
    return new Rejected(
        refused instanceof FailedPreconditionException unmet ? unmet.kind() : RefusalKind.INVALID,
        String.valueOf(refused.getMessage()));
  }

  public static Failure of(RefusalKind kind, String why) {
    return switch (kind) {
      case INVALID -> Failure.refused(Reason.INVALID, why);
      case UNKNOWN_TENANT -> Failure.refused(Reason.UNKNOWN_TENANT, why);
      case FAILED_PRECONDITION -> unmet(Code.NONE, why);
      case NO_HISTORY -> unmet(Code.NO_HISTORY, why);
      case BEFORE_HISTORY -> unmet(Code.BEFORE_HISTORY, why);
      case OTHER_CUT -> unmet(Code.OTHER_CUT, why);
    };
  }

  private static Failure unmet(Code code, String why) {
    return Failure.refused(Reason.FAILED_PRECONDITION, why).coded(code);
  }

  /** Null if the command was accepted. */
  public static @Nullable Failure of(CommandOutcome outcome) {
    return switch (outcome) {
      case CommandOutcome.Accepted accepted -> null;
      case Rejected(RefusalKind kind, String reason) -> of(kind, reason);
      case CommandOutcome.Unavailable(String reason) -> Failure.refused(Reason.UNAVAILABLE, reason);
      case CommandOutcome.Unknown(String reason) ->
          Failure.builder(Reason.OUTCOME_UNKNOWN, reason).mayHaveApplied(true).build();
    };
  }
}
