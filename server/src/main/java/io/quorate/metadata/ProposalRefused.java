package io.quorate.metadata;

import io.quorate.cluster.RefusalKind;
import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Label;
import io.quorate.event.Tally;
import io.quorate.model.NodeId;

/**
 * The leader did not put into the log what another node proposed.
 *
 * @param from the node that sent it
 * @param detail what is wrong with it, in one sentence
 */
public record ProposalRefused(NodeId from, Why why, String detail) implements Event {
  public static final Counter REFUSED =
      Counter.of(
              "quorate.proposals.refused",
              "Changes of the cluster that other nodes proposed to this leader in vain")
          .by("reason", (Object[]) Why.values());

  @Override
  public void count(Tally tally) {
    tally.add(REFUSED, 1, why);
  }

  /** One line a reason, since a node that goes wrong proposes much. */
  @Override
  public void tell(EventLog log) {
    if (!log.isDue("proposal refused " + why)) {
      return;
    }
    String reason = Label.text(why).replace('_', ' ');
    if (why.isLie()) {
      log.error(
          "refused a change of the cluster that node {} proposes ({}): {}. Nothing was changed. If"
              + " all nodes run one version, its software or memory is at fault: restart it",
          from,
          reason,
          detail);
    } else {
      log.warn(
          "refused a change of the cluster that node {} proposes ({}): {}", from, reason, detail);
    }
  }

  /** Why a proposal was refused. */
  public enum Why {
    /** The command's id names another node: only the node that gave a command proposes it. */
    IN_ANOTHERS_NAME(true),
    /** Only the leader proposes such commands. */
    LEADERS_ONLY(true),
    /** The command is about a node that alone may propose it, or its numbers cannot be. */
    NOT_CREDIBLE(true),
    /** No cluster takes such a command. */
    INVALID(true),
    /** The command is larger than those that other nodes have reason to propose. */
    TOO_LARGE(true),
    /** The sender has left, or this leader does not know yet that the sender has joined. */
    NOT_A_MEMBER(false),
    /** The sender proposes more than one node may; it may try again later. */
    TOO_MANY(false),
    /** The command gives up a node that this leader hears. */
    STILL_HEARD(false);

    private final boolean aLie;

    Why(boolean aLie) {
      this.aLie = aLie;
    }

    /** What the author of the command is told. */
    RefusalKind kind() {
      return this == STILL_HEARD ? RefusalKind.FAILED_PRECONDITION : RefusalKind.INVALID;
    }

    /** Whether no sound member of the same version proposes such a thing. */
    public boolean isLie() {
      return aLie;
    }
  }
}
