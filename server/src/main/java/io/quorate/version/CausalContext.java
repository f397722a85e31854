package io.quorate.version;

import io.quorate.hash.ContentHash;
import io.quorate.model.Key;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a client has seen of a key whose concurrent writes are kept: a write that carries it takes
 * the place of that. Immutable.
 *
 * <p>As bytes it is the client's, which does not look into them and hands them back: a format (1
 * byte), a hash of the key, then vector and ids as in a record. The hash keeps a context from being
 * used for another key, where it would take away what nobody has seen.
 *
 * @param vector the dots seen
 * @param ids of the writes whose values were seen: a write has two dots if it was coordinated twice
 */
public record CausalContext(VersionVector vector, SortedSet<WriteId> ids) {
  /** Of a client that has seen nothing. */
  public static final CausalContext NONE =
      new CausalContext(VersionVector.EMPTY, Collections.emptySortedSet());

  /** Ids of as many siblings as a read returns, and of as many writes after it. */
  static final int IDS_MAX = 2 * SiblingSet.SIBLINGS_MAX;

  private static final byte LAYOUT = 1;

  /** Whether the value was seen. */
  boolean covers(Sibling sibling) {
    return vector.covers(sibling.dot()) || ids.contains(sibling.id());
  }

  /**
   * Returns what a client has seen that has also made a write. The write is named by its id: its
   * dot would stand for all that the same coordinator wrote before, which the client has not seen.
   * A client that writes on and on without a read keeps the latest ids; what it wrote before those
   * may stay beside what it writes next.
   */
  public CausalContext with(WriteId written) {
    TreeSet<WriteId> more = new TreeSet<>(ids);
    more.add(written);
    while (more.size() > IDS_MAX) {
      more.pollFirst();
    }
    return new CausalContext(vector, more);
  }

  /** The highest hybrid time in it; 0 if there is none. */
  public long latest() {
    return vector.highestUpTo(Hlc.END, SiblingLayout.NO_FLOOR).hlc();
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
    out.putShort((short) ids.size());
    ids.forEach(id -> SiblingLayout.writeId(out, id));
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
