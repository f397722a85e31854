package io.quorate.transport;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.NodeId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link ClusterService} needs to know and to be able to do. All calls are made on the
 * lane, and callbacks run on it.
 */
public interface ClusterAdmin {
  /** This node. */
  NodeId self();

  /** The cluster as this node knows it; null until the node has joined one. */
  @Nullable ClusterState state();

  /** The metadata group as this node sees it; null until the node has joined a cluster. */
  @Nullable MetadataStatus metadata();

  /** What this node thinks of a member, itself included. */
  Seen seen(NodeId node);

  /**
   * Asks the cluster for a change.
   *
   * @param deadlineNanos when whoever asked gives up, on the clock's {@code nanos()}
   */
  void propose(Command command, long deadlineNanos, Consumer<CommandOutcome> callback);

  /**
   * How a member looks from here.
   *
   * @param live whether it answers
   * @param writable whether it takes writes
   * @param silentMillis since it was last heard; 0 for this node, and if it never was
   */
  record Seen(boolean live, boolean writable, long silentMillis) {}
}
