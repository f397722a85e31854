package io.quorate.admin;

import io.quorate.cluster.RefusalKind;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import java.util.List;
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
        refused instanceof FailedPreconditionException
            ? RefusalKind.FAILED_PRECONDITION
            : RefusalKind.INVALID,
        String.valueOf(refused.getMessage()));
  }

  public static Failure of(RefusalKind kind, String why) {
    return Failure.refused(
        switch (kind) {
          case INVALID -> Reason.INVALID;
          case UNKNOWN_TENANT -> Reason.UNKNOWN_TENANT;
          case FAILED_PRECONDITION -> Reason.FAILED_PRECONDITION;
        },
        why);
  }

  /** Null if the command was accepted. */
  public static @Nullable Failure of(CommandOutcome outcome) {
    return switch (outcome) {
      case CommandOutcome.Accepted accepted -> null;
      case Rejected(RefusalKind kind, String reason) -> of(kind, reason);
      case CommandOutcome.Unavailable(String reason) -> Failure.refused(Reason.UNAVAILABLE, reason);
      case CommandOutcome.Unknown(String reason) ->
          new Failure(Reason.OUTCOME_UNKNOWN, reason, true, 0, Failure.NO_PARTITION, 0, List.of());
    };
  }
}
