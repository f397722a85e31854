package io.quorate.version;

import io.quorate.model.NodeId;
import io.quorate.version.Dot.Actor;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/**
 * How a {@link SiblingSet} lies in the value of a {@link Record}, big-endian: floor, which is a
 * time (8), node (8) and boot (4); number of actors (2), each with node (8), boot (4), tenure (4)
 * and its time (8); number of ids (2), each of 24 bytes; number of siblings (2), each with its dot
 * (24), id (24), expiry (8), length (4) and value. Each list is in order.
 *
 * <p>The header of the record says what can be said of all: the version is that of the highest dot;
 * it is a tombstone if it has no siblings; and it expires if all siblings do, with the last. The
 * epoch is 0, for what a record has may have been written under any.
 */
final class SiblingLayout {
  /** Of a record of which nothing was purged. */
  static final Version NO_FLOOR = new Version(0, 0, new NodeId(0), 0);

  private static final int FLOOR_BYTES = 2 * Long.BYTES + Integer.BYTES;
  private static final int COUNT_BYTES = 2;
  private static final int COUNT_MAX = 0xFFFF;
  private static final int ACTOR_BYTES = 2 * Long.BYTES + 2 * Integer.BYTES;
  private static final int SIBLING_BYTES =
      ACTOR_BYTES + WriteIds.ID_BYTES + Long.BYTES + Integer.BYTES;

  private SiblingLayout() {}

  static Record write(SiblingSet set) {
    int bytes = FLOOR_BYTES + 3 * COUNT_BYTES;
    bytes += set.vector().size() * ACTOR_BYTES + set.gone().size() * WriteIds.ID_BYTES;
    for (Sibling sibling : set.siblings()) {
      bytes = Math.addExact(bytes, SIBLING_BYTES + sibling.value().length);
    }
    ByteBuffer out = ByteBuffer.allocate(bytes);
    Version floor = set.floor();
    out.putLong(floor.hlc()).putLong(floor.node().value()).putInt(floor.boot());
    writeVector(out, set.vector());
    writeIds(out, set.gone());
    putCount(out, set.siblings().size());
    for (Sibling sibling : set.siblings()) {
      writeDot(out, sibling.dot());
      writeId(out, sibling.id());
      out.putLong(sibling.expiresAtMillis());
      out.putInt(sibling.value().length).put(sibling.value());
    }
    return Record.siblings(set, lastExpiryMillis(set), out.array());
  }

  /** 0 if there is a sibling that never expires, or none. */
  private static long lastExpiryMillis(SiblingSet set) {
    long last = 0;
    for (Sibling sibling : set.siblings()) {
      if (sibling.expiresAtMillis() == 0) {
        return 0;
      }
      last = Math.max(last, sibling.expiresAtMillis());
    }
    return last;
  }

  private static void putCount(ByteBuffer out, int count) {
    if (count > COUNT_MAX) {
      throw new IllegalArgumentException(count + " parts of a record of siblings");
    }
    out.putShort((short) count);
  }

  static void writeVector(ByteBuffer out, VersionVector vector) {
    putCount(out, vector.size());
    vector.times().forEach((actor, hlc) -> writeDot(out, new Dot(hlc, actor)));
  }

  private static void writeDot(ByteBuffer out, Dot dot) {
    out.putLong(dot.hlc()).putLong(dot.actor().node().value());
    out.putInt(dot.actor().boot()).putInt(dot.actor().tenure());
  }

  static void writeIds(ByteBuffer out, WriteIds ids) {
    putCount(out, ids.size());
    ids.writeTo(out);
  }

  private static void writeId(ByteBuffer out, WriteId id) {
    out.putLong(id.hlc()).putLong(id.session()).putLong(id.number());
  }

  static int bytesOf(VersionVector vector, int ids) {
    return 2 * COUNT_BYTES + vector.size() * ACTOR_BYTES + ids * WriteIds.ID_BYTES;
  }

  /**
   * Reads a record.
   *
   * @throws MalformedRecordException if it is not as {@link #write} writes one
   */
  static SiblingSet read(Record record) {
    try {
      SiblingSet set = read(record.body());
      if (!set.version().equals(record.version())
          || set.siblings().isEmpty() != record.isTombstone()
          || lastExpiryMillis(set) != record.expiresAtMillis()
          || record.epoch() != 0) {
        throw new MalformedRecordException(
            "a header of version %s before siblings of %s".formatted(record.version(), set));
      }
      return set;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new MalformedRecordException("a record of siblings that ends early: " + e);
    }
  }

  private static SiblingSet read(ByteBuffer in) {
    Version floor = new Version(0, in.getLong(), new NodeId(in.getLong()), in.getInt());
    VersionVector vector = readVector(in);
    WriteIds gone = readIds(in);
    TreeMap<Dot, Sibling> siblings = new TreeMap<>();
    for (int left = count(in); left > 0; left--) {
      Dot dot = readDot(in);
      WriteId id = readId(in);
      long expiresAtMillis = in.getLong();
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new MalformedRecordException("a sibling of " + length + " bytes");
      }
      byte[] value = new byte[length];
      in.get(value);
      if (!siblings.isEmpty() && siblings.lastKey().compareTo(dot) >= 0) {
        throw new MalformedRecordException("siblings that are not in order");
      }
      siblings.put(dot, new Sibling(dot, id, expiresAtMillis, value));
    }
    if (in.hasRemaining()) {
      throw new MalformedRecordException(in.remaining() + " bytes after the siblings");
    }
    return new SiblingSet(floor, vector, gone, siblings);
  }

  private static int count(ByteBuffer in) {
    return in.getShort() & COUNT_MAX;
  }

  static VersionVector readVector(ByteBuffer in) {
    TreeMap<Actor, Long> times = new TreeMap<>();
    for (int left = count(in); left > 0; left--) {
      Dot dot = readDot(in);
      if (!times.isEmpty() && times.lastKey().compareTo(dot.actor()) >= 0) {
        throw new MalformedRecordException("actors that are not in order");
      }
      times.put(dot.actor(), dot.hlc());
    }
    return VersionVector.of(times);
  }

  static WriteIds readIds(ByteBuffer in) {
    return WriteIds.read(in, count(in));
  }

  private static Dot readDot(ByteBuffer in) {
    long hlc = in.getLong();
    NodeId node = new NodeId(in.getLong());
    int boot = in.getInt();
    int tenure = in.getInt();
    if (boot < 0 || Hlc.isBeyondEnd(hlc)) {
      throw new MalformedRecordException("a dot of boot " + boot + " at " + Hlc.toString(hlc));
    }
    return new Dot(hlc, new Actor(node, boot, tenure));
  }

  private static WriteId readId(ByteBuffer in) {
    return new WriteId(in.getLong(), in.getLong(), in.getLong());
  }
}
