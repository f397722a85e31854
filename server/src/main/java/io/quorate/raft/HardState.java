package io.quorate.raft;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What must be durable before any answer that rests on it.
 *
 * @param term latest term this node has seen
 * @param votedFor the candidate it voted for in that term; null if none
 */
public record HardState(long term, @Nullable NodeId votedFor) {
  /** Of a node that never took part. */
  public static final HardState INITIAL = new HardState(0, null);
}
