package io.quorate.metadata.bootstrap;

import io.quorate.model.ByteFormat;
import io.quorate.storage.RaftStore;
import java.nio.ByteBuffer;

/**
 * What a member hands to a founding node that has nothing yet: the genesis, or a later snapshot
 * where the genesis is compacted away. To Raft this is a snapshot received before the first
 * message; the receiver never voted and never acknowledged an entry, so it forgets nothing.
 */
record Handover(RaftStore.Snapshot snapshot) {
  private static final byte FORMAT = (byte) ByteFormat.GENESIS.only();
  private static final int HEADER_BYTES = 1 + 2 * Long.BYTES;

  /** Format (1 byte), index (8), term (8), the snapshot's payload. */
  byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + snapshot.payload().length)
        .put(FORMAT)
        .putLong(snapshot.index())
        .putLong(snapshot.term())
        .put(snapshot.payload())
        .array();
  }

  /**
   * @throws IllegalArgumentException if it is not what {@link #encode} writes
   */
  static Handover decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER_BYTES || in.get() != FORMAT) {
      throw new IllegalArgumentException(
          "a genesis of %d bytes that this version of Quorate cannot read".formatted(bytes.length));
    }
    long index = in.getLong();
    long term = in.getLong();
    byte[] payload = new byte[in.remaining()];
    in.get(payload);
    if (index < 1 || term < 1) {
      throw new IllegalArgumentException("a genesis at " + term + "/" + index);
    }
    return new Handover(new RaftStore.Snapshot(index, term, payload));
  }
}
