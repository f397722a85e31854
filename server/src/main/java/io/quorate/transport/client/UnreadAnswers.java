package io.quorate.transport.client;

import io.quorate.replication.api.Failure;

/**
 * Answers that clients have not read, of all calls together. Each call holds back what it asks
 * while its client does not read; but what was asked already comes in, and clients that ask for
 * much and read nothing, on many connections, would cost the node its memory. When too much waits,
 * large answers are replaced by a refusal, which is small: those to reads alone, for a refusal says
 * that nothing was applied. What tells of a write costs little beside the write itself.
 */
public final class UnreadAnswers {
  /** An answer up to this size is not refused: a refusal would take as much room. */
  private static final int SMALL_BYTES = 1024;

  private static final int RETRY_AFTER_MILLIS = 100;

  private final long bytesMax;
  private long bytes;

  public UnreadAnswers(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  long bytes() {
    return bytes;
  }

  /** Counts bytes that are to be read; fewer again if negative. */
  void changed(long difference) {
    bytes += difference;
  }

  /** Whether there is no room for an answer of this size. */
  boolean hasNoRoomFor(long more) {
    return more > SMALL_BYTES && bytes + more > bytesMax;
  }

  static Failure refusal() {
    return Failure.overloaded(
        "clients of this node have left so much of its answers unread that there is no room for"
            + " this one: read what has come, then ask again",
        RETRY_AFTER_MILLIS);
  }
}
