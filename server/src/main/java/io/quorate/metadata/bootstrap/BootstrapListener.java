package io.quorate.metadata.bootstrap;

import io.quorate.event.Event;
import io.quorate.model.NodeId;

/** Told how the bootstrap of a node goes, on its lane. Ends with one of the first two. */
public interface BootstrapListener {
  /** This node belongs to a cluster: its metadata group can start. */
  void joined(Joined joined);

  /** It cannot belong to one, and must stop. */
  void refused(Refusal refusal);

  /**
   * A member of this node's cluster has answered, and says where it is in its newest start. The
   * cluster's state need not know that yet. Told before {@link #joined}, too.
   *
   * @param address as the member says it, which need not be one
   */
  default void met(NodeId member, String address, int incarnation) {}

  /** Something happened on the way. */
  default void happened(Event event) {}

  /** Nothing is wrong yet; said every few seconds. */
  void waiting(String forWhat);
}
