package io.quorate.metadata;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.TakeForRestore;
import io.quorate.cluster.CommandRules;
import io.quorate.metadata.ProposalRefused.Why;
import io.quorate.model.NodeId;
import io.quorate.raft.Proposal;
import io.quorate.raft.Raft;
import io.quorate.raft.Role;
import io.quorate.runtime.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What other nodes have for the leader is looked at here before it gets into the log, for what is
 * in the log is decided. A node with a bug, or an older release, may propose anything: in the name
 * of another, what only the leader can know, what would drop a node that is up, or more than the
 * log has room for.
 */
final class ProposalIntake {
  /**
   * Bytes of a command of another node: larger ones plan or step many partitions, which only the
   * leader does, or are {@link #isOfWholeCluster}. The log is replaced by a snapshot after a number
   * of entries, so their size bounds what it takes on the disk and in memory.
   */
  static final int OTHERS_BYTES_MAX = 64 << 10;

  private final Raft raft;
  private final MetadataSender sender;
  private final Clock clock;
  private final ProposalRules rules;
  private final CommandChecks checks;
  private final AppliedState applied;
  private final Consumer<ProposalRefused> refused;

  /** Of members, while this node leads. */
  private final Map<NodeId, ProposalAllowance> allowances = new TreeMap<>();

  /**
   * @param refused told of each command that does not get into the log
   */
  ProposalIntake(
      Raft raft,
      MetadataSender sender,
      Clock clock,
      ProposalRules rules,
      CommandChecks checks,
      AppliedState applied,
      Consumer<ProposalRefused> refused) {
    this.raft = raft;
    this.sender = sender;
    this.clock = clock;
    this.rules = rules;
    this.checks = checks;
    this.applied = applied;
    this.refused = refused;
  }

  /** Takes a command that another node has for the leader. */
  void onProposal(NodeId from, NumberedCommand numbered) {
    if (raft.role() != Role.LEADER) {
      allowances.clear();
      return; // the sender will find that out and send it elsewhere
    }
    ProposalRefused refusal = refusalOf(from, numbered);
    if (refusal == null) {
      // Where Raft refuses it, the sender sends it again.
      Proposal unused = raft.propose(checks.encoded(numbered));
      return;
    }
    if (isOfState(refusal.why()) && !raft.hasAppliedAllOfFormerTerms()) {
      return; // what was decided may allow it; the sender asks again
    }
    refused.accept(refusal);
    switch (refusal.why()) {
      // A caller may wait for the answer: it names a command of the sender's own.
      case NOT_CREDIBLE, INVALID, TOO_LARGE, STILL_HEARD ->
          sender.send(
              from,
              new MetadataMessage.Refused(numbered.id(), refusal.why().kind(), refusal.detail()));
      case IN_ANOTHERS_NAME, LEADERS_ONLY, NOT_A_MEMBER, TOO_MANY -> {}
    }
  }

  /**
   * Whether an operator asks for it, at any node, and it names all partitions, or as many tenants
   * as there are. {@link CommandRules} bound them.
   */
  private static boolean isOfWholeCluster(Command command) {
    return switch (command.bare()) {
      case TakeForRestore take -> true;
      case BeginCut begin -> true;
      case BeginPastCut begin -> true;
      default -> false;
    };
  }

  /** Whether a refusal follows from what is applied here, the cluster's version among it. */
  private static boolean isOfState(Why why) {
    return switch (why) {
      case NOT_CREDIBLE, NOT_A_MEMBER, INVALID -> true;
      case IN_ANOTHERS_NAME, LEADERS_ONLY, TOO_LARGE, STILL_HEARD, TOO_MANY -> false;
    };
  }

  private @Nullable ProposalRefused refusalOf(NodeId from, NumberedCommand numbered) {
    ProposalRefused byRules = rules.refusalOf(from, numbered, applied.cluster());
    if (byRules != null) {
      return byRules;
    }
    String invalid = checks.invalid(numbered.command());
    if (invalid != null) {
      return new ProposalRefused(from, Why.INVALID, invalid);
    }
    int bytes = checks.encoded(numbered).length;
    int bytesMax = isOfWholeCluster(numbered.command()) ? checks.entryBytesMax() : OTHERS_BYTES_MAX;
    if (bytes > bytesMax) {
      return new ProposalRefused(
          from,
          Why.TOO_LARGE,
          "a change of the cluster that is proposed to the leader takes at most %d bytes, and this one %d: ask for less at once"
              .formatted(bytesMax, bytes));
    }
    String heard = checks.heard(numbered.command());
    if (heard != null) {
      return new ProposalRefused(from, Why.STILL_HEARD, heard);
    }
    return allowances
            .computeIfAbsent(from, node -> new ProposalAllowance(clock.nanos()))
            .take(bytes, clock.nanos())
        ? null
        : new ProposalRefused(
            from,
            Why.TOO_MANY,
            "more changes of the cluster than one node may propose in a second");
  }
}
