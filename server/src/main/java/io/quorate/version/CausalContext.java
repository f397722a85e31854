package io.quorate.version;

import io.quorate.hash.ContentHash;
import io.quorate.model.Key;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a client has seen of a key whose concurrent writes are kept: a write that carries it takes
 * the place of that. Immutable.
 *
 * <p>As bytes it is the client's, which does not look into them and hands them back: a format (1
 * byte), a hash of the key, then vector and ids as in a record. The hash keeps a client from using
 * a context for another key, where the write would remove values that the client has not read.
 *
 * @param vector the dots seen
 * @param ids of the writes whose values were seen: a write has two dots if it was coordinated twice
 */
public record CausalContext(VersionVector vector, WriteIds ids) {
  /** Of a client that has seen nothing. */
  public static final CausalContext NONE = new CausalContext(VersionVector.EMPTY, WriteIds.NONE);

  /** Ids in a context: of the siblings that a read returned, and of 64 writes after it. */
  static final int IDS_MAX = 2 * SiblingSet.SIBLINGS_MAX;

  private static final byte LAYOUT = 1;

  /** Whether the value was seen. */
  boolean covers(Sibling sibling) {
    return vector.covers(sibling.dot()) || ids.contains(sibling.id());
  }

  /**
   * Returns this context after the client has made a write. The context names the write by its id:
   * the dot would cover all that the same coordinator wrote before, which the client has not read.
   * A client that writes repeatedly without a read keeps the highest {@link #IDS_MAX} ids; the
   * values of its earlier writes may stay beside the next one.
   */
  public CausalContext with(WriteId written) {
    return new CausalContext(vector, ids.with(written).highest(IDS_MAX));
  }

  /** The highest hybrid time in it, of its dots and ids; 0 if there is none. */
  public long latest() {
    return Hlc.later(vector.highestUpTo(Hlc.END, SiblingLayout.NO_FLOOR).hlc(), ids.latest());
  }

  public boolean isNothing() {
    return vector.isEmpty() && ids.isEmpty();
  }

  /** Returns this as a client keeps it, for one key. */
  public byte[] toBytes(Key key) {
    if (isNothing()) {
      return new byte[0];
    }
    ByteBuffer out =
        ByteBuffer.allocate(1 + Long.BYTES + SiblingLayout.bytesOf(vector, ids.size()));
    out.put(LAYOUT).putLong(hash(key));
    SiblingLayout.writeVector(out, vector);
    SiblingLayout.writeIds(out, ids);
    return out.array();
  }

  /** Reads what {@link #toBytes} gave for the key; null if it is anything else. */
  public static @Nullable CausalContext of(byte[] bytes, Key key) {
    if (bytes.length == 0) {
      return NONE;
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      if (in.get() != LAYOUT || in.getLong() != hash(key)) {
        return null;
      }
      CausalContext context =
          new CausalContext(SiblingLayout.readVector(in), SiblingLayout.readIds(in));
      return in.hasRemaining() ? null : context;
    } catch (BufferUnderflowException | MalformedRecordException | IllegalArgumentException e) {
      return null;
    }
  }

  private static long hash(Key key) {
    ByteBuffer named = ByteBuffer.allocate(Integer.BYTES + key.bytes().length);
    return ContentHash.of(named.putInt(key.tenant()).put(key.bytes()).array());
  }
}
