package io.quorate.model;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which nodes keep locks, as the metadata group records it. The group that keeps locks decides by
 * itself who votes in it; its leader has each change recorded <em>before</em> it makes it. So this
 * names all that may vote, and all nodes know when a majority of them can never come back
 * (docs/design/locks.md#keepers).
 *
 * @param generation 0 for the group as it was first founded; higher when it was founded again
 * @param founders the first voters of that generation; empty until the group is founded
 * @param term of the leader that recorded the voters; 0 until one has
 * @param change how often it has recorded them
 * @param voters who votes, or has voted until a change was made
 * @param next who votes once the recorded change is made; the same nodes if there is none
 */
public record LockKeepers(
    long generation,
    SortedSet<NodeId> founders,
    long term,
    int change,
    SortedSet<NodeId> voters,
    SortedSet<NodeId> next) {

  /** Of a cluster without locks. */
  public static final LockKeepers NONE = founded(0, Collections.emptySortedSet());

  public LockKeepers {
    founders = copy(founders);
    voters = copy(voters);
    next = copy(next);
  }

  private static SortedSet<NodeId> copy(SortedSet<NodeId> nodes) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
  }

  /** A group as it is founded. */
  public static LockKeepers founded(long generation, SortedSet<NodeId> founders) {
    return new LockKeepers(generation, founders, 0, 0, founders, founders);
  }

  /** What a leader has recorded, with its next change. */
  public LockKeepers recorded(long byTerm, SortedSet<NodeId> nowVoters, SortedSet<NodeId> then) {
    int number = byTerm == term ? change + 1 : 1;
    return new LockKeepers(generation, founders, byTerm, number, nowVoters, then);
  }

  /** One node, which goes on by itself since the majority of the metadata group is lost. */
  public LockKeepers recovered(NodeId survivor) {
    SortedSet<NodeId> alone = new TreeSet<>(Set.of(survivor));
    return isFounded() ? new LockKeepers(generation, alone, term, change, alone, alone) : this;
  }

  public boolean isFounded() {
    return !founders.isEmpty();
  }

  /** Whether a node may vote. */
  public boolean mayVote(NodeId node) {
    return voters.contains(node) || next.contains(node);
  }

  /** Whether nodes that are members no more, and never come back, may be half of the voters. */
  public boolean isLost(Set<NodeId> members) {
    return isFounded() && !(hasMajority(voters, members) && hasMajority(next, members));
  }

  private static boolean hasMajority(SortedSet<NodeId> group, Set<NodeId> members) {
    return group.stream().filter(members::contains).count() > group.size() / 2;
  }

  /**
   * Whether these keepers, which a node wants recorded, come after others.
   *
   * @param before as they are recorded
   * @param members of the cluster now
   */
  public boolean follow(LockKeepers before, Set<NodeId> members) {
    if (term == 0) {
      boolean wanted =
          before.isFounded()
              ? before.isLost(members) && generation > before.generation
              : generation == 0;
      return wanted && equals(founded(generation, founders));
    }
    return before.isFounded()
        && generation == before.generation
        && founders.equals(before.founders)
        && (term > before.term || (term == before.term && change > before.change));
  }
}
