package io.quorate.client.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of the topology that an operator asks for. Nodes are named by id or by host:port.
 * Changes add up: a change that comes while another one is under way is planned from where
 * partitions are going. Asking for the same change again is safe.
 */
public sealed interface TopologyChange {

  /** Gives a node its share of the partitions: a spare member, or one that was to leave. */
  static TopologyChange add(String node) {
    return new Add(node);
  }

  /** Gives all partitions of a member to other members; then it leaves the cluster. */
  static TopologyChange remove(String node) {
    return new Remove(node);
  }

  /**
   * Gives all partitions of a member to a spare member; then it leaves the cluster. The member that
   * leaves may be down.
   *
   * @param replacement the spare member
   */
  static TopologyChange replace(String node, String replacement) {
    return new Replace(node, replacement);
  }

  /**
   * Moves a member to another zone or region, and spreads replicas accordingly.
   *
   * @param region null: unchanged
   * @param zone null: unchanged
   */
  static TopologyChange move(String node, @Nullable String region, @Nullable String zone) {
    return new Move(node, region, zone);
  }

  /** Spreads partitions evenly over the members that there are. */
  static TopologyChange rebalance() {
    return new Rebalance();
  }

  /**
   * Changes the replication factor of a tenant. Partitions are moved to it one by one while clients
   * are served; {@link Cluster#cancelTopologyChange} takes the change back.
   */
  static TopologyChange alterReplication(String tenant, int replicationFactor) {
    return alterReplication(tenant, ReplicationFactor.of(replicationFactor));
  }

  /** Changes how many replicas a tenant has, and in which regions, likewise. */
  static TopologyChange alterReplication(String tenant, ReplicationFactor factor) {
    return new AlterReplication(tenant, factor);
  }

  /**
   * Gives up members that are gone for good. Partitions that lost most of their replicas with them
   * go on with the replicas that are left, and reads of these partitions say {@code
   * potentiallyStale} until {@link #acknowledgeLoss}. The change is refused while one of the nodes
   * answers, and where nothing has to be lost.
   *
   * @param acceptDataLoss whether a partition may lose most of its replicas
   */
  static TopologyChange giveUp(List<String> nodes, boolean acceptDataLoss) {
    return new GiveUp(nodes, acceptDataLoss);
  }

  /** Notes that an operator knows what may be lost; reads no longer say so. */
  static TopologyChange acknowledgeLoss() {
    return new AcknowledgeLoss();
  }

  /** See {@link #giveUp}. */
  record GiveUp(List<String> nodes, boolean acceptDataLoss) implements TopologyChange {
    public GiveUp {
      nodes = List.copyOf(nodes);
    }
  }

  /** See {@link #acknowledgeLoss}. */
  record AcknowledgeLoss() implements TopologyChange {}

  /** See {@link #add}. */
  record Add(String node) implements TopologyChange {}

  /** See {@link #remove}. */
  record Remove(String node) implements TopologyChange {}

  /** See {@link #replace}. */
  record Replace(String node, String replacement) implements TopologyChange {}

  /** See {@link #move}. */
  record Move(String node, @Nullable String region, @Nullable String zone)
      implements TopologyChange {}

  /** See {@link #alterReplication}. */
  record AlterReplication(String tenant, ReplicationFactor factor) implements TopologyChange {}

  /** See {@link #rebalance}. */
  record Rebalance() implements TopologyChange {}
}
