package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.replication.api.Operation;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import io.quorate.version.Addition;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.Writer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.UpdateRequest}. */
final class UpdateCodec {
  private static final int TENANT = 1;
  private static final int KEY = 2;
  private static final int LEVEL = 3;
  private static final int REQUEST_ID = 4;
  private static final int WRITER = 5;
  private static final int FIRST_ATTEMPT = 6;
  private static final int FIELDS = 7;
  private static final int TENANT_ID = 8;

  private static final int FIELD_NAME = 1;
  private static final int FIELD_KIND = 2;
  private static final int FIELD_TOTALS = 3;
  private static final int FIELD_CHANGES = 4;
  private static final int FIELD_ASSIGNMENT = 5;

  private static final int TOTALS_NUMBER = 1;
  private static final int TOTALS_UP = 2;
  private static final int TOTALS_DOWN = 3;

  private static final int CHANGE_NUMBER = 1;
  private static final int CHANGE_ADD = 2;
  private static final int CHANGE_REMOVE = 3;
  private static final int CHANGE_SEEN = 4;

  private static final int ASSIGNMENT_HLC = 1;
  private static final int ASSIGNMENT_NUMBER = 2;
  private static final int ASSIGNMENT_VALUE = 3;

  /** Bytes of a change beside its value and what it has seen, at most. */
  private static final int OVERHEAD_BYTES = 40;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;

  private UpdateCodec() {}

  /** Bytes of the changes, at most, give or take the names of fields. */
  static int bytesMax(Operation.Update update) {
    int bytes = update.valueBytes();
    for (FieldChange change : update.changes()) {
      bytes += OVERHEAD_BYTES + change.field().name().length();
      bytes += AdditionCodec.BYTES_MAX * seen(change).size();
    }
    return bytes;
  }

  private static List<Addition> seen(FieldChange change) {
    return switch (change) {
      case FieldChange.Add add -> add.seen();
      case FieldChange.Remove remove -> remove.seen();
      case FieldChange.Count count -> List.of();
      case FieldChange.Assign assign -> List.of();
    };
  }

  /** Writes the fields of an UpdateRequest. */
  static void write(WireWriter out, Operation.Update update) {
    out.string(TENANT, update.tenant());
    out.bytes(KEY, update.key());
    LevelCodec.write(out, LEVEL, update.level());
    RequestIdCodec.write(out, REQUEST_ID, update.requestId());
    AdditionCodec.writeWriter(out, WRITER, update.writer());
    out.bool(FIRST_ATTEMPT, update.firstAttempt());
    out.uint32(TENANT_ID, update.tenantId());
    int bytes = bytesMax(update);
    List<FieldChange> changes = update.changes();
    for (int i = 0; i < changes.size(); ) {
      Field field = changes.get(i).field();
      long mark = out.begin(FIELDS, bytes);
      out.string(FIELD_NAME, field.name());
      out.uint32(FIELD_KIND, field.kind().number());
      for (; i < changes.size() && changes.get(i).field().equals(field); i++) {
        write(out, changes.get(i));
      }
      out.end(mark);
    }
  }

  private static void write(WireWriter out, FieldChange change) {
    switch (change) {
      case FieldChange.Count count -> {
        long mark = out.begin(FIELD_TOTALS, OVERHEAD_BYTES);
        out.varint(TOTALS_NUMBER, count.number());
        out.varint(TOTALS_UP, count.up());
        out.varint(TOTALS_DOWN, count.down());
        out.end(mark);
      }
      case FieldChange.Add add ->
          writeChange(out, add.number(), CHANGE_ADD, add.value(), add.seen());
      case FieldChange.Remove remove ->
          writeChange(out, remove.number(), CHANGE_REMOVE, remove.value(), remove.seen());
      case FieldChange.Assign assign -> {
        byte[] value = assign.value();
        long mark =
            out.begin(FIELD_ASSIGNMENT, OVERHEAD_BYTES + (value == null ? 0 : value.length));
        out.fixed64(ASSIGNMENT_HLC, assign.hlc());
        out.varint(ASSIGNMENT_NUMBER, assign.number());
        if (value != null) {
          out.presentBytes(ASSIGNMENT_VALUE, value);
        }
        out.end(mark);
      }
    }
  }

  private static void writeChange(
      WireWriter out, long number, int what, byte[] value, List<Addition> seen) {
    long mark =
        out.begin(
            FIELD_CHANGES, OVERHEAD_BYTES + value.length + AdditionCodec.BYTES_MAX * seen.size());
    out.varint(CHANGE_NUMBER, number);
    out.presentBytes(what, value);
    AdditionCodec.write(out, CHANGE_SEEN, seen);
    out.end(mark);
  }

  /** Reads the fields of an UpdateRequest up to the current limit. */
  static Operation read(CodedInputStream in, PassedOver passedOver)
      throws IOException, InvalidOperationException {
    String tenant = "";
    byte[] key = {};
    LevelCodec.Field level = LevelCodec.Field.UNSET;
    RequestId requestId = RequestId.NONE;
    Writer writer = AdditionCodec.NO_WRITER;
    boolean firstAttempt = false;
    int tenantId = 0;
    UpdateRules changes = new UpdateRules();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TENANT << 3 | DELIMITED -> tenant = in.readStringRequireUtf8();
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case LEVEL << 3 | DELIMITED -> level = LevelCodec.read(in, passedOver);
        case REQUEST_ID << 3 | DELIMITED -> requestId = RequestIdCodec.read(in, passedOver);
        case WRITER << 3 | DELIMITED -> writer = AdditionCodec.readWriter(in, passedOver);
        case FIRST_ATTEMPT << 3 -> firstAttempt = in.readBool();
        case FIELDS << 3 | DELIMITED -> readField(in, passedOver, changes);
        case TENANT_ID << 3 -> tenantId = in.readUInt32();
        default -> passedOver.add(in, tag, "UpdateRequest");
      }
    }
    OperationRules.checkKnown(passedOver);
    Level valid = level.valid();
    List<FieldChange> all = changes.validOf(writer);
    return new Operation.Update(tenant, key, valid, requestId, writer, firstAttempt, all, tenantId);
  }

  private static void readField(CodedInputStream in, PassedOver passedOver, UpdateRules rules)
      throws IOException {
    int outer = Wire.enter(in);
    String name = "";
    int kind = 0;
    Said said = new Said();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case FIELD_NAME << 3 | DELIMITED -> name = in.readStringRequireUtf8();
        case FIELD_KIND << 3 -> kind = in.readInt32();
        case FIELD_TOTALS << 3 | DELIMITED -> said.totals = readTotals(in, passedOver);
        case FIELD_CHANGES << 3 | DELIMITED -> {
          Said.Change change = readChange(in, passedOver, rules);
          if (rules.takesOneMore()) {
            said.changes.add(change);
          }
        }
        case FIELD_ASSIGNMENT << 3 | DELIMITED -> said.assignment = readAssignment(in, passedOver);
        default -> passedOver.add(in, tag, "FieldUpdate");
      }
    }
    Wire.leave(in, outer);
    rules.add(name, kind, said);
  }

  /** What an update says of one field, before it is known what the field is. */
  static final class Said {
    @Nullable Totals totals;
    final List<Change> changes = new ArrayList<>();
    @Nullable Assignment assignment;

    /** All that a writer has counted. */
    record Totals(long number, long up, long down) {}

    /**
     * One change.
     *
     * @param value that is added or removed; null if the change does neither
     */
    record Change(long number, boolean adds, byte @Nullable [] value, List<Addition> seen) {}

    /** One assignment. */
    record Assignment(long hlc, long number, byte @Nullable [] value) {}
  }

  private static Said.Totals readTotals(CodedInputStream in, PassedOver passedOver)
      throws IOException {
    int outer = Wire.enter(in);
    long number = 0;
    long up = 0;
    long down = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TOTALS_NUMBER << 3 -> number = in.readUInt64();
        case TOTALS_UP << 3 -> up = in.readUInt64();
        case TOTALS_DOWN << 3 -> down = in.readUInt64();
        default -> passedOver.add(in, tag, "Totals");
      }
    }
    Wire.leave(in, outer);
    return new Said.Totals(number, up, down);
  }

  private static Said.Change readChange(
      CodedInputStream in, PassedOver passedOver, UpdateRules rules) throws IOException {
    int outer = Wire.enter(in);
    long number = 0;
    boolean adds = false;
    byte[] value = null;
    List<Addition> seen = new ArrayList<>(0);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case CHANGE_NUMBER << 3 -> number = in.readUInt64();
        case CHANGE_ADD << 3 | DELIMITED -> {
          adds = true;
          value = in.readByteArray();
        }
        case CHANGE_REMOVE << 3 | DELIMITED -> {
          adds = false;
          value = in.readByteArray();
        }
        case CHANGE_SEEN << 3 | DELIMITED -> {
          Addition one = AdditionCodec.read(in, passedOver);
          if (rules.takesOneMore(one, seen)) {
            seen.add(one);
          }
        }
        default -> passedOver.add(in, tag, "Change");
      }
    }
    Wire.leave(in, outer);
    return new Said.Change(number, adds, value, seen);
  }

  private static Said.Assignment readAssignment(CodedInputStream in, PassedOver passedOver)
      throws IOException {
    int outer = Wire.enter(in);
    long hlc = 0;
    long number = 0;
    byte[] value = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ASSIGNMENT_HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case ASSIGNMENT_NUMBER << 3 -> number = in.readUInt64();
        case ASSIGNMENT_VALUE << 3 | DELIMITED -> value = in.readByteArray();
        default -> passedOver.add(in, tag, "Assignment");
      }
    }
    Wire.leave(in, outer);
    return new Said.Assignment(hlc, number, value);
  }
}
