package io.quorate.metadata.bootstrap;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.model.ByteFormat;
import io.quorate.storage.RaftStore;

/**
 * What a member hands to a founding node that has nothing yet: the genesis, or a later snapshot
 * where the genesis is compacted away. To Raft this is a snapshot received before the first
 * message; the receiver never voted and never acknowledged an entry, so it forgets nothing.
 */
record Handover(RaftStore.Snapshot snapshot) {
  private static final int FORMAT = ByteFormat.GENESIS.only();
  private static final int HEADER_BYTES = 1 + 2 * Long.BYTES;

  /** Format (1 byte), index (8), term (8), the snapshot's payload. */
  byte[] encode() {
    ByteWriter out = new ByteWriter(HEADER_BYTES + snapshot.payload().length);
    out.writeByte(FORMAT);
    out.writeFixed64(snapshot.index());
    out.writeFixed64(snapshot.term());
    out.writeRaw(snapshot.payload());
    return out.toBytes();
  }

  /**
   * @throws MalformedBytesException if it is not what {@link #encode} writes
   */
  static Handover decode(byte[] bytes) {
    ByteReader in = new ByteReader("a genesis", bytes);
    int format = in.readByte();
    if (format != FORMAT) {
      throw in.malformed("format %d, and this node knows %d".formatted(format, FORMAT));
    }
    long index = in.readFixed64();
    long term = in.readFixed64();
    if (index < 1 || term < 1) {
      throw in.malformed("it was taken at " + term + "/" + index);
    }
    return new Handover(new RaftStore.Snapshot(index, term, in.readRest()));
  }
}
