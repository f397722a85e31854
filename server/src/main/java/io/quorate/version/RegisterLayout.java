package io.quorate.version;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Register} lies behind the header of a {@link Record}: its floor (8 bytes), its fence
 * (varint), the id of the write that gave the value (hybrid time and session, 8 bytes each, and
 * number, varint), how many bytes the changes take (varint), these, and the value.
 *
 * <p>A key that is written often has as many changes as are remembered, of few sessions, at nearly
 * the same time. So of a change there is how far it is from the one before it, the newest first,
 * and for the first one from the write that gave the value: by how much its time is lower (zigzag
 * varint); which of the sessions seen so far it has (varint; the first is that of the value's
 * write), and that session (8) if it is the next new one; by how much its number is lower than the
 * one of that session before it (zigzag varint; a new session begins at 0); its result (1); and its
 * sum (zigzag varint).
 */
final class RegisterLayout {
  private static final String WHAT = "a record of a register";
  private static final int HEAD_BYTES = 50;

  /** As most take. */
  private static final int CHANGE_BYTES = 16;

  private RegisterLayout() {}

  static Record write(Register register, Version ballot) {
    byte[] value = register.value();
    byte[] changes = changes(register);
    ByteWriter out =
        new ByteWriter(HEAD_BYTES + changes.length + (value == null ? 0 : value.length));
    out.writeFixed64(register.floor());
    out.writeVarint(register.fence());
    out.writeFixed64(register.last().hlc());
    out.writeFixed64(register.last().session());
    out.writeVarint(register.last().number());
    out.writeBytes(changes);
    if (value != null) {
      out.writeRaw(value);
    }
    return Record.register(ballot, value == null, out.toBytes());
  }

  private static byte[] changes(Register register) {
    List<Register.Change> changes = register.changes();
    ByteWriter out = new ByteWriter(changes.size() * CHANGE_BYTES);
    Before before = new Before(register.last());
    for (Register.Change change : changes.reversed()) {
      WriteId id = change.id();
      out.writeSignedVarint(before.hlc - id.hlc());
      int session = before.indexOf(id.session());
      out.writeVarint(session);
      if (session == before.sessions) {
        out.writeFixed64(id.session());
      }
      out.writeSignedVarint(before.number(session) - id.number());
      out.writeByte(change.result());
      out.writeSignedVarint(change.sum());
      before.is(session, id);
    }
    return out.toBytes();
  }

  /**
   * Reads all of it.
   *
   * @throws MalformedRecordException if it is not what {@link #write} writes
   */
  static Register read(Record record) {
    try {
      ByteReader in = reader(record);
      long floor = in.readFixed64();
      long fence = in.readVarint();
      WriteId last = readId(in);
      List<Register.Change> changes = new ArrayList<>();
      readChanges(in, last, changes);
      Collections.reverse(changes);
      return new Register(floor, fence, last, changes, readValue(in, record));
    } catch (MalformedBytesException malformed) {
      throw new MalformedRecordException(String.valueOf(malformed.getMessage()));
    }
  }

  /**
   * Does nothing if {@link #read} can read it, which is done only later, or never.
   *
   * @throws MalformedRecordException if it cannot
   */
  static void check(Record record) {
    try {
      ByteReader in = reader(record);
      in.skip(Math.min(Long.BYTES, in.remaining()));
      long unusedFence = in.readVarint();
      readChanges(in, readId(in), null);
      if (record.isTombstone()) {
        in.expectEnd();
      }
    } catch (MalformedBytesException malformed) {
      throw new MalformedRecordException(String.valueOf(malformed.getMessage()));
    }
  }

  /** The value of a record that has been checked, as readers see it; null if there is none. */
  static @Nullable Record shown(Record record) {
    if (record.isTombstone()) {
      return null;
    }
    ByteReader in = reader(record);
    in.skip(Long.BYTES);
    long unusedFence = in.readVarint();
    WriteId last = readId(in);
    in.skip(in.readCount());
    return Record.value(Register.versionOf(last), record.epoch(), 0, in.readRest());
  }

  private static ByteReader reader(Record record) {
    return new ByteReader(WHAT, record.bytes(), record.valueOffset());
  }

  private static WriteId readId(ByteReader in) {
    return new WriteId(in.readFixed64(), in.readFixed64(), in.readVarint());
  }

  private static byte @Nullable [] readValue(ByteReader in, Record record) {
    if (record.isTombstone()) {
      in.expectEnd();
      return null;
    }
    return in.readRest();
  }

  /**
   * @param read takes them, the newest first; null to leave them
   */
  private static void readChanges(
      ByteReader in, WriteId last, @Nullable List<Register.Change> read) {
    int bytes = in.readCount();
    int behind = in.remaining() - bytes;
    Before before = new Before(last);
    int count = 0;
    while (in.remaining() > behind) {
      long hlc = before.hlc - in.readSignedVarint();
      int index = in.readInt(before.sessions);
      long session = index == before.sessions ? readNewSession(in, before) : before.ids[index];
      long number = before.number(index) - in.readSignedVarint();
      byte result = (byte) in.readByte();
      long sum = in.readSignedVarint();
      count++;
      if (count > Register.CHANGES_MAX) {
        throw in.malformed("more changes than are remembered");
      }
      WriteId id = new WriteId(hlc, session, number);
      before.is(index, id);
      if (read != null) {
        read.add(new Register.Change(id, result, sum));
      }
    }
    if (in.remaining() != behind) {
      throw in.malformed("a change goes on in the value");
    }
  }

  private static long readNewSession(ByteReader in, Before before) {
    long session = in.readFixed64();
    if (before.indexOf(session) != before.sessions) {
      throw in.malformed("a session that was there before");
    }
    return session;
  }

  /** What the next change is told by. */
  private static final class Before {
    private final long[] ids = new long[Register.CHANGES_MAX + 1];
    private final long[] numbers = new long[Register.CHANGES_MAX + 1];
    private int sessions = 1;
    private long hlc;

    Before(WriteId last) {
      hlc = last.hlc();
      ids[0] = last.session();
      numbers[0] = last.number();
    }

    /** Of a session; as many as there are if it is a new one. */
    int indexOf(long session) {
      int index = 0;
      while (index < sessions && ids[index] != session) {
        index++;
      }
      return index;
    }

    long number(int index) {
      return index == sessions ? 0 : numbers[index];
    }

    void is(int index, WriteId id) {
      hlc = id.hlc();
      ids[index] = id.session();
      numbers[index] = id.number();
      sessions = Math.max(sessions, index + 1);
    }
  }
}
