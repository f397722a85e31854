package io.quorate.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the topology shall become. Nodes are named by id or by host:port. Wishes add up: each one is
 * planned from where partitions go to, whatever is under way; and each may be said again.
 */
public sealed interface TopologyWish {

  /** A member without partitions, or one that was to leave, shall have its share. */
  static TopologyWish add(String node) {
    return new Add(node);
  }

  /** A member shall give its partitions to others, and leave. */
  static TopologyWish remove(String node) {
    return new Remove(node);
  }

  /**
   * A spare member shall have what another has, which leaves; the one that leaves may be down.
   *
   * @param by the spare one
   */
  static TopologyWish replace(String node, String by) {
    return new Replace(node, by);
  }

  /**
   * A member stands elsewhere from now on; replicas are spread by where nodes stand.
   *
   * @param region null: as it is
   * @param zone null: as it is
   */
  static TopologyWish move(String node, @Nullable String region, @Nullable String zone) {
    return new Move(node, region, zone);
  }

  /** Partitions shall be spread anew over the members as they are. */
  static TopologyWish rebalance() {
    return new Rebalance();
  }

  /**
   * A tenant shall have another replication factor. Partitions come to it one by one, while clients
   * go on; {@code cancelChange} takes it back.
   */
  static TopologyWish alterReplication(String tenant, int replicationFactor) {
    return new AlterReplication(tenant, replicationFactor);
  }

  /**
   * Members are gone for good, and leave at once as far as can be: partitions that lost most of
   * their replicas with them go on with what is left, and reads of these say {@code
   * potentiallyStale} until that is acknowledged. Refused if a node answers, and where nothing need
   * be lost.
   *
   * @param acceptDataLoss even where a partition loses most of its replicas
   */
  static TopologyWish giveUp(List<String> nodes, boolean acceptDataLoss) {
    return new GiveUp(nodes, acceptDataLoss);
  }

  /** It is noted what may be lost; reads need not say so any more. */
  static TopologyWish acknowledgeLoss() {
    return new AcknowledgeLoss();
  }

  /** See {@link #giveUp}. */
  record GiveUp(List<String> nodes, boolean acceptDataLoss) implements TopologyWish {
    public GiveUp {
      nodes = List.copyOf(nodes);
    }
  }

  /** See {@link #acknowledgeLoss}. */
  record AcknowledgeLoss() implements TopologyWish {}

  /** See {@link #add}. */
  record Add(String node) implements TopologyWish {}

  /** See {@link #remove}. */
  record Remove(String node) implements TopologyWish {}

  /** See {@link #replace}. */
  record Replace(String node, String by) implements TopologyWish {}

  /** See {@link #move}. */
  record Move(String node, @Nullable String region, @Nullable String zone)
      implements TopologyWish {}

  /** See {@link #alterReplication}. */
  record AlterReplication(String tenant, int replicationFactor) implements TopologyWish {}

  /** See {@link #rebalance}. */
  record Rebalance() implements TopologyWish {}
}
