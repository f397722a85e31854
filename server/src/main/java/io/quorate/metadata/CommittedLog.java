package io.quorate.metadata;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.model.Release;
import io.quorate.raft.Entry;
import io.quorate.raft.EntryType;
import io.quorate.raft.Snapshot;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what the group has decided, in the order of its log: folds it into the applied state,
 * and answers the commands of this node that are among it. A node that cannot read or fold in an
 * entry stands still from there on.
 */
final class CommittedLog {
  private final Release release;
  private final AppliedState applied;
  private final Standstill standstill;
  private final Proposals proposals;
  private final Consumer<MetadataEvent> events;
  private final Stuck stuck;

  /** What becomes of a node that goes no further in the log. */
  interface Stuck {
    /**
     * It takes no further part; the standstill says why.
     *
     * @param cause what was thrown; null if nothing was
     */
    void stand(@Nullable Throwable cause);
  }

  CommittedLog(
      Release release,
      AppliedState applied,
      Standstill standstill,
      Proposals proposals,
      Consumer<MetadataEvent> events,
      Stuck stuck) {
    this.release = release;
    this.applied = applied;
    this.standstill = standstill;
    this.proposals = proposals;
    this.events = events;
    this.stuck = stuck;
  }

  /** Takes a snapshot in the place of all entries before it. */
  void restore(Snapshot snapshot) {
    applied.restore(snapshot);
    standstill.restored();
    for (CommandId id : proposals.awaited()) {
      Decided decision = applied.decision(id);
      if (decision != null) {
        events.accept(MetadataEvent.DECIDED_BY_SNAPSHOT);
        proposals.decided(snapshot.index(), id, decision);
      }
    }
  }

  /** Takes the next entry, of any type. */
  void apply(Entry entry) {
    if (standstill.isForGood()) {
      return;
    }
    standstill.applied(entry.index());
    if (entry.type() != EntryType.NORMAL) {
      return;
    }
    NumberedCommand command;
    try {
      command = NumberedCommand.decode(entry.payload(), release.newest());
    } catch (MalformedBytesException unreadable) {
      standStill("entry %s of the log cannot be read".formatted(entry.id()), unreadable);
      return;
    }
    fold(command, entry);
  }

  private void fold(NumberedCommand command, Entry entry) {
    applied.tellIfRepeated(command);
    Decided decision;
    try {
      decision = applied.apply(command, entry.index());
    } catch (RuntimeException broken) {
      // The state is as it was. Ending the process would end all nodes, at each of their starts.
      standStill("entry %s of the log cannot be folded in".formatted(entry.id()), broken);
      return;
    }
    applied.tellIfRaised();
    String tooNew = ClusterVersionRule.refusalOf(applied.cluster(), release);
    if (tooNew != null) {
      // It went back to an earlier release after it had said that it runs a later one.
      standstill.begin(tooNew);
      stuck.stand(null);
      return;
    }
    proposals.decided(entry.index(), command.id(), decision);
  }

  private void standStill(String what, RuntimeException cause) {
    standstill.begin(what, cause);
    stuck.stand(cause);
  }
}
