package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.storage.StorageFault;
import org.jspecify.annotations.Nullable;

/** Told what the metadata group comes to, on its lane; returns at once. */
public interface MetadataListener {
  /**
   * The cluster is in this state. It is durable here: a restart begins with it or a later one, so
   * no epoch that was acted upon is ever forgotten.
   */
  void published(ClusterState state);

  /** Another node leads, or none that is known. */
  default void leaderChanged(@Nullable NodeId leader, long term) {}

  /**
   * A node has found something, and this one leads, as far as it knows; opaque here.
   *
   * @throws IllegalArgumentException if it cannot be read; says why
   */
  default void reported(NodeId from, byte[] content) {}

  /** The cluster does not accept this start of the node, which must stop. */
  void startRejected(String reason);

  /**
   * The cluster has accepted this start, and does not take what the node announces of itself
   * besides, such as its name. It goes on with what it knew.
   */
  default void announcementRefused(String reason) {}

  /**
   * The metadata group went on, after the loss of its majority, from a log that lacks what this
   * node has acted upon: it must stop.
   */
  void abandoned(String reason);

  /** Something happened in the group or in its Raft, for meters, logs and tests. */
  default void happened(Event event) {}

  /** The disk did not take what Raft must not forget. It is tried again. */
  default void storeFailed(StorageFault fault) {}

  /**
   * This node cannot read, or not fold in, what the group has decided. What it has published stays
   * as it is, as if the node were cut off from the group, until a version that can read it is
   * started.
   *
   * @param why a sentence that says what cannot be read, and what to do
   * @param cause null if nothing was thrown
   */
  default void stuck(String why, @Nullable Throwable cause) {}

  /** Another member says that it is stuck, and this node leads, as far as it knows. */
  default void stuck(NodeId member, String why) {}

  /** A message could not be read, and was dropped. */
  default void malformed(NodeId from, String why) {}
}
