package io.quorate.metadata;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.RearmCut;
import io.quorate.cluster.CommandRules;
import io.quorate.model.NodeId;
import io.quorate.raft.Raft;
import io.quorate.runtime.Clock;
import io.quorate.version.Hlc;
import org.jspecify.annotations.Nullable;

/**
 * What speaks against a command before it gets into the log, whichever node proposes it: what is in
 * the log is decided.
 */
final class CommandChecks {
  /**
   * How far ahead of the leader's clock a purge may be promised, or a cut may lie. Nothing is
   * stamped up to what is promised, so one in the far future would have all writes of its
   * partitions refused for their stamps, for good. Clocks of nodes that stamp are closer together
   * than this.
   */
  private static final long AHEAD_MILLIS_MAX = 60_000;

  private final NodeId self;
  private final Raft raft;
  private final Clock clock;
  private final MetadataConfig config;
  private final Silence silence;
  private final AppliedState applied;

  CommandChecks(
      NodeId self,
      Raft raft,
      Clock clock,
      MetadataConfig config,
      Silence silence,
      AppliedState applied) {
    this.self = self;
    this.raft = raft;
    this.clock = clock;
    this.config = config;
    this.silence = silence;
    this.applied = applied;
  }

  /** Returns why a command of this node must not get into the log; null if it may. */
  @Nullable String refusalOfOwn(NumberedCommand numbered) {
    String invalid = invalid(numbered.command());
    int bytesMax = entryBytesMax();
    int bytes = invalid == null ? encoded(numbered).length : 0;
    return bytes > bytesMax
        ? "a change of the cluster takes at most %d bytes, and this one %d: ask for less at once"
            .formatted(bytesMax, bytes)
        : invalid;
  }

  int entryBytesMax() {
    return config.raft().entryBytesMax();
  }

  /**
   * Returns whether the cluster's version as applied here is too low for a command. Where entries
   * of former leaders are not applied yet, one of them may raise it.
   */
  boolean isTooNew(Command command) {
    return !CommandRules.isTakenAt(command, applied.cluster().clusterVersion());
  }

  /** Writes a command for the log: as all that will read it can. */
  byte[] encoded(NumberedCommand numbered) {
    return numbered.encode(applied.writesAt());
  }

  /** What is wrong with a command, of the state looking at nothing but the cluster's version. */
  @Nullable String invalid(Command command) {
    String refusal = CommandRules.refusalOf(command, applied.cluster().clusterVersion());
    if (refusal == null) {
      refusal = CommandRules.refusalOfNew(command);
    }
    return refusal == null
        ? switch (command.bare()) {
          case PromisePurge(var partitions, long mark) -> tooFarAhead("a purge is promised", mark);
          case BeginCut(var tenants, long time) -> tooFarAhead("a cut holds what is written", time);
          case BeginPastCut(var tenants, long time) ->
              tooFarAhead("a cut holds what was written", time);
          case RearmCut(long id, long time) -> tooFarAhead("a cut holds what is written", time);
          default -> null;
        }
        : refusal;
  }

  private @Nullable String tooFarAhead(String what, long time) {
    long ahead = Hlc.millis(time) - clock.wallMillis();
    return ahead <= AHEAD_MILLIS_MAX
        ? null
        : "%s up to %s, which is %d ms ahead of this node's clock: look after the clock of the node"
                .formatted(what, Hlc.toString(time), ahead)
            + " that proposes it";
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
