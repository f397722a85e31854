package io.quorate.raft;

import org.jspecify.annotations.Nullable;

/**
 * Reads what a leader sends, before Raft takes it over, for the caller's state machine: what is
 * stored first and read later could stop a node at each of its starts.
 */
public interface Reader {
  /** For a state machine that can go on with everything. */
  Reader OF_EVERYTHING =
      new Reader() {
        @Override
        public @Nullable String refusalOf(Snapshot snapshot) {
          return null;
        }

        @Override
        public @Nullable String refusalOf(Entry entry) {
          return null;
        }
      };

  /** Why the state machine cannot go on with a snapshot; null if it can. */
  @Nullable String refusalOf(Snapshot snapshot);

  /**
   * Why the state machine cannot read an entry; null if it can.
   *
   * @param entry of type {@link EntryType#NORMAL}
   */
  @Nullable String refusalOf(Entry entry);

  /**
   * Whether the state machine goes on with the log of a {@link Recovery} that lacks what was
   * applied here. If not, {@link RaftEvent.LogAbandoned} is told, and the node stays behind.
   */
  default boolean takesLosses() {
    return false;
  }
}
