package io.quorate.cluster;

import java.util.List;

/** What became of a command. The same on every node that folds it into the same state. */
public sealed interface Decision {

  /**
   * It was folded in.
   *
   * @param next the state from here on; the state before, if the command asked for what already is
   * @param warnings what an operator should know of what was asked for, as sentences
   */
  record Accepted(ClusterState next, List<String> warnings) implements Decision {
    public Accepted {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * It changed nothing.
   *
   * @param reason a sentence for the proposer: what is wrong, and what is allowed
   */
  record Rejected(RefusalKind kind, String reason) implements Decision {
    /** One that the state of the cluster does not allow now. */
    Rejected(String reason) {
      this(RefusalKind.FAILED_PRECONDITION, reason);
    }
  }
}
