package io.quorate.sim.fault;

import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.kernel.SimRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Nodes refuse what hints bring, for a while.
 *
 * @param everyMillis between two such nodes, on average
 */
record Refusal(int everyMillis) implements Fault {
  static Fault draw(SimRandom random) {
    return new Refusal(random.pick(List.of(200, 1_000)));
  }

  @Override
  public void begin(Reach reach) {
    Set<NodeId> refusing = new HashSet<>(); // only looked up
    reach
        .network()
        .addRule(
            ReplicaMessage.class,
            sent ->
                sent.message() instanceof Write write
                        && write.cause() == Cause.HINT
                        && refusing.contains(sent.to())
                        && !reach.isOver()
                    ? refusable(write)
                    : sent.message());
    reach.every(
        everyMillis,
        () -> {
          List<NodeId> nodes = reach.ids();
          if (!nodes.isEmpty()) {
            NodeId node = reach.random().pick(nodes);
            reach.struck();
            refusing.add(node);
            reach.later(reach.aboutMillis(3_000), () -> refusing.remove(node));
          }
        });
  }

  /** Names a partition that no node has. */
  private static Write refusable(Write write) {
    return new Write(
        write.id(),
        SimCluster.PARTITIONS + write.partition(),
        write.epoch(),
        write.key(),
        write.record(),
        write.cause(),
        write.timeoutMillis());
  }
}
