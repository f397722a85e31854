package io.quorate.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must happen outside, in this order:
 *
 * <ol>
 *   <li>make {@link #persist()} durable, all of it or nothing, and wait until it is;
 *   <li>send {@link #messages()}, in any order; each may be lost;
 *   <li>replace the state machine by {@link #restore()}, if there is one;
 *   <li>apply {@link #committed()} to it, in order;
 *   <li>then {@link #reads()} may be answered: each once its index is applied;
 *   <li>call {@link Raft#advance()}.
 * </ol>
 *
 * <p>An answer sent before the state it rests on is durable can elect two leaders of one term or
 * lose a committed entry after a crash. While one {@code Ready} is being carried out, the machine
 * may go on taking messages and ticks; their consequences come with the next one.
 *
 * @param restore the state machine's new state, received from a leader; it is also in {@code
 *     persist}
 * @param committed entries to apply; those that are not {@link EntryType#NORMAL} only move the
 *     index
 * @param softState role, leader and term, if any changed
 * @param events what happened, for logs, metrics and tests
 */
public record Ready(
    Persist persist,
    List<RaftMessage> messages,
    @Nullable Snapshot restore,
    List<Entry> committed,
    List<ReadResult> reads,
    @Nullable SoftState softState,
    List<RaftEvent> events) {

  public Ready {
    messages = List.copyOf(messages);
    committed = List.copyOf(committed);
    reads = List.copyOf(reads);
    events = List.copyOf(events);
  }

  /**
   * What to make durable; null and empty parts stay as they are. It takes effect in the order of
   * the components: the snapshot drops the log up to its index, then entries replace the log from
   * the first of them on.
   *
   * @param keepEntriesAfterSnapshot false if the whole log is to be dropped: the snapshot came from
   *     a leader and the log here did not match it
   */
  public record Persist(
      @Nullable HardState hardState,
      @Nullable Snapshot snapshot,
      boolean keepEntriesAfterSnapshot,
      List<Entry> entries) {
    public Persist {
      entries = List.copyOf(entries);
    }

    /** Whether there is nothing to write, so nothing to wait for. */
    public boolean isEmpty() {
      return hardState == null && snapshot == null && entries.isEmpty();
    }
  }
}
