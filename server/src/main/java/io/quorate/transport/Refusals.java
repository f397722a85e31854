package io.quorate.transport;

import io.quorate.metadata.CommandOutcome;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns failures of commands into what their callers are told. */
final class Refusals {
  private Refusals() {}

  static Failure invalid(String why) {
    return Failure.refused(Reason.INVALID, why);
  }

  /** Null if the command was accepted. */
  static @Nullable Failure of(CommandOutcome outcome) {
    return switch (outcome) {
      case CommandOutcome.Accepted accepted -> null;
      case CommandOutcome.Rejected(String reason) -> invalid(reason);
      case CommandOutcome.Unavailable(String reason) -> Failure.refused(Reason.UNAVAILABLE, reason);
      case CommandOutcome.Unknown(String reason) ->
          new Failure(Reason.OUTCOME_UNKNOWN, reason, true, 0, Failure.NO_PARTITION, 0, List.of());
    };
  }
}
