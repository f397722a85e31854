package io.quorate.raft;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;

/**
 * Names one log entry for ever: two logs that hold an entry of one id hold the same entry, and the
 * same entries before it (3.5). Ordered by term, then index: the order in which logs are compared
 * in an election (3.6.1).
 */
public record EntryId(long index, long term) implements Comparable<EntryId> {
  /** The place before the first entry of every log. */
  public static final EntryId ZERO = new EntryId(0, 0);

  /** Index and term as bytes. */
  void writeTo(ByteWriter out) {
    out.writeVarint(index);
    out.writeVarint(term);
  }

  /** Reads what {@link #writeTo} wrote. */
  static EntryId read(ByteReader in) {
    long index = in.readNumber();
    return new EntryId(index, in.readNumber());
  }

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
