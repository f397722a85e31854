package io.quorate.storage.rocks.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a manifest of RocksDB says: which families and table files a database consists of, and from
 * which log on it needs the logs.
 *
 * @param end where its last record ends
 * @param tables in ascending order of their numbers
 * @param firstLog the first log that is needed
 * @param familiesFirstLog the first log that any family says it needs. It may be an earlier one,
 *     for a family without records does not write down that it needs no log
 */
public record Manifest(
    Path file,
    long end,
    List<String> families,
    List<Table> tables,
    long firstLog,
    long familiesFirstLog,
    long sequence) {

  /** A table file. */
  public record Table(String family, long number, long bytes) {
    public String fileName() {
      return Inventory.numbered(number) + ".sst";
    }
  }

  /** A manifest that no RocksDB of this version has written. */
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    public MalformedException(String message) {
      super(message);
    }
  }

  public static Manifest read(Path file) throws IOException, MalformedException {
    Folding folding = new Folding();
    long end = 0;
    try (LogFile log = new LogFile(file, 0, Integer.MAX_VALUE)) {
      while (log.next()) {
        folding.apply(new Edit(log.record()));
        end = log.end();
      }
    }
    return folding.result(file, end);
  }

  /** One record: what changed. Fields are those of RocksDB's {@code VersionEdit}. */
  private static final class Edit {
    private static final int IGNORABLE = 1 << 13;
    private static final int LAST_FIELD_OF_FILE = 1;
    private static final int LOG_NUMBER_IN_FILE = 3;

    int family;
    String added = "";
    boolean isAdd;
    boolean isDrop;
    long log = -1;
    long firstLog = -1;
    long sequence = -1;
    int groupLeft = -1;
    final List<Long> deleted = new ArrayList<>();
    final Map<Long, Long> created = new TreeMap<>();

    private final ByteBuffer bytes;

    Edit(ByteBuffer bytes) throws MalformedException {
      this.bytes = bytes;
      while (bytes.hasRemaining()) {
        field((int) varint());
      }
    }

    private void field(int tag) throws MalformedException {
      switch (tag) {
        case 1 -> slice(); // name of the order of keys
        case 2 -> log = varint();
        case 3, 9, 203 -> varint(); // numbers given out
        case 4 -> sequence = varint();
        case 5 -> {
          varint();
          slice();
        }
        case 6 -> {
          varint();
          deleted.add(varint());
        }
        case 10 -> firstLog = varint();
        case 103 -> file();
        case 200 -> family = (int) varint();
        case 201 -> {
          isAdd = true;
          ByteBuffer name = slice();
          added = UTF_8.decode(name).toString();
        }
        case 202 -> isDrop = true;
        case 300 -> groupLeft = (int) varint();
        default -> {
          // 8194 to 8197 may be left out, but do not say how long they are.
          if ((tag & IGNORABLE) == 0 || (tag > IGNORABLE + 1 && tag < IGNORABLE + 6)) {
            throw new MalformedException("field " + tag + " is not known");
          }
          slice();
        }
      }
    }

    private void file() throws MalformedException {
      varint(); // level
      long number = varint();
      created.put(number, varint());
      slice(); // first key
      slice(); // last key
      varint(); // sequence numbers
      varint();
      for (long field = varint(); field != LAST_FIELD_OF_FILE; field = varint()) {
        ByteBuffer value = slice();
        if (field == LOG_NUMBER_IN_FILE && value.remaining() == Long.BYTES) {
          firstLog = value.order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
        }
      }
    }

    private long varint() throws MalformedException {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE && bytes.hasRemaining(); shift += 7) {
        byte next = bytes.get();
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw new MalformedException("a number is cut off");
    }

    private ByteBuffer slice() throws MalformedException {
      long length = varint();
      if (length < 0 || length > bytes.remaining()) {
        throw new MalformedException("a field is cut off");
      }
      ByteBuffer slice = bytes.slice(bytes.position(), (int) length);
      bytes.position(bytes.position() + (int) length);
      return slice;
    }
  }

  /** What is there after all records so far. */
  private static final class Folding {
    /** One family. */
    private static final class Column {
      final String name;
      final Map<Long, Long> tables = new TreeMap<>();
      long log;

      Column(String name) {
        this.name = name;
      }
    }

    private final Map<Integer, Column> columns = new TreeMap<>();

    /** Changes that take effect together, once the last of them is there. */
    private final List<Edit> group = new ArrayList<>();

    private long firstLog;
    private long sequence;

    Folding() {
      columns.put(0, new Column("default"));
    }

    void apply(Edit edit) {
      if (edit.groupLeft > 0) {
        group.add(edit);
        return;
      }
      group.forEach(this::applyNow);
      group.clear();
      applyNow(edit);
    }

    private void applyNow(Edit edit) {
      firstLog = Math.max(firstLog, edit.firstLog);
      sequence = Math.max(sequence, edit.sequence);
      if (edit.isAdd) {
        columns.put(edit.family, new Column(edit.added));
      }
      Column column = columns.get(edit.family);
      if (column == null) {
        return;
      }
      column.log = Math.max(column.log, edit.log);
      edit.deleted.forEach(column.tables::remove);
      column.tables.putAll(edit.created);
      if (edit.isDrop) {
        columns.remove(edit.family);
      }
    }

    Manifest result(Path file, long end) {
      List<String> families = columns.values().stream().map(column -> column.name).toList();
      Map<Long, Table> tables = new TreeMap<>();
      long needed = Long.MAX_VALUE;
      for (Column column : columns.values()) {
        needed = Math.min(needed, column.log);
        column.tables.forEach(
            (number, bytes) -> tables.put(number, new Table(column.name, number, bytes)));
      }
      return new Manifest(
          file,
          end,
          families,
          List.copyOf(tables.values()),
          Math.max(firstLog, columns.isEmpty() ? 0 : needed),
          needed,
          sequence);
    }
  }
}
