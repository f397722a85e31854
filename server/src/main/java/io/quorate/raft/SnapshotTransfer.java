package io.quorate.raft;

import java.util.Arrays;

/**
 * One snapshot on its way to one follower, a chunk at a time: the next leaves when the follower
 * says what it has. It is kept as it was begun, even if the leader compacts again meanwhile.
 */
final class SnapshotTransfer {
  private static final int ATTEMPTS_MAX = 10;

  private final EntryId last;
  private final byte[] body;
  private final int chunkBytes;

  /** Where the chunk begins that was sent last. */
  private int offset;

  private int ticksSinceSent;

  /** How often that chunk was sent. */
  private int attempts;

  SnapshotTransfer(Snapshot snapshot, int chunkBytes) {
    this.last = snapshot.last();
    this.body = snapshot.body();
    this.chunkBytes = chunkBytes;
  }

  EntryId last() {
    return last;
  }

  int totalBytes() {
    return body.length;
  }

  int offset() {
    return offset;
  }

  byte[] chunk() {
    ticksSinceSent = 0;
    attempts++;
    return Arrays.copyOfRange(body, offset, Math.min(body.length, offset + chunkBytes));
  }

  /**
   * The follower holds the first {@code received} bytes.
   *
   * @return whether the chunk there is to be sent now; not if it was, for then this is an answer
   *     that came twice, and answering each twice would never end
   */
  boolean moveTo(long received) {
    if (received == offset || received >= body.length) {
      return false;
    }
    offset = (int) received;
    attempts = 0;
    return true;
  }

  void tick() {
    ticksSinceSent++;
  }

  /** Whether it comes to nothing: the follower lives and takes no chunk, as if it refused it. */
  boolean isInVain() {
    return attempts >= ATTEMPTS_MAX;
  }

  boolean isOverdue(int ticks) {
    return ticksSinceSent >= ticks;
  }
}
