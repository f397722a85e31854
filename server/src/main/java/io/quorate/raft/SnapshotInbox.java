package io.quorate.raft;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** The snapshot that a follower is receiving: one at a time, from one leader in one term. */
final class SnapshotInbox {
  private long term;
  private EntryId last = EntryId.ZERO;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  /**
   * Adds a chunk if it is the one that comes next. A chunk of another snapshot or another term
   * starts again, for two leaders may write the same state in different bytes.
   *
   * @return the whole body, once it is complete
   */
  byte @Nullable [] add(RaftMessage.SnapshotChunk chunk) {
    if (chunk.term() != term || !chunk.last().equals(last)) {
      term = chunk.term();
      last = chunk.last();
      body.reset();
    }
    if (chunk.offset() != body.size()) {
      return null;
    }
    body.writeBytes(chunk.bytes());
    if (body.size() < chunk.totalBytes()) {
      return null;
    }
    byte[] whole = body.toByteArray();
    clear();
    return whole;
  }

  /** Bytes held of this snapshot. */
  long received(EntryId of) {
    return of.equals(last) ? body.size() : 0;
  }

  void clear() {
    term = 0;
    last = EntryId.ZERO;
    body.reset();
  }
}
