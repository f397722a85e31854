package io.quorate.metadata;

import io.quorate.model.NodeId;
import io.quorate.runtime.Network;

/** Sends messages to other nodes of the group, written at the version that all of them read. */
final class MetadataSender {
  private final Network<byte[]> network;
  private final AppliedState applied;

  MetadataSender(Network<byte[]> network, AppliedState applied) {
    this.network = network;
    this.applied = applied;
  }

  void send(NodeId to, MetadataMessage message) {
    network.send(to, message.encode(applied.writesAt()));
  }

  boolean isConnected(NodeId node) {
    return network.isConnected(node);
  }
}
