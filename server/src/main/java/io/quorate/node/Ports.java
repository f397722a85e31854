package io.quorate.node;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.node.config.NodeConfig;

/**
 * What each of the two ports of a node serves that has one for clients and one for other nodes.
 *
 * <p>Each port serves its own. Until the cluster knows of both addresses, others use the one that
 * they know for everything, and so that port serves everything: after the first start with a port
 * for nodes, until that start has been announced; and in a cluster of version 1, which knows one
 * address of each node, until its upgrade is finalized. A node that is no member yet has told no
 * one another address than that of its port for nodes.
 */
final class Ports {
  private final String peerAddress;
  private final String clientAddress;

  /** Written on the lane, read on the loops. */
  private volatile boolean nodesAtClientPort;

  private volatile boolean clientsAtPeerPort;

  Ports(NodeConfig.Node config) {
    this.peerAddress = config.peerAddress().toString();
    this.clientAddress = config.address().toString();
  }

  /** Takes in what the cluster knows of this node. */
  void follow(ClusterState state, NodeId self) {
    Member known = state.members().get(self);
    boolean nodesKnow = known == null || known.address().equals(peerAddress);
    nodesAtClientPort = !nodesKnow;
    clientsAtPeerPort =
        known != null && nodesKnow && !known.addressForClients().equals(clientAddress);
  }

  /** Whether the port for clients serves other nodes, too. */
  boolean servesNodesAtClientPort() {
    return nodesAtClientPort;
  }

  /** Whether the port for other nodes serves clients, too. */
  boolean servesClientsAtPeerPort() {
    return clientsAtPeerPort;
  }
}
