package io.quorate.metadata.bootstrap;

import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Member;
import io.quorate.cluster.RefusalKind;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Newcomers that stand at the address of a member, with an empty disk. They wait until an operator
 * has said that the member is to be readmitted; then the first node that one of them introduces
 * itself to has the cluster put it in the member's place.
 */
final class Replacements {
  private final Proposer proposer;

  /** Whose command is being decided; null while none is. */
  private @Nullable NodeId underWay;

  /** The asker that was last turned down, and why. */
  private @Nullable NodeId turnedDown;

  private String reason = "";

  Replacements(Proposer proposer) {
    this.proposer = proposer;
  }

  /** Does what can be done for a newcomer, and says what it waits for. */
  String waitingFor(Introduction newcomer, Member lost, ClusterId cluster) {
    if (!lost.isToBeReadmitted()) {
      return Refusals.lostDisk(newcomer, lost, cluster);
    }
    if (underWay == null) {
      underWay = newcomer.node();
      proposer.propose(
          new NodeReplaced(
              lost.id(),
              newcomer.node(),
              newcomer.address(),
              newcomer.region(),
              newcomer.zone(),
              newcomer.weight(),
              newcomer.release()),
          outcome -> onDecided(newcomer.node(), outcome));
    }
    return newcomer.node().equals(turnedDown)
        ? Refusals.notReadmitted(newcomer, lost, reason)
        : Refusals.beingReadmitted(newcomer, lost);
  }

  private void onDecided(NodeId newcomer, CommandOutcome outcome) {
    underWay = null;
    if (outcome instanceof Rejected(RefusalKind kind, String why)) {
      turnedDown = newcomer;
      reason = why;
    } else if (newcomer.equals(turnedDown)) {
      turnedDown = null;
    }
  }
}
