package io.quorate.client.internal.session;

import io.quorate.client.Version;
import io.quorate.client.internal.session.SessionMemory.Entry;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * A session's memory as text: base64url without padding, of the number of its layout, the parts,
 * and a checksum. Numbers are varints, times are written as how far they lie below the highest one,
 * and the coordinators that have stamped versions are listed once.
 */
final class SessionToken {
  /** What the bytes begin with. Clients read them, and no node: so it is not in ByteFormat. */
  private static final int LAYOUT = 1;

  private static final int CHECKSUM_BYTES = 4;

  /** A longer text is refused before it is decoded. */
  private static final int CHARACTERS_MAX = 64 << 10;

  final TreeMap<Long, Entry> exact = new TreeMap<>();
  final TreeMap<Integer, Long> floors = new TreeMap<>();
  long floorOfOthers;
  long highest;

  private SessionToken() {}

  /** Who stamped: all of a version but its time. */
  private record Stamper(long rank, long node, int boot) {}

  static String write(
      Map<Long, Entry> exact, Map<Integer, Long> floors, long floorOfOthers, long highest) {
    Map<Stamper, Integer> stampers = new LinkedHashMap<>();
    for (Entry entry : exact.values()) {
      stampers.putIfAbsent(stamper(entry.version), stampers.size());
    }
    Out out = new Out();
    out.varint(LAYOUT);
    out.fixed64(highest);
    out.varint(floorOfOthers == 0 ? 0 : highest - floorOfOthers + 1);
    out.varint(stampers.size());
    for (Stamper each : stampers.keySet()) {
      out.varint(each.rank());
      out.fixed64(each.node());
      out.varint(each.boot());
    }
    out.varint(exact.size());
    exact.forEach(
        (hash, entry) -> {
          out.fixed64(hash);
          out.varint(highest - entry.version.hlc());
          long stamper = stampers.getOrDefault(stamper(entry.version), 0);
          out.varint((stamper << 1) | (entry.onQuorum ? 1 : 0));
          out.varint(entry.partition + 1L);
          out.varint(entry.floor == 0 ? 0 : highest - entry.floor + 1);
        });
    out.varint(floors.size());
    floors.forEach(
        (partition, floor) -> {
          out.varint(partition);
          out.varint(highest - floor);
        });
    return out.sealed();
  }

  private static Stamper stamper(Version version) {
    return new Stamper(version.rank(), version.node(), version.boot());
  }

  /**
   * Reads a token.
   *
   * @throws IllegalArgumentException if it is none; the message says why
   */
  static SessionToken read(String text) {
    if (text.length() > CHARACTERS_MAX) {
      throw none("it has " + text.length() + " characters");
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw none("it is not base64url");
    }
    int body = bytes.length - CHECKSUM_BYTES;
    if (body < 1) {
      throw none("it is too short");
    }
    In in = new In(bytes, body);
    if (in.varint() != LAYOUT) {
      throw none("its format is one of a later release");
    }
    if (checksum(bytes, body) != in.checksum()) {
      throw none("it is damaged, or was cut off");
    }
    SessionToken token = new SessionToken();
    token.readParts(in);
    return token;
  }

  private void readParts(In in) {
    highest = in.fixed64();
    floorOfOthers = belowHighest(in.varint());
    List<Stamper> stampers = new ArrayList<>();
    for (long left = in.varint(); left > 0; left--) {
      stampers.add(new Stamper(in.varint(), in.fixed64(), (int) in.varint()));
    }
    for (long left = in.varint(); left > 0; left--) {
      long hash = in.fixed64();
      long hlc = highest - in.varint();
      long flags = in.varint();
      if (flags < 0 || flags >>> 1 >= stampers.size()) {
        throw none("it names a version without its coordinator");
      }
      Stamper by = stampers.get((int) (flags >>> 1));
      int partition = (int) in.varint() - 1;
      Version version = Version.of(by.rank(), hlc, by.node(), by.boot());
      long floor = belowHighest(in.varint());
      exact.put(hash, new Entry(partition, version, (flags & 1) != 0, floor, null));
    }
    for (long left = in.varint(); left > 0; left--) {
      floors.put((int) in.varint(), highest - in.varint());
    }
    in.end();
  }

  private long belowHighest(long distance) {
    return distance == 0 ? 0 : highest - distance + 1;
  }

  /** Returns the floor of a partition; of all, if it is not known. */
  long floor(int partition) {
    return SessionMemory.floor(floors, floorOfOthers, partition);
  }

  private static IllegalArgumentException none(String why) {
    return new IllegalArgumentException(
        "this is no session token of Quorate: "
            + why
            + ". Give one that Session.token() returned, or open a session without a token");
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32 sum = new CRC32();
    sum.update(bytes, 0, length);
    return (int) sum.getValue();
  }

  private static final class Out {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void varint(long value) {
      long left = value;
      while ((left & ~0x7FL) != 0) {
        bytes.write((int) ((left & 0x7F) | 0x80));
        left >>>= 7;
      }
      bytes.write((int) left);
    }

    void fixed64(long value) {
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        bytes.write((int) (value >>> shift));
      }
    }

    String sealed() {
      byte[] body = bytes.toByteArray();
      int sum = checksum(body, body.length);
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        bytes.write(sum >>> shift);
      }
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }
  }

  private static final class In {
    private final byte[] bytes;
    private final int end;
    private int at;

    In(byte[] bytes, int end) {
      this.bytes = bytes;
      this.end = end;
    }

    private byte next() {
      if (at == end) {
        throw none("it ends too early");
      }
      return bytes[at++];
    }

    long varint() {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        byte next = next();
        value |= (long) (next & 0x7F) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw none("it has a number that is too long");
    }

    long fixed64() {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        value |= (next() & 0xFFL) << shift;
      }
      return value;
    }

    int checksum() {
      int sum = 0;
      for (int i = 0; i < CHECKSUM_BYTES; i++) {
        sum |= (bytes[end + i] & 0xFF) << (i * Byte.SIZE);
      }
      return sum;
    }

    void end() {
      if (at != end) {
        throw none("something follows its end");
      }
    }
  }
}
