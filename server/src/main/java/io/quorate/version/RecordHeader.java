package io.quorate.version;

import io.quorate.model.NodeId;
import java.nio.ByteBuffer;

/**
 * What is known of a record without its value: enough for models of which {@link
 * RecordModel#decidesByHeader} holds to compare it, to replace it and to purge it.
 */
public sealed interface RecordHeader permits Record, RecordHeader.Alone {
  /** The stamp of the newest write in the record. */
  Version version();

  /**
   * The latest time of all records that this one has taken the place of, itself included: later
   * than that of its version where it was above one of them by its rank alone. A purge goes by it,
   * too (docs/design/fencing.md#times). A time that no clock shows does not count.
   */
  long latestTime();

  /** A hash of every byte of the record, the same on all nodes. */
  long contentHash();

  boolean isTombstone();

  /** When the value ceases to exist, in milliseconds since 1970; 0 if never. */
  long expiresAtMillis();

  /** Whether a reader at {@code wallMillis} finds a value: neither deleted nor expired. */
  default boolean isLiveAt(long wallMillis) {
    return !isTombstone() && (expiresAtMillis() == 0 || wallMillis < expiresAtMillis());
  }

  /** What this record is compared by with records on other nodes. */
  default Summary summary() {
    return new Summary(version(), contentHash());
  }

  /** Bytes that {@link #writeTo} writes. */
  int BYTES = 3 * Long.BYTES + Integer.BYTES + 3 * Long.BYTES + 1;

  /** Writes the header without the value, for memory only: no other process reads it. */
  default void writeTo(ByteBuffer bytes) {
    Version version = version();
    bytes
        .putLong(version.rank())
        .putLong(version.hlc())
        .putLong(version.node().value())
        .putInt(version.boot())
        .putLong(latestTime())
        .putLong(contentHash())
        .putLong(expiresAtMillis())
        .put((byte) (isTombstone() ? 1 : 0));
  }

  /** What {@link #writeTo} wrote. */
  static RecordHeader read(ByteBuffer bytes) {
    long rank = bytes.getLong();
    long hlc = bytes.getLong();
    NodeId node = new NodeId(bytes.getLong());
    Version version = new Version(rank, hlc, node, bytes.getInt());
    return new Alone(version, bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.get() == 1);
  }

  /** The header of a record whose value is on disk only. */
  record Alone(
      Version version, long latestTime, long contentHash, long expiresAtMillis, boolean isTombstone)
      implements RecordHeader {}
}
