package io.quorate.raft;

/** What became of one {@link Raft#readIndex}. */
public sealed interface ReadResult {
  /** As given with the read. */
  long context();

  /** Once everything up to {@code index} is applied here, the state may be read: linearizable. */
  record Confirmed(long context, long index) implements ReadResult {}

  /** The leader that was asked leads no more; ask again. */
  record Lost(long context) implements ReadResult {}
}
