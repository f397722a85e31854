package io.quorate.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Raft must not forget: term, vote, log, snapshot. All calls are made on the metadata lane and
 * callbacks arrive on it.
 */
public interface RaftStore {
  /** What was durable when the node started. Blocks; for start-up only. */
  Image load();

  /**
   * Makes changes durable, together or not at all, then calls back. Durable means synced, also with
   * {@link Durability.Periodic}. Changes take effect in the order of the record's components: the
   * snapshot replaces the log up to its index, then entries replace the log from the first of them
   * on.
   */
  void save(Change change, RecordStore.PutCallback durable);

  /** Term and vote. {@code votedFor} is 0 if there was no vote in this term. */
  record HardState(long term, long votedFor) {
    public static final HardState INITIAL = new HardState(0, 0);
  }

  /** One entry of the log; {@code metadata} encodes the payload. */
  record LogEntry(long index, long term, byte[] payload) {}

  /** The state machine at one index; {@code metadata} encodes the payload. */
  record Snapshot(long index, long term, byte[] payload) {}

  /** All that is durable. Entries follow each other and begin right after the snapshot, if any. */
  record Image(HardState hardState, @Nullable Snapshot snapshot, List<LogEntry> entries) {
    public Image {
      entries = List.copyOf(entries);
    }
  }

  /**
   * What to make durable; null or empty parts stay as they are.
   *
   * @param snapshot replaces an older one; log entries up to its index are dropped
   * @param keepEntriesAfterSnapshot false if the whole log is to be dropped: the snapshot came from
   *     a leader and the log here did not match it
   */
  record Change(
      @Nullable HardState hardState,
      @Nullable Snapshot snapshot,
      boolean keepEntriesAfterSnapshot,
      List<LogEntry> entries) {
    public Change {
      entries = List.copyOf(entries);
    }
  }
}
