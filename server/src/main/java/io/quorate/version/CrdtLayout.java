package io.quorate.version;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.bytes.ByteWriter;
import io.quorate.model.NodeId;
import io.quorate.version.FieldState.Assigned;
import io.quorate.version.FieldState.Sums;
import io.quorate.version.FieldState.Totals;
import io.quorate.version.FieldState.UpDown;
import io.quorate.version.FieldState.Values;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * How a {@link CrdtState} lies in the value of a {@link Record}, big-endian. A writer is the time
 * when it was opened (8) and its id (8). First the floor, which is a writer; then the number of
 * writers of whom changes are known (4), each with the number of its ranges (4) and their bounds (8
 * and 8); then the number of fields (4), each with its name (2 for the length, then UTF-8), its
 * kind (1) and what it has:
 *
 * <ul>
 *   <li>counters: base (8 up, 8 down); number of writers (4), each with the number of its totals
 *       (8), up (8) and down (8)
 *   <li>sets, multi-value registers, flags: number of values (4), each with its length (4), itself,
 *       and the number of its additions (4), each a writer and a number (8)
 *   <li>registers: time (8), writer, number (8), length of the value or -1 (4), and the value
 * </ul>
 *
 * <p>Each list is in order. The version in the header of the record is that of the latest writer,
 * with its id for a node. It is a tombstone if readers find nothing. It does not expire, and its
 * epoch is 0.
 */
final class CrdtLayout {
  private static final Field.Kind[] KINDS = Field.Kind.values();

  /** Enough for most records; more are copied. */
  private static final int FIRST_BYTES = 1024;

  private CrdtLayout() {}

  static Record write(CrdtState state) {
    ByteWriter out = new ByteWriter(FIRST_BYTES);
    writeWriter(out, state.known().floor());
    out.writeFixed32(state.known().numbers().size());
    for (var each : state.known().numbers().entrySet()) {
      writeWriter(out, each.getKey());
      long[] bounds = each.getValue().ranges();
      out.writeFixed32(bounds.length / 2);
      for (long bound : bounds) {
        out.writeFixed64(bound);
      }
    }
    out.writeFixed32(state.fields().size());
    for (var each : state.fields().entrySet()) {
      byte[] name = each.getKey().name().getBytes(UTF_8);
      out.writeByte(name.length >>> 8);
      out.writeByte(name.length);
      out.writeRaw(name);
      out.writeByte(each.getKey().kind().number());
      write(out, each.getValue());
    }
    return Record.merged(state, version(state.latest()), out.toBytes());
  }

  private static Version version(Writer latest) {
    return new Version(0, latest.openedHlc(), new NodeId(latest.id()), 0);
  }

  private static void writeWriter(ByteWriter out, Writer writer) {
    out.writeFixed64(writer.openedHlc());
    out.writeFixed64(writer.id());
  }

  private static void writeAddition(ByteWriter out, Addition addition) {
    writeWriter(out, addition.writer());
    out.writeFixed64(addition.number());
  }

  private static void writeSums(ByteWriter out, UpDown sums) {
    out.writeFixed64(sums.up());
    out.writeFixed64(sums.down());
  }

  private static void write(ByteWriter out, FieldState state) {
    switch (state) {
      case Sums sums -> {
        writeSums(out, sums.base());
        out.writeFixed32(sums.byWriter().size());
        for (var each : sums.byWriter().entrySet()) {
          writeWriter(out, each.getKey());
          out.writeFixed64(each.getValue().number());
          writeSums(out, each.getValue().counted());
        }
      }
      case Values values -> {
        out.writeFixed32(values.additions().size());
        for (var each : values.additions().entrySet()) {
          out.writeFixed32(each.getKey().length);
          out.writeRaw(each.getKey());
          out.writeFixed32(each.getValue().size());
          for (Addition addition : each.getValue()) {
            writeAddition(out, addition);
          }
        }
      }
      case Assigned assigned -> {
        out.writeFixed64(assigned.hlc());
        writeAddition(out, assigned.change());
        byte[] value = assigned.value();
        out.writeFixed32(value == null ? -1 : value.length);
        out.writeRaw(value == null ? new byte[0] : value);
      }
    }
  }

  /**
   * Reads a record.
   *
   * @throws MalformedRecordException if it is not as {@link #write} writes one
   */
  static CrdtState read(Record record) {
    try {
      ByteBuffer in = record.body();
      Writer latest = new Writer(record.version().hlc(), record.version().node().value());
      KnownChanges known = readKnown(in);
      SortedMap<Field, FieldState> fields = new TreeMap<>();
      times(in, unused -> readField(in, fields));
      CrdtState state = new CrdtState(latest, known, fields);
      if (in.hasRemaining()
          || !record.version().equals(version(latest))
          || record.epoch() != 0
          || record.expiresAtMillis() != 0
          || state.isShown() == record.isTombstone()) {
        throw new MalformedRecordException(
            "%d bytes after fields, or a header that is not theirs: %s"
                .formatted(in.remaining(), record));
      }
      return state;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new MalformedRecordException("a record of fields that ends early: " + e);
    }
  }

  private static KnownChanges readKnown(ByteBuffer in) {
    Writer floor = readWriter(in);
    TreeMap<Writer, Numbers> numbers = new TreeMap<>();
    times(
        in,
        unused -> {
          Writer writer = readWriter(in);
          int ranges = count(in, 2 * Long.BYTES);
          long[] bounds = new long[2 * ranges];
          for (int i = 0; i < bounds.length; i++) {
            bounds[i] = in.getLong();
          }
          putLast(numbers, writer, Numbers.ofRanges(bounds));
        });
    return new KnownChanges(floor, numbers);
  }

  private static void readField(ByteBuffer in, SortedMap<Field, FieldState> fields) {
    byte[] name = bytes(in, in.getShort() & 0xFFFF);
    Field field = new Field(name(name), kind(in.get()));
    putLast(
        fields,
        field,
        switch (field.kind().kept()) {
          case TOTALS -> readSums(in);
          case VALUES -> readValues(in);
          case ASSIGNMENT -> readAssigned(in);
        });
  }

  private static String name(byte[] utf8) {
    String name = new String(utf8, UTF_8);
    if (utf8.length != 0 && !Arrays.equals(name.getBytes(UTF_8), utf8)) {
      throw new MalformedRecordException("the name of a field is not UTF-8: " + name);
    }
    return name;
  }

  /** Lists are in order, so that equal states have equal bytes. */
  private static <K, V> void putLast(SortedMap<K, V> map, K key, V value) {
    if (!map.tailMap(key).isEmpty()) {
      throw new MalformedRecordException("parts that are not in order");
    }
    map.put(key, value);
  }

  private static Field.Kind kind(byte number) {
    for (Field.Kind kind : KINDS) {
      if (kind.number() == number) {
        return kind;
      }
    }
    throw new MalformedRecordException("a field of kind " + number);
  }

  private static Sums readSums(ByteBuffer in) {
    UpDown base = readUpDown(in);
    TreeMap<Writer, Totals> byWriter = new TreeMap<>();
    times(
        in,
        unused -> {
          Writer writer = readWriter(in);
          long number = in.getLong();
          putLast(byWriter, writer, new Totals(number, readUpDown(in)));
        });
    return new Sums(base, byWriter);
  }

  private static UpDown readUpDown(ByteBuffer in) {
    UpDown sums = new UpDown(in.getLong(), in.getLong());
    if (sums.up() < 0 || sums.down() < 0) {
      throw new MalformedRecordException("sums " + sums);
    }
    return sums;
  }

  private static Values readValues(ByteBuffer in) {
    SortedMap<byte[], SortedSet<Addition>> additions = Values.byValue();
    times(
        in,
        unused -> {
          byte[] value = bytes(in, in.getInt());
          TreeSet<Addition> dots = new TreeSet<>();
          times(in, each -> addLast(dots, readAddition(in)));
          if (dots.isEmpty()) {
            throw new MalformedRecordException("a value that was never added");
          }
          putLast(additions, value, dots);
        });
    return new Values(additions);
  }

  private static void addLast(SortedSet<Addition> dots, Addition dot) {
    if (!dots.tailSet(dot).isEmpty()) {
      throw new MalformedRecordException("additions that are not in order");
    }
    dots.add(dot);
  }

  private static Assigned readAssigned(ByteBuffer in) {
    long hlc = in.getLong();
    Addition change = readAddition(in);
    int length = in.getInt();
    return new Assigned(hlc, change, length == -1 ? null : bytes(in, length));
  }

  private static Addition readAddition(ByteBuffer in) {
    return new Addition(readWriter(in), in.getLong());
  }

  private static Writer readWriter(ByteBuffer in) {
    return new Writer(in.getLong(), in.getLong());
  }

  private static void times(ByteBuffer in, Consumer<ByteBuffer> read) {
    for (int left = count(in, 1); left > 0; left--) {
      read.accept(in);
    }
  }

  /** A number of parts, each of some bytes at least. */
  private static int count(ByteBuffer in, int bytesMin) {
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / bytesMin) {
      throw new MalformedRecordException(count + " parts in " + in.remaining() + " bytes");
    }
    return count;
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new MalformedRecordException("a part of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
