package io.quorate.migration;

import io.quorate.model.NodeId;

/**
 * A node that a change of the topology waits for.
 *
 * @param partitions how many of those that move; 0 where it is a removal that waits
 * @param nanos for how long the one that has waited longest; counted again by a new leader
 */
public record Awaited(NodeId node, Task task, int partitions, long nanos) {

  /** What it is to do. */
  public enum Task {
    /** Be heard, so that partitions begin to move: without it none of their moves could end. */
    BEGIN,
    /** Take note of a step: the barrier behind it. */
    BARRIER,
    /** Come to hold what its partition's new replicas must hold. */
    COPY,
    /** Bring others what they lack, before it forgets it. */
    HAND_OVER,
    /** Vote, until others can decide without it: until then it does not leave. */
    VOTE
  }
}
