package io.quorate.raft;

/**
 * Names one log entry for ever: two logs that hold an entry of one id hold the same entry, and the
 * same entries before it (3.5). Ordered by term, then index: the order in which logs are compared
 * in an election (3.6.1).
 */
public record EntryId(long index, long term) implements Comparable<EntryId> {
  /** The place before the first entry of every log. */
  public static final EntryId ZERO = new EntryId(0, 0);

  @Override
  public int compareTo(EntryId that) {
    int byTerm = Long.compare(term, that.term);
    return byTerm != 0 ? byTerm : Long.compare(index, that.index);
  }

  /** Term, slash, index. */
  @Override
  public String toString() {
    return term + "/" + index;
  }
}
