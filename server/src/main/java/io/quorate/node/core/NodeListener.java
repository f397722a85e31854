package io.quorate.node.core;

import io.quorate.event.Event;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.storage.StorageFault;
import org.jspecify.annotations.Nullable;

/** Told what a node comes to, on its lane; returns at once. */
public interface NodeListener {
  /**
   * The node belongs to a cluster, and speaks to its other nodes from now on.
   *
   * @param boot how often it has started
   */
  void joined(NodeId node, int boot, ClusterId cluster, Placements placements);

  /** Everything lives there from now on. Told after {@link #joined}. */
  void placementsChanged(Placements placements);

  /**
   * A member has answered, and says where it is in its newest start; the cluster's state need not
   * know that yet. Told before {@link #joined}, too.
   *
   * @param address as the member says it, which need not be one
   */
  default void met(NodeId member, String address, int incarnation) {}

  /** It cannot be part of its cluster, and must stop. */
  void refused(Refusal refusal);

  void readinessChanged(Readiness readiness);

  /**
   * The cluster does not take all that the node announces of itself, and goes on with what it knew
   * of it before.
   */
  default void announcementRefused(String reason) {}

  /** Told a few times a second as long as the lane turns. */
  default void pulse() {}

  /** It waits for other nodes to form a cluster; said every few seconds. */
  default void waiting(String forWhat) {}

  default void leaderChanged(@Nullable NodeId leader, long term) {}

  /** The disk did not take what Raft must not forget; it is tried again. */
  default void metadataNotSaved(StorageFault fault) {}

  /**
   * This node cannot follow what the metadata group decides, and goes on as if it were cut off from
   * it.
   *
   * @param cause null if nothing was thrown
   */
  default void metadataStuck(String why, @Nullable Throwable cause) {}

  /** Another node cannot follow the metadata group, which this one leads. */
  default void metadataStuckOn(NodeId member, String why) {}

  /** Another node said something about the cluster that cannot be read. */
  default void malformed(NodeId from, String why) {}

  /** Something happened, for meters, logs and tests. */
  default void happened(Event event) {}
}
