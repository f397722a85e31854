package io.quorate.raft;

import io.quorate.model.NodeId;

/** One step of a membership; at most one voter comes or goes in each (4.1). */
public sealed interface MembershipChange {
  NodeId node();

  /** A node that is no member becomes a learner. */
  record AddLearner(NodeId node) implements MembershipChange {}

  /** A learner that has caught up becomes a voter. */
  record Promote(NodeId node) implements MembershipChange {}

  /** A voter becomes a learner. */
  record Demote(NodeId node) implements MembershipChange {}

  /** A voter or learner leaves; a leader may remove itself, and steps down once that is done. */
  record Remove(NodeId node) implements MembershipChange {}
}
