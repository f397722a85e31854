package io.quorate.raft;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/** What became of a proposal when it was made. */
public sealed interface Proposal {

  /**
   * It is in the leader's log. It is done when an entry of this id is in {@link Ready#committed()};
   * it is lost when an entry of this index and another term is; the outcome is unknown here when a
   * snapshot that covers the index is restored first, and it may still come when the node steps
   * down.
   */
  record Accepted(EntryId id) implements Proposal {}

  /** Nothing was done: ask the leader, if one is known. */
  record NotLeader(@Nullable NodeId leader) implements Proposal {}

  /** Nothing was done, and why. */
  record Refused(Reason reason, String why) implements Proposal {}

  /** What to make of a refusal. */
  enum Reason {
    /** It can never be accepted as it is. */
    INVALID,
    /** Too much is waiting to be committed: later. */
    OVERLOADED,
    /** Leadership is being handed over: later, and perhaps elsewhere. */
    TRANSFERRING,
    /** Another membership change, or the leader's first entry, is not committed yet: later. */
    CHANGE_PENDING
  }
}
