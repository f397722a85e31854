package io.quorate.metadata.bootstrap;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Decision;
import io.quorate.cluster.JoinTokenText;
import io.quorate.cluster.JoinTokens;
import io.quorate.cluster.RefusalKind;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Newcomers that ask to become members. The node that a newcomer introduces itself to proposes to
 * the cluster to take it in; the newcomer asks again until it is a member, so nothing need be
 * remembered here.
 */
final class Joins {
  private final Proposer proposer;
  private final Clock clock;

  /** Whose command is being decided; null while none is. */
  private @Nullable NodeId underWay;

  /** The asker that was last turned down, and why. */
  private @Nullable Start turnedDown;

  private String reason = "";

  /**
   * The asker that was last left undecided, since the group has no leader; null if the last one was
   * decided.
   */
  private @Nullable NodeId undecided;

  /** One start of a node: with the next, its operator may have changed what was wrong. */
  private record Start(NodeId node, int incarnation) {
    static Start of(Introduction newcomer) {
      return new Start(newcomer.node(), newcomer.incarnation());
    }
  }

  Joins(Proposer proposer, Clock clock) {
    this.proposer = proposer;
    this.clock = clock;
  }

  /**
   * Why the cluster does not take a newcomer; null if that is not known. A decision is of the state
   * in which it was made: what stood against the newcomer then, such as another node at its
   * address, may have gone since.
   *
   * @param state the newest one known here
   */
  @Nullable Refusal refusalOf(Introduction newcomer, ClusterState state) {
    if (Start.of(newcomer).equals(turnedDown)
        && state.apply(join(newcomer, state), state.stateVersion() + 1)
            instanceof Decision.Rejected(RefusalKind kind, String why)) {
      return new Refusal(
          Refusal.Kind.CONFIGURATION, Refusals.joinRefused(newcomer, state.clusterId(), why));
    }
    return null;
  }

  /** Does what can be done for a newcomer, and says what it waits for. */
  String waitingFor(Introduction newcomer, ClusterState state) {
    ClusterId cluster = state.clusterId();
    if (cluster.equals(newcomer.joins()) && underWay == null) {
      underWay = newcomer.node();
      proposer.propose(join(newcomer, state), outcome -> onDecided(Start.of(newcomer), outcome));
    }
    if (newcomer.node().equals(undecided)) {
      return Refusals.nobodyDecides(newcomer, cluster);
    }
    return Start.of(newcomer).equals(turnedDown)
        ? Refusals.notTakenIn(newcomer, cluster, reason)
        : Refusals.beingTakenIn(newcomer, cluster);
  }

  private Join join(Introduction newcomer, ClusterState state) {
    return new Join(
        newcomer.node(),
        newcomer.address(),
        newcomer.region(),
        newcomer.zone(),
        newcomer.weight(),
        newcomer.joining() == Joining.AS_SPARE,
        newcomer.release(),
        use(newcomer.token(), state));
  }

  /**
   * A token that the cluster does not know is as none: where the newcomer needs one, it was refused
   * before it came here. One that has expired since is used all the same, and the join refused.
   */
  private JoinTokens.@Nullable Use use(@Nullable JoinTokenText shown, ClusterState state) {
    return shown == null || !state.joinTokens().know(shown)
        ? null
        : new JoinTokens.Use(shown.id(), clock.wallMillis());
  }

  private void onDecided(Start newcomer, CommandOutcome outcome) {
    underWay = null;
    undecided = null;
    switch (outcome) {
      case Accepted accepted -> {}
      case Rejected(RefusalKind kind, String why) -> {
        turnedDown = newcomer;
        reason = why;
      }
      case CommandOutcome.Unavailable notSent -> undecided = newcomer.node();
      case CommandOutcome.Unknown notHeard -> undecided = newcomer.node();
    }
  }
}
