package io.quorate.version;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.NodeId;
import io.quorate.version.FieldState.Assigned;
import io.quorate.version.FieldState.Sums;
import io.quorate.version.FieldState.Totals;
import io.quorate.version.FieldState.UpDown;
import io.quorate.version.FieldState.Values;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
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

  private CrdtLayout() {}

  static Record write(CrdtState state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writeWriter(out, state.known().floor());
      out.writeInt(state.known().numbers().size());
      for (var each : state.known().numbers().entrySet()) {
        writeWriter(out, each.getKey());
        long[] bounds = each.getValue().ranges();
        out.writeInt(bounds.length / 2);
        for (long bound : bounds) {
          out.writeLong(bound);
        }
      }
      out.writeInt(state.fields().size());
      for (var each : state.fields().entrySet()) {
        byte[] name = each.getKey().name().getBytes(UTF_8);
        out.writeShort(name.length);
        out.write(name);
        out.writeByte(each.getKey().kind().number());
        write(out, each.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("fields could not be written into memory", e);
    }
    return Record.merged(version(state.latest()), !state.isShown(), bytes.toByteArray());
  }

  private static Version version(Writer latest) {
    return new Version(0, latest.openedHlc(), new NodeId(latest.id()), 0);
  }

  private static void writeWriter(DataOutputStream out, Writer writer) throws IOException {
    out.writeLong(writer.openedHlc());
    out.writeLong(writer.id());
  }

  private static void writeAddition(DataOutputStream out, Addition addition) throws IOException {
    writeWriter(out, addition.writer());
    out.writeLong(addition.number());
  }

  private static void writeSums(DataOutputStream out, UpDown sums) throws IOException {
    out.writeLong(sums.up());
    out.writeLong(sums.down());
  }

  private static void write(DataOutputStream out, FieldState state) throws IOException {
    switch (state) {
      case Sums sums -> {
        writeSums(out, sums.base());
        out.writeInt(sums.byWriter().size());
        for (var each : sums.byWriter().entrySet()) {
          writeWriter(out, each.getKey());
          out.writeLong(each.getValue().number());
          writeSums(out, each.getValue().counted());
        }
      }
      case Values values -> {
        out.writeInt(values.additions().size());
        for (var each : values.additions().entrySet()) {
          out.writeInt(each.getKey().length);
          out.write(each.getKey());
          out.writeInt(each.getValue().size());
          for (Addition addition : each.getValue()) {
            writeAddition(out, addition);
          }
        }
      }
      case Assigned assigned -> {
        out.writeLong(assigned.hlc());
        writeAddition(out, assigned.change());
        byte[] value = assigned.value();
        out.writeInt(value == null ? -1 : value.length);
        out.write(value == null ? new byte[0] : value);
      }
    }
  }

  /**
   * Checks that {@link #read} will take a record.
   *
   * @throws MalformedRecordException if it will not
   */
  static void check(Record record) {
    CrdtState unused = read(record);
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
          numbers.put(writer, Numbers.ofRanges(bounds));
        });
    return new KnownChanges(floor, numbers);
  }

  private static void readField(ByteBuffer in, SortedMap<Field, FieldState> fields) {
    byte[] name = bytes(in, in.getShort() & 0xFFFF);
    Field field = new Field(new String(name, UTF_8), kind(in.get()));
    fields.put(
        field,
        switch (field.kind().kept()) {
          case TOTALS -> readSums(in);
          case VALUES -> readValues(in);
          case ASSIGNMENT -> readAssigned(in);
        });
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
          byWriter.put(writer, new Totals(number, readUpDown(in)));
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
          times(in, each -> dots.add(readAddition(in)));
          if (dots.isEmpty()) {
            throw new MalformedRecordException("a value that was never added");
          }
          additions.put(value, dots);
        });
    return new Values(additions);
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
