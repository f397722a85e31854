package io.quorate.sim.cluster;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Barrier;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Rollout;
import java.util.List;

/**
 * An operator that has nodes with empty disks readmitted. It asks any node that is up, until the
 * request has worked: an answer may be lost, or the leader.
 */
public final class SimOperator {
  private static final long TIMEOUT_NANOS = 1_000_000_000L;

  private final SimWorld world;
  private final List<SimNode> nodes;
  private final Windows windows;
  private final SimRandom random;
  private final Rollout rollout;

  SimOperator(SimWorld world, List<SimNode> nodes, Windows windows, Rollout rollout) {
    this.world = world;
    this.nodes = nodes;
    this.windows = windows;
    this.rollout = rollout;
    this.random = world.random("operator");
  }

  /** Goes on until the node has taken its old place, or has its disk back. */
  public void readmit(SimNode node) {
    if (!node.hasLostDisk()) {
      return;
    }
    any()
        .onMetadata(
            (group, nowNanos) -> {
              for (Member member : group.state().members().values()) {
                if (member.address().equals(node.address())) {
                  if (member.state() != Member.State.ACTIVE) {
                    windows.enter("readmission asked for again");
                  }
                  group.propose(
                      new Readmit(member.id(), false),
                      nowNanos + TIMEOUT_NANOS,
                      outcome -> onOutcome(group.state(), member.id(), outcome));
                }
              }
            });
    world.schedule(random.between(50_000_000, 800_000_000), "operator", () -> readmit(node));
  }

  /** Asks once for the version that the later release works at, whatever the nodes run. */
  public void raiseClusterVersion() {
    rollout.asked();
    any()
        .onMetadata(
            (group, nowNanos) ->
                group.propose(
                    new RaiseClusterVersion(Releases.THIS.newest()),
                    nowNanos + TIMEOUT_NANOS,
                    outcome ->
                        windows.enter("upgrade: finalize " + outcome.getClass().getSimpleName())));
  }

  /** Returns a node that is up and has a cluster; any node if there is none. */
  SimNode any() {
    return any(random);
  }

  /** The same, drawn by another operator. */
  public SimNode any(SimRandom drawn) {
    return any(nodes, drawn);
  }

  private SimNode any(List<SimNode> among) {
    return any(among, random);
  }

  private static SimNode any(List<SimNode> among, SimRandom drawn) {
    List<SimNode> members =
        among.stream().filter(node -> node.isUp() && node.cluster() != null).toList();
    return drawn.pick(members.isEmpty() ? among : members);
  }

  /** Goes on asking until all nodes know a tenant of this name. */
  public void create(CreateTenant create) {
    create(create, nodes);
  }

  /** Goes on asking some nodes until all of these know a tenant of this name. */
  public void create(CreateTenant create, List<SimNode> among) {
    if (isKnown(create.name(), among)) {
      return;
    }
    propose(create, among);
    world.schedule(
        random.between(50_000_000, 800_000_000), "operator", () -> create(create, among));
  }

  /** Whether all nodes know a tenant of this name. */
  public boolean isKnown(String tenant) {
    return isKnown(tenant, nodes);
  }

  /** Whether all of some nodes know a tenant of this name. */
  public boolean isKnown(String tenant, List<SimNode> among) {
    return among.stream()
        .filter(SimNode::isPresent)
        .map(SimNode::placements)
        .allMatch(placements -> placements != null && placements.tenant(tenant) != null);
  }

  /** Goes on asking until a tenant has other replicas, in all partitions, as all nodes know. */
  public void alter(AlterTenant alter) {
    if (isAltered(alter)) {
      return;
    }
    propose(alter, nodes);
    world.schedule(random.between(500_000_000, 1_500_000_000), "operator", () -> alter(alter));
  }

  /** Whether all nodes know that a tenant has the replicas asked for. */
  public boolean isAltered(AlterTenant alter) {
    return nodes.stream()
        .filter(SimNode::isPresent)
        .map(SimNode::placements)
        .map(placements -> placements == null ? null : placements.tenant(alter.name()))
        .allMatch(
            tenant ->
                tenant != null
                    && !tenant.replication().isAltered()
                    && tenant.replication().goal().equals(alter.replicationFactor()));
  }

  private void propose(Command command, List<SimNode> among) {
    any(among)
        .onMetadata(
            (group, nowNanos) -> group.propose(command, nowNanos + TIMEOUT_NANOS, outcome -> {}));
  }

  /**
   * Does as the refusal of a node that is to leave says: where its removal waits for it, it is to
   * stay, and is readmitted. Not where the other replicas have a majority: a move that does not do
   * without the node there is a bug, and is to be seen.
   */
  private void onOutcome(ClusterState known, NodeId node, CommandOutcome outcome) {
    windows.enter("readmission: " + outcome.getClass().getSimpleName());
    Member member = known.members().get(node);
    if (outcome instanceof CommandOutcome.Rejected
        && member != null
        && member.state() == Member.State.LEAVING
        && known.partitions().stream().anyMatch(each -> isNeeded(known, each, node))) {
      windows.enter("readmission: removal called off that waits for the lost disk");
      propose(new AddNode(node), nodes);
    }
  }

  private static boolean isNeeded(ClusterState known, PartitionPlacement partition, NodeId node) {
    Move move = partition.move();
    boolean turnsBackAtOnce = move == null || move.step() == Move.Step.DUAL_WRITE;
    for (Factor factor : partition.factors(known.replications(), known.regions())) {
      if (isNeeded(partition, factor, partition.ofList(factor), node)
          || (!turnsBackAtOnce && isNeeded(partition, factor, partition.ofOther(factor), node))) {
        return true;
      }
    }
    return false;
  }

  /** Of all replicas, or of those in its region, which change as it leaves. */
  private static boolean isNeeded(
      PartitionPlacement partition, Factor factor, List<NodeId> replicas, NodeId node) {
    return isNeeded(partition, replicas, node)
        || (factor.isByRegion()
            && factor.regions().divide(replicas).values().stream()
                .anyMatch(here -> isNeededThere(partition, here, node)));
  }

  /** Replicas of a region that were given up, and are filled elsewhere, count no more there. */
  private static boolean isNeededThere(
      PartitionPlacement partition, List<NodeId> here, NodeId node) {
    List<NodeId> full = partition.serving(here);
    return full.contains(node) && full.size() - 1 < Barrier.majorityLeft(here, full);
  }

  private static boolean isNeeded(
      PartitionPlacement partition, List<NodeId> replicas, NodeId node) {
    long others = partition.serving(replicas).stream().filter(each -> !each.equals(node)).count();
    return replicas.contains(node) && others < Level.QUORUM.required(replicas.size());
  }
}
