package io.quorate.metadata;

import io.quorate.cluster.Authorship;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Decision;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.ProposalRefused.Why;
import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Which node may propose what. Asked where a proposal reaches the leader, where the sender of a
 * command is known, and again where the command is folded in; and that a request has one effect.
 * Tests leave rules out and demand that it is noticed.
 */
class ProposalRules {
  static final ProposalRules ALL = new ProposalRules();

  /**
   * Returns what is wrong with a command that another node sent to the leader; null if nothing is.
   *
   * @param from the node at the other end of the connection on which the command came
   */
  @Nullable ProposalRefused refusalOf(NodeId from, NumberedCommand numbered, ClusterState state) {
    Command command = numbered.command();
    NodeId author = numbered.id().origin();
    if (!author.equals(from)) {
      return new ProposalRefused(
          from,
          Why.IN_ANOTHERS_NAME,
          "a %s in the name of node %s".formatted(nameOf(command), author));
    }
    if (Authorship.isOfLeader(command)) {
      return new ProposalRefused(
          from,
          Why.LEADERS_ONLY,
          "a %s, which only the leader proposes".formatted(nameOf(command)));
    }
    if (!state.members().containsKey(from)) {
      return new ProposalRefused(
          from,
          Why.NOT_A_MEMBER,
          "node %s is not a member as far as is known here".formatted(from));
    }
    String refusal = Authorship.refusalOf(command, author, state);
    return refusal == null ? null : new ProposalRefused(from, Why.NOT_CREDIBLE, refusal);
  }

  /** Returns why a command is folded in without effect; null if the state decides about it. */
  @Nullable String refusalOf(NumberedCommand numbered, ClusterState state) {
    return Authorship.refusalOf(numbered.command(), numbered.id().origin(), state);
  }

  /**
   * Returns what was decided about an operator's request when it came before, or a refusal if
   * another request came under its name; null if it is new, is no request, or came so long ago that
   * it is forgotten.
   */
  @Nullable Decided earlier(NumberedCommand numbered, RememberedRequests requests) {
    return numbered.command() instanceof Requested requested ? requests.answerTo(requested) : null;
  }

  /**
   * Returns the version at which a node writes for the log: that of the state that it has applied,
   * for then the group has decided that all nodes read it.
   */
  int writesAt(ClusterState applied) {
    return applied.clusterVersion();
  }

  /** Folds a command into a state. */
  Decision decide(Command command, ClusterState state, long index) {
    return state.apply(command, index);
  }

  private static String nameOf(Command command) {
    return command.bare().getClass().getSimpleName();
  }
}
