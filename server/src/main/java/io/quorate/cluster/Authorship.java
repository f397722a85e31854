package io.quorate.cluster;

import io.quorate.cluster.Command.AcknowledgeLoss;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.ChangeAccess;
import io.quorate.cluster.Command.CloseCut;
import io.quorate.cluster.Command.CloseForRestore;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.CreateJoinToken;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.DropJoinToken;
import io.quorate.cluster.Command.DropTenant;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.FinishRestore;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.GiveUpRestore;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.KeepLocks;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.RearmCut;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.SealCut;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Command.TakeForRestore;
import io.quorate.cluster.Command.TruncateTenant;
import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Which node may propose which command. Three kinds of command differ in that. What a node says of
 * itself, only that node may say. What follows from the reports of all nodes, only the leader
 * proposes, for only the leader has the reports. The rest is the word of an operator, or the
 * request of a node that is no member yet, and any member passes it on.
 */
public final class Authorship {
  /**
   * How many starts of a node the cluster may have missed. A node that restarts each second, and
   * reaches no leader meanwhile, takes twelve days for as many. A number further on comes from a
   * bug or from damaged memory, and would lock the node out, since its next starts count from what
   * its disk holds.
   */
  static final int STARTS_MISSED_MAX = 1 << 20;

  private Authorship() {}

  /** Whether only the leader of the metadata group proposes such a command. */
  public static boolean isOfLeader(Command command) {
    return switch (command) {
      case PromisePurge promise -> true;
      case ConfirmPurge confirm -> true;
      case PlanChange plan -> true;
      case StepMoves steps -> true;
      case MarkDown mark -> true;
      case NodeLeft left -> true;
      case RearmCut rearm -> true;
      case CloseCut close -> true;
      case SealCut seal -> true;
      case BeginCut begin -> false;
      case BeginPastCut begin -> false;
      case EndCut end -> false;
      case NodeStarted started -> false;
      case Filled filled -> false;
      case Refill refill -> false;
      case Join join -> false;
      case NodeReplaced replaced -> false;
      case CreateTenant create -> false;
      case AlterTenant alter -> false;
      case DropTenant drop -> false;
      case TruncateTenant truncate -> false;
      case CloseForRestore close -> false;
      case TakeForRestore take -> false;
      case FinishRestore finish -> false;
      case GiveUpRestore giveUp -> false;
      case Readmit readmit -> false;
      case AddNode add -> false;
      case RemoveNode remove -> false;
      case GiveUpNodes giveUp -> false;
      case AcknowledgeLoss noted -> false;
      case ReplaceNode replace -> false;
      case MoveNode place -> false;
      case Rebalance rebalance -> false;
      case CancelChange cancel -> false;
      case LimitChange limits -> false;
      case RaiseClusterVersion raise -> false;
      case KeepLocks keep -> false;
      case ChangeAccess change -> false;
      case CreateJoinToken create -> false;
      case DropJoinToken drop -> false;
      case Requested requested -> isOfLeader(requested.change());
    };
  }

  /**
   * Returns why a command of this author changes nothing, as a sentence; null if the author may
   * propose it. A function of the state alone: it decides where commands are folded in.
   */
  public static @Nullable String refusalOf(Command command, NodeId author, ClusterState state) {
    return switch (command) {
      case NodeStarted started ->
          started.id().equals(author) ? refusalOf(started, state) : ofAnother(started.id(), author);
      case Filled filled -> ofMember(filled.node(), author, state);
      case Refill refill -> ofMember(refill.node(), author, state);
      case Requested requested -> refusalOf(requested.change(), author, state);
      // That the author is a member is checked where the leader takes the proposal. A node that
      // leaves meanwhile has
      // passed on the word of an operator all the same.
      default -> null;
    };
  }

  /** Of a node that is no member, the state itself says more. */
  private static @Nullable String refusalOf(NodeStarted started, ClusterState state) {
    Member member = state.members().get(started.id());
    return member == null || started.incarnation() - member.incarnation() <= STARTS_MISSED_MAX
        ? null
        : ("node %s started as incarnation %d, and the cluster has seen incarnation %d: a node does"
                + " not start %d times without being heard, so what its data directory says is"
                + " damaged")
            .formatted(
                started.id(), started.incarnation(), member.incarnation(), STARTS_MISSED_MAX);
  }

  private static @Nullable String ofMember(NodeId node, NodeId author, ClusterState state) {
    if (!node.equals(author)) {
      return ofAnother(node, author);
    }
    return state.members().containsKey(author)
        ? null
        : "node %s is not a member of cluster %s, and only members change it"
            .formatted(author, state.clusterId());
  }

  private static String ofAnother(NodeId node, NodeId author) {
    return "only node %s itself may propose this, and node %s did".formatted(node, author);
  }
}
