package io.quorate.sim.kernel;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * The hand of a schedule in the network: sees each message before it is carried. For directed
 * schedules, and for mutants that lie about an answer.
 */
@FunctionalInterface
public interface SimRule<M> {
  /** The message to carry, this one or another; null takes it off the network. */
  @Nullable M onSend(Sent<M> sent);

  /** Called when a message, as it was carried, has arrived at a node that runs. */
  default void onArrival(NodeId from, NodeId to, M message) {}

  /** A message that one node has sent to another. */
  interface Sent<M> {
    NodeId from();

    NodeId to();

    M message();

    /** Carries the message, as its sender made it, once more as if another node had sent it. */
    void alsoFrom(NodeId other);

    /** Carries an answer to this message's sender as if another node had sent it. */
    void answerAs(NodeId other, M answer);

    /** Carries a message that was taken off the network after all, past all rules. */
    void release();
  }
}
