package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.CommandRules;
import io.quorate.metadata.ProposalRefused.Why;
import io.quorate.model.NodeId;
import io.quorate.raft.Proposal;
import io.quorate.raft.Raft;
import io.quorate.raft.Role;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Network;
import io.quorate.version.Hlc;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What other nodes have for the leader is looked at here before it gets into the log, for what is
 * in the log is decided. A node with a bug, or an older release, may propose anything: in the name
 * of another, what only the leader can know, what would drop a node that is up, or more than the
 * log has room for.
 */
final class ProposalChecks {
  /**
   * How far ahead of the leader's clock a purge may be promised. Nothing is stamped up to what is
   * promised, so one in the far future would have all writes of its partitions refused for their
   * stamps, for good. Clocks of nodes that stamp are closer together than this.
   */
  private static final long PROMISE_AHEAD_MILLIS_MAX = 60_000;

  /**
   * Bytes of a command of another node: larger ones plan or step many partitions, which only the
   * leader does. The log is replaced by a snapshot after a number of entries, so their size bounds
   * what it takes on the disk and in memory.
   */
  static final int OTHERS_BYTES_MAX = 64 << 10;

  private final NodeId self;
  private final Raft raft;
  private final Network<byte[]> network;
  private final Clock clock;
  private final MetadataConfig config;
  private final Silence silence;
  private final ProposalRules rules;
  private final Supplier<ClusterState> state;
  private final Consumer<ProposalRefused> refused;

  /** Of members, while this node leads. */
  private final Map<NodeId, ProposalAllowance> allowances = new TreeMap<>();

  /**
   * @param state everything applied
   */
  ProposalChecks(
      NodeId self,
      Raft raft,
      Network<byte[]> network,
      Clock clock,
      MetadataConfig config,
      Silence silence,
      ProposalRules rules,
      Supplier<ClusterState> state,
      Consumer<ProposalRefused> refused) {
    this.self = self;
    this.raft = raft;
    this.network = network;
    this.clock = clock;
    this.config = config;
    this.silence = silence;
    this.rules = rules;
    this.state = state;
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
      Proposal unused = raft.propose(encoded(numbered));
      return;
    }
    refused.accept(refusal);
    switch (refusal.why()) {
      // Somebody may wait for the answer: it names a command of the sender's own.
      case NOT_CREDIBLE, INVALID, TOO_LARGE, STILL_HEARD ->
          network.send(
              from,
              new MetadataMessage.Refused(numbered.id(), refusal.why().kind(), refusal.detail())
                  .encode(version()));
      case IN_ANOTHERS_NAME, LEADERS_ONLY, NOT_A_MEMBER, TOO_MANY -> {}
    }
  }

  private @Nullable ProposalRefused refusalOf(NodeId from, NumberedCommand numbered) {
    ProposalRefused byRules = rules.refusalOf(from, numbered, state.get());
    if (byRules != null) {
      return byRules;
    }
    String invalid = invalid(numbered.command());
    if (invalid != null) {
      return new ProposalRefused(from, Why.INVALID, invalid);
    }
    int bytes = encoded(numbered).length;
    if (bytes > OTHERS_BYTES_MAX) {
      return new ProposalRefused(
          from,
          Why.TOO_LARGE,
          "a change of the cluster that is proposed to the leader takes at most %d bytes, and this one %d: ask for less at once"
              .formatted(OTHERS_BYTES_MAX, bytes));
    }
    String heard = heard(numbered.command());
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

  /** Returns why a command of this node must not get into the log; null if it may. */
  @Nullable String refusalOfOwn(NumberedCommand numbered) {
    String invalid = invalid(numbered.command());
    int bytesMax = config.raft().entryBytesMax();
    int bytes = invalid == null ? encoded(numbered).length : 0;
    return bytes > bytesMax
        ? "a change of the cluster takes at most %d bytes, and this one %d: ask for less at once"
            .formatted(bytesMax, bytes)
        : invalid;
  }

  /** Writes a command for the log: as all that will read it can. */
  byte[] encoded(NumberedCommand numbered) {
    return numbered.encode(version());
  }

  /** The version at which this node writes what other nodes of the group are to read. */
  int version() {
    return rules.writesAt(state.get());
  }

  /** What is wrong with a command, of the state looking at nothing but the cluster's version. */
  private @Nullable String invalid(Command command) {
    String refusal = CommandRules.refusalOf(command, state.get().clusterVersion());
    return refusal == null && command instanceof PromisePurge promise
        ? tooFarAhead(promise)
        : refusal;
  }

  private @Nullable String tooFarAhead(PromisePurge promise) {
    long ahead = Hlc.millis(promise.mark()) - clock.wallMillis();
    return ahead <= PROMISE_AHEAD_MILLIS_MAX
        ? null
        : "a purge is promised up to %s, which is %d ms ahead of this node's clock: look after the"
                .formatted(Hlc.toString(promise.mark()), ahead)
            + " clock of the node that proposes it";
  }

  /**
   * Returns why this leader, which hears all members, knows better than to go on without a node;
   * null if it does not. What a node holds that is up is not lost.
   */
  @Nullable String heard(Command command) {
    if (!(command.bare() instanceof GiveUpNodes give)) {
      return null;
    }
    for (NodeId node : give.nodes()) {
      if (node.equals(self) || silence.isHeard(raft, node, clock.nanos())) {
        return ("node %s is up: the leader of the metadata group hears it. If it must not take part"
                + " any more all the same, stop it, wait some seconds, and ask again")
            .formatted(node);
      }
    }
    return null;
  }
}
