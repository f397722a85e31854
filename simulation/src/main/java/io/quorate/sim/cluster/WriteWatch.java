package io.quorate.sim.cluster;

import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.RelayWrite;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimRule.Sent;
import java.util.List;

/**
 * Tells the checks of a node to which others it sends what clients write: they wait for what these
 * answer.
 */
final class WriteWatch {
  private final List<SimNode> nodes;

  /**
   * @param nodes of the cluster, also those that are not there yet
   */
  WriteWatch(List<SimNode> nodes) {
    this.nodes = nodes;
  }

  void watch(SimNetwork network) {
    network.addRule(Write.class, this::onWrite);
    network.addRule(RelayWrite.class, this::onRelayWrite);
  }

  private Write onWrite(Sent<Write> sent) {
    writes(sent.from(), List.of(sent.to()), sent.message());
    return sent.message();
  }

  /** It goes to those that another node is to pass it on to, too. */
  private RelayWrite onRelayWrite(Sent<RelayWrite> sent) {
    writes(sent.from(), List.of(sent.to()), sent.message().write());
    writes(sent.from(), sent.message().to(), sent.message().write());
    return sent.message();
  }

  private void writes(NodeId from, List<NodeId> to, Write write) {
    if (write.cause() == Cause.FRESH) {
      nodes.stream()
          .filter(node -> from.equals(node.id()))
          .forEach(node -> to.forEach(node.checks()::writesTo));
    }
  }
}
