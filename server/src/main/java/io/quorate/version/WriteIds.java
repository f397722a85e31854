package io.quorate.version;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A set of ids of writes, in their order. Immutable.
 *
 * <p>A record of a key that is often written has {@link SiblingSet#IDS_MAX} of them, and is read
 * and merged by each replica with each write. So they lie in one array, which is read as it is
 * stored, and joined in one pass.
 */
public final class WriteIds {
  static final WriteIds NONE = new WriteIds(new long[0]);

  /** Bytes of one id as it is stored and sent. */
  static final int ID_BYTES = 3 * Long.BYTES;

  /** Of one id: its hybrid time, session and number. */
  private static final int PARTS = 3;

  private final long[] parts;

  private WriteIds(long[] parts) {
    this.parts = parts;
  }

  static WriteIds of(Collection<WriteId> ids) {
    if (ids.isEmpty()) {
      return NONE;
    }
    long[] parts = new long[ids.size() * PARTS];
    int at = 0;
    for (WriteId id : ids.size() == 1 ? ids : new TreeSet<>(ids)) {
      parts[at++] = id.hlc();
      parts[at++] = id.session();
      parts[at++] = id.number();
    }
    return upTo(parts, at);
  }

  private static WriteIds upTo(long[] parts, int length) {
    return length == 0 ? NONE : new WriteIds(Arrays.copyOf(parts, length));
  }

  /**
   * Reads ids that {@link #writeTo} wrote.
   *
   * @throws MalformedRecordException if they are not in order
   */
  static WriteIds read(ByteBuffer in, int count) {
    if (in.remaining() / ID_BYTES < count) {
      throw new MalformedRecordException(count + " ids in " + in.remaining() + " bytes");
    }
    long[] parts = new long[count * PARTS];
    in.asLongBuffer().get(parts);
    in.position(in.position() + count * ID_BYTES);
    WriteIds ids = count == 0 ? NONE : new WriteIds(parts);
    for (int i = 1; i < count; i++) {
      if (compare(parts, i - 1, parts, i) >= 0) {
        throw new MalformedRecordException("ids that are not in order: " + ids);
      }
    }
    return ids;
  }

  void writeTo(ByteBuffer out) {
    out.asLongBuffer().put(parts);
    out.position(out.position() + size() * ID_BYTES);
  }

  int size() {
    return parts.length / PARTS;
  }

  boolean isEmpty() {
    return parts.length == 0;
  }

  /** The highest hybrid time of one of them; 0 if there are none. */
  long latest() {
    return isEmpty() ? 0 : parts[parts.length - PARTS];
  }

  private WriteId get(int place) {
    int at = place * PARTS;
    return new WriteId(parts[at], parts[at + 1], parts[at + 2]);
  }

  List<WriteId> list() {
    List<WriteId> ids = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) {
      ids.add(get(i));
    }
    return ids;
  }

  boolean contains(WriteId id) {
    return place(id) >= 0;
  }

  /** Where an id is; negative if it is not here. */
  private int place(WriteId id) {
    int from = 0;
    int to = size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      int order = compare(middle, id);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return -1;
  }

  private int compare(int place, WriteId id) {
    int at = place * PARTS;
    int byTime = Long.compareUnsigned(parts[at], id.hlc());
    if (byTime != 0) {
      return byTime;
    }
    int bySession = Long.compareUnsigned(parts[at + 1], id.session());
    return bySession != 0 ? bySession : Long.compareUnsigned(parts[at + 2], id.number());
  }

  /** Returns the ids of both. */
  WriteIds join(WriteIds other) {
    if (other.isEmpty() || equals(other)) {
      return this;
    }
    if (isEmpty()) {
      return other;
    }
    if (compare(parts, size() - 1, other.parts, 0) < 0) {
      return new WriteIds(concatenated(parts, other.parts));
    }
    long[] joined = new long[parts.length + other.parts.length];
    int length = 0;
    int own = 0;
    int others = 0;
    while (own < size() || others < other.size()) {
      int order;
      if (own == size()) {
        order = 1;
      } else {
        order = others == other.size() ? -1 : compare(parts, own, other.parts, others);
      }
      if (order <= 0) {
        System.arraycopy(parts, own * PARTS, joined, length, PARTS);
      } else {
        System.arraycopy(other.parts, others * PARTS, joined, length, PARTS);
      }
      length += PARTS;
      own += order <= 0 ? 1 : 0;
      others += order >= 0 ? 1 : 0;
    }
    return upTo(joined, length);
  }

  WriteIds with(WriteId id) {
    return join(of(List.of(id)));
  }

  private static long[] concatenated(long[] lower, long[] higher) {
    long[] all = Arrays.copyOf(lower, lower.length + higher.length);
    System.arraycopy(higher, 0, all, lower.length, higher.length);
    return all;
  }

  WriteIds without(WriteId id) {
    int place = place(id);
    if (place < 0) {
      return this;
    }
    long[] left = Arrays.copyOf(parts, parts.length - PARTS);
    int at = place * PARTS;
    System.arraycopy(parts, at + PARTS, left, at, left.length - at);
    return upTo(left, left.length);
  }

  /** Returns the highest of them, as many as that. */
  WriteIds highest(int count) {
    return size() <= count
        ? this
        : new WriteIds(Arrays.copyOfRange(parts, (size() - count) * PARTS, parts.length));
  }

  /** Returns those at which a purge up to a mark does not look. */
  WriteIds after(long mark) {
    int first = 0;
    while (first < size() && get(first).isUpTo(mark)) {
      first++;
    }
    return highest(size() - first);
  }

  private static int compare(long[] left, int leftPlace, long[] right, int rightPlace) {
    for (int i = 0; i < PARTS; i++) {
      int order = Long.compareUnsigned(left[leftPlace * PARTS + i], right[rightPlace * PARTS + i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WriteIds that && Arrays.equals(parts, that.parts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(parts);
  }

  @Override
  public String toString() {
    return list().toString();
  }
}
