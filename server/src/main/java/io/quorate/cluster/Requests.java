package io.quorate.cluster;

import io.quorate.cluster.Command.AcknowledgeLoss;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.ChangeAccess;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.DropJoinToken;
import io.quorate.cluster.Command.DropTenant;
import io.quorate.cluster.Command.FinishRestore;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.GiveUpRestore;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.TruncateTenant;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.model.NodeId;
import io.quorate.placement.Tenant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What operators may request, on what condition, and by what id a change of theirs is known. */
final class Requests {
  /** From this version on, writes do not wait for a change that moves nothing. */
  private static final int UNBLOCKED_FROM_VERSION = 2;

  private Requests() {}

  /** Whether an operator may ask for it. */
  static boolean mayAskFor(Command change) {
    return change instanceof AddNode
        || change instanceof RemoveNode
        || change instanceof GiveUpNodes
        || change instanceof GiveUpRestore
        || change instanceof AcknowledgeLoss
        || change instanceof ReplaceNode
        || change instanceof MoveNode
        || change instanceof Rebalance
        || change instanceof AlterTenant
        || change instanceof BeginCut
        || change instanceof BeginPastCut
        || change instanceof CancelChange
        || change instanceof LimitChange
        || change instanceof RaiseClusterVersion
        || change instanceof ChangeAccess
        || change instanceof DropJoinToken
        || change instanceof DropTenant
        || change instanceof TruncateTenant;
  }

  /** What an operator saw must not have been changed by another, if the operator says so. */
  static Decision decide(ClusterState state, Requested requested, long index) {
    long expected = requested.expectedStateVersion();
    long id = state.change().id();
    if (expected != 0 && id > expected) {
      return new Rejected(
          ("the topology was changed meanwhile: change %d was accepted after state version %d of"
                  + " the cluster, which this request expects. Look at what is planned now, and ask"
                  + " again")
              .formatted(id, expected));
    }
    if (expected >= index) {
      return new Rejected(
          ("this request expects state version %d of the cluster, which there has not been yet: was"
                  + " it told by another cluster?")
              .formatted(expected));
    }
    return limited(state.apply(requested.change(), index), requested.limits(), index);
  }

  /**
   * Sets the limits that come with a change, if it is accepted. That writes wait is said of this
   * change: where it moves nothing, that would stay for the next one.
   */
  private static Decision limited(Decision decision, @Nullable LimitChange limits, long index) {
    if (limits == null
        || !(decision instanceof Accepted(ClusterState next, List<String> warnings))) {
      return decision;
    }
    Change.Limits set = limits.applyTo(next.change().limits());
    boolean blocksNothing =
        Boolean.TRUE.equals(limits.blocksWrites())
            && next.clusterVersion() >= UNBLOCKED_FROM_VERSION
            && !Moves.isMoving(next);
    Change change = next.change().with(blocksNothing ? set.withoutBlocking() : set);
    return new Accepted(next.with(change, index), warnings);
  }

  /**
   * Gives a change of the topology its id: what is planned before it, and what after it, may
   * differ. Steps of partitions, and most of what nodes report, are no changes in this sense: they
   * only carry out what was accepted before.
   */
  static Decision numbered(ClusterState before, Command command, Decision decision, long index) {
    return decision instanceof Accepted(ClusterState next, List<String> warnings)
            && next.stateVersion() == index
            && isChange(command, before, next)
        ? new Accepted(next.with(next.change().accepted(index), index), warnings)
        : decision;
  }

  private static boolean isChange(Command command, ClusterState before, ClusterState next) {
    return switch (command) {
      case AddNode add -> true;
      case RemoveNode remove -> true;
      case GiveUpNodes giveUp -> true;
      case ReplaceNode replace -> true;
      case MoveNode move -> true;
      case Rebalance rebalance -> true;
      case CancelChange cancel -> true;
      case Join join -> !join.spare();
      case NodeReplaced replaced -> true;
      case NodeStarted started -> weight(before, started.id()) != weight(next, started.id());
      case AlterTenant alter -> isGoalAltered(before.tenants(), next.tenants());
      case FinishRestore finish -> isGoalAltered(before.tenants(), next.tenants());
      case CreateTenant create -> next.change().wishedAt() != before.change().wishedAt();
      default -> false;
    };
  }

  private static double weight(ClusterState state, NodeId node) {
    Member member = state.members().get(node);
    return member == null ? 0 : member.weight();
  }

  private static boolean isGoalAltered(
      SortedMap<String, Tenant> before, SortedMap<String, Tenant> next) {
    return next.values().stream()
        .anyMatch(
            tenant -> {
              Tenant was = before.get(tenant.name());
              return was != null && !was.replication().goal().equals(tenant.replication().goal());
            });
  }
}
