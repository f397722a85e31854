package io.quorate.metadata;

import io.quorate.cluster.RefusalKind;
import java.util.ArrayList;
import java.util.List;

/** Tells the proposer of a command what became of it. */
public sealed interface CommandOutcome {

  /** The cluster decided; every node decides the same. */
  sealed interface Decided extends CommandOutcome {}

  /**
   * It is part of the cluster's state, which has been published here.
   *
   * @param warnings what an operator should know of what was asked for, as sentences
   * @param changeId of the change of the topology that was the last then, this one if it is one; 0
   *     if there was none
   */
  record Accepted(List<String> warnings, long changeId) implements Decided {
    public Accepted {
      warnings = List.copyOf(warnings);
    }

    /** Returns this outcome with one more warning. */
    public Accepted withWarning(String warning) {
      List<String> all = new ArrayList<>(warnings);
      all.add(warning);
      return new Accepted(all, changeId);
    }
  }

  /** It changed nothing, and the reason says why. */
  record Rejected(RefusalKind kind, String reason) implements Decided {}

  /** It was never sent, so it will never take effect. */
  record Unavailable(String reason) implements CommandOutcome {}

  /** It was sent, and nothing was heard of it in time: it may have taken effect, or may yet. */
  record Unknown(String reason) implements CommandOutcome {}
}
