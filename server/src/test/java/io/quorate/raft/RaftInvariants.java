package io.quorate.raft;

import com.google.errorprone.annotations.FormatMethod;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The promises of Raft (figure 3.2), checked on everything that all nodes ever did, after each
 * single step of one of them.
 */
public final class RaftInvariants {
  /** One entry as the whole group ever saw it. */
  private record Seen(EntryId prev, EntryType type, int payloadHash) {}

  /** An entry that some node knew to be committed, and the term in which that was. */
  private record Committed(EntryId id, long inTerm) {}

  /** What was looked at of one node. */
  private static final class Looked {
    long commit;
    long term;
    Role role = Role.FOLLOWER;

    /** Whether its log is of the generation of its term. */
    boolean inGeneration = true;

    /** The last entry looked at; the identity of entries tells which ones are new. */
    final Map<Long, Entry> log = new HashMap<>();

    long last;
  }

  private final Map<Long, NodeId> leaders = new HashMap<>();
  private final Map<EntryId, Seen> entries = new HashMap<>();

  /** By index; without a gap, but where an operator recovered the group. */
  private final TreeMap<Long, Committed> committed = new TreeMap<>();

  /** What was seen of the state machine after each entry. */
  private final Map<Long, Object> states = new HashMap<>();

  private final Map<NodeId, Looked> nodes = new HashMap<>();
  private final long firstIndex;

  /** All nodes begin with a snapshot of this entry, or with nothing. */
  public RaftInvariants(EntryId genesis) {
    firstIndex = genesis.index();
    committed.put(firstIndex, new Committed(genesis, genesis.term()));
  }

  long highestCommitted() {
    return committed.lastKey();
  }

  int leadersEver() {
    return leaders.size();
  }

  /** A restarted node may know less than it did, but nothing else. */
  public void onStart(NodeId id) {
    nodes.put(id, new Looked());
  }

  @SuppressWarnings("ReferenceEquality") // an entry moved is not an entry written again
  private static boolean isSame(@Nullable Entry one, Entry other) {
    return one == other;
  }

  /** To be called after everything that a machine was given, or now and then. */
  public void afterStep(Raft raft) {
    Looked before = Invariant.present(nodes.get(raft.self()), "%s not started", raft.self());
    // From a generation in which it cannot have voted it may come back: see Raft's term.
    if (raft.term() < before.term && before.inGeneration) {
      throw violation("term of %s fell from %d to %d", raft.self(), before.term, raft.term());
    }
    logMatching(raft, before);
    if (raft.role() == Role.LEADER && (before.role != Role.LEADER || before.term != raft.term())) {
      electionSafety(raft);
      leaderCompleteness(raft);
    }
    if (raft.commitIndex() != before.commit) {
      stateMachineSafety(raft, before.commit);
    }
    before.commit = raft.commitIndex();
    before.term = raft.term();
    before.role = raft.role();
    before.inGeneration =
        Recovery.generationOf(raft.log().last().term()) == Recovery.generationOf(raft.term());
  }

  /** At most one leader per term. */
  private void electionSafety(Raft raft) {
    NodeId other = leaders.putIfAbsent(raft.term(), raft.self());
    if (other != null && !other.equals(raft.self())) {
      throw violation("election safety: %s and %s lead term %d", other, raft.self(), raft.term());
    }
  }

  /** An entry's id decides its content and the entry before it, in all logs, for ever. */
  private void logMatching(Raft raft, Looked before) {
    RaftLog log = raft.log();
    for (long gone = log.lastIndex() + 1; gone <= before.last; gone++) {
      before.log.remove(gone);
    }
    before.last = log.lastIndex();
    for (long index = log.lastIndex(); index > log.base().index(); index--) {
      Entry entry = log.entry(index);
      if (isSame(before.log.put(index, entry), entry)) {
        break; // logs change at their ends only
      }
      EntryId prev = new EntryId(index - 1, log.termAt(index - 1));
      Seen seen = new Seen(prev, entry.type(), Arrays.hashCode(entry.payload()));
      Seen known = entries.putIfAbsent(entry.id(), seen);
      if (known != null && !known.equals(seen)) {
        throw violation(
            "log matching: entry %s is %s elsewhere, %s at %s",
            entry.id(), known, seen, raft.self());
      }
    }
  }

  /** The leader of a term has all that was committed in earlier terms. */
  private void leaderCompleteness(Raft raft) {
    for (Committed entry : committed.values()) {
      boolean compacted = entry.id().index() < raft.log().base().index();
      if (entry.inTerm() < raft.term() && !compacted && !raft.log().holds(entry.id())) {
        throw violation(
            "leader completeness: %s leads term %d without %s, committed in term %d",
            raft.self(), raft.term(), entry.id(), entry.inTerm());
      }
    }
  }

  /** What is committed at an index is the same everywhere, for ever. */
  private void stateMachineSafety(Raft raft, long from) {
    long first = Math.max(Math.max(from + 1, firstIndex), raft.log().base().index());
    for (long index = first; index <= raft.commitIndex(); index++) {
      EntryId id = new EntryId(index, raft.log().termAt(index));
      if (index > highestCommitted()) {
        if (index != highestCommitted() + 1 && !isRecovered(raft, id)) {
          throw violation("index %d is committed before %d", index, highestCommitted() + 1);
        }
        committed.put(index, new Committed(id, raft.term()));
      }
      EntryId known =
          Invariant.present(committed.get(index), "nobody committed index %d", index).id();
      if (!known.equals(id)) {
        throw violation(
            "state machine safety: %s committed %s where %s is committed", raft.self(), id, known);
      }
    }
  }

  /** Whether a recovered group's log begins there. */
  private static boolean isRecovered(Raft raft, EntryId id) {
    return raft.membership().recoveries().stream().anyMatch(each -> each.first().equals(id));
  }

  /** Equal indices, equal states. */
  public void afterApply(NodeId id, long index, Object state) {
    Object known = states.putIfAbsent(index, state);
    if (known != null && !known.equals(state)) {
      throw violation("states differ at index %d, seen at %s", index, id);
    }
  }

  /** A read sees all that was committed anywhere before it began. */
  void afterRead(NodeId node, long index, long committedBefore) {
    if (index < committedBefore) {
      throw violation(
          "linearizable read: %s may read at %d, but %d was committed before",
          node, index, committedBefore);
    }
  }

  @FormatMethod
  static AssertionError violation(String format, Object... args) {
    return new AssertionError(String.format(format, args));
  }
}
