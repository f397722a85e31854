package io.quorate.transport.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.Quoted;
import io.quorate.model.RequestId;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.FieldsUpdate;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.WriteStamp;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import io.quorate.version.FieldMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.UpdateFieldsRequest}. */
final class UpdateFieldsCodec {
  private static final int TENANT = 1;
  private static final int KEY = 2;
  private static final int CONDITIONS = 3;
  private static final int EDITS = 4;
  private static final int REQUEST_ID = 5;
  private static final int STAMP = 6;
  private static final int FENCE_TOKEN = 7;
  private static final int ABOVE_HLC = 8;
  private static final int CONDITION = 9;

  private static final int FIELD = 1;

  private static final int CONDITION_ABSENT = 2;
  private static final int CONDITION_PRESENT = 3;
  private static final int CONDITION_VALUE = 4;

  private static final int EDIT_SET = 2;
  private static final int EDIT_REMOVE = 3;

  /** Bytes of a condition or an edit beside its name and value, at most. */
  private static final int OVERHEAD_BYTES = 20;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;

  private UpdateFieldsCodec() {}

  /** Bytes of the conditions and edits, at most. */
  static int bytesMax(Operation.UpdateFields update) {
    FieldsUpdate fields = update.fields();
    return update.valueBytes()
        + OVERHEAD_BYTES * (fields.conditions().size() + fields.edits().size())
        + VersionCodec.BYTES_MAX;
  }

  /** Writes the fields of an UpdateFieldsRequest. */
  static void write(WireWriter out, Operation.UpdateFields update) {
    out.string(TENANT, update.tenant());
    out.bytes(KEY, update.key());
    for (FieldsUpdate.Expected each : update.fields().conditions()) {
      write(out, each);
    }
    for (FieldsUpdate.Edit each : update.fields().edits()) {
      write(out, each);
    }
    RequestIdCodec.write(out, REQUEST_ID, update.requestId());
    StampCodec.write(out, STAMP, update.stamp());
    out.varint(FENCE_TOKEN, update.fenceToken());
    out.fixed64(ABOVE_HLC, update.aboveHlc());
    ConditionCodec.write(out, CONDITION, update.condition());
  }

  private static void write(WireWriter out, FieldsUpdate.Expected expected) {
    long mark = out.begin(CONDITIONS, bytesMax(expected.field(), expected.valueBytes()));
    out.string(FIELD, expected.field());
    switch (expected) {
      case FieldsUpdate.Absent absent -> out.bool(CONDITION_ABSENT, true);
      case FieldsUpdate.Present present -> out.bool(CONDITION_PRESENT, true);
      case FieldsUpdate.Value value -> out.presentBytes(CONDITION_VALUE, value.value());
    }
    out.end(mark);
  }

  private static void write(WireWriter out, FieldsUpdate.Edit edit) {
    byte[] value = edit.value();
    long mark = out.begin(EDITS, bytesMax(edit.field(), value == null ? 0 : value.length));
    out.string(FIELD, edit.field());
    if (value == null) {
      out.bool(EDIT_REMOVE, true);
    } else {
      out.presentBytes(EDIT_SET, value);
    }
    out.end(mark);
  }

  private static int bytesMax(String field, int valueBytes) {
    return OVERHEAD_BYTES + field.getBytes(UTF_8).length + valueBytes;
  }

  /** Reads the fields of an UpdateFieldsRequest up to the current limit. */
  static Operation read(CodedInputStream in, PassedOver passedOver)
      throws IOException, InvalidOperationException {
    String tenant = "";
    byte[] key = {};
    Said said = new Said();
    RequestId requestId = RequestId.NONE;
    WriteStamp stamp = null;
    long fenceToken = 0;
    long aboveHlc = 0;
    Condition condition = null;
    boolean asks = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TENANT << 3 | DELIMITED -> tenant = in.readStringRequireUtf8();
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case CONDITIONS << 3 | DELIMITED -> said.readCondition(in, passedOver);
        case EDITS << 3 | DELIMITED -> said.readEdit(in, passedOver);
        case REQUEST_ID << 3 | DELIMITED -> requestId = RequestIdCodec.read(in, passedOver);
        case STAMP << 3 | DELIMITED -> stamp = StampCodec.read(in, passedOver);
        case FENCE_TOKEN << 3 -> fenceToken = in.readUInt64();
        case ABOVE_HLC << 3 | FIXED64 -> aboveHlc = in.readFixed64();
        case CONDITION << 3 | DELIMITED -> {
          condition = ConditionCodec.read(in, passedOver);
          asks = true;
        }
        default -> passedOver.add(in, tag, "UpdateFieldsRequest");
      }
    }
    OperationRules.checkKnown(passedOver);
    OperationRules.checkCondition(asks, condition);
    OperationRules.checkToken(fenceToken);
    return new Operation.UpdateFields(
        tenant, key, said.valid(), condition, requestId, stamp, aboveHlc, fenceToken);
  }

  /** What an update says of fields. What is wrong with it is told when all of it has been read. */
  private static final class Said {
    private final List<FieldsUpdate.Expected> conditions = new ArrayList<>();
    private final List<FieldsUpdate.Edit> edits = new ArrayList<>();
    private final Set<String> expected = new HashSet<>();
    private final Set<String> edited = new HashSet<>();
    private @Nullable String wrong;

    void readCondition(CodedInputStream in, PassedOver passedOver) throws IOException {
      int outer = Wire.enter(in);
      String field = "";
      int kind = 0;
      byte[] value = {};
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag) {
          case FIELD << 3 | DELIMITED -> field = in.readStringRequireUtf8();
          case CONDITION_ABSENT << 3 -> kind = in.readBool() ? CONDITION_ABSENT : 0;
          case CONDITION_PRESENT << 3 -> kind = in.readBool() ? CONDITION_PRESENT : 0;
          case CONDITION_VALUE << 3 | DELIMITED -> {
            kind = CONDITION_VALUE;
            value = in.readByteArray();
          }
          default -> passedOver.add(in, tag, "FieldCondition");
        }
      }
      Wire.leave(in, outer);
      if (takes("conditions", field, expected)) {
        switch (kind) {
          case CONDITION_ABSENT -> conditions.add(new FieldsUpdate.Absent(field));
          case CONDITION_PRESENT -> conditions.add(new FieldsUpdate.Present(field));
          case CONDITION_VALUE -> conditions.add(new FieldsUpdate.Value(field, value));
          default ->
              wrong =
                  "the condition on field %s says nothing that it could have: set absent or present to true, or a value"
                      .formatted(Quoted.of(field));
        }
      }
    }

    void readEdit(CodedInputStream in, PassedOver passedOver) throws IOException {
      int outer = Wire.enter(in);
      String field = "";
      int kind = 0;
      byte[] value = null;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag) {
          case FIELD << 3 | DELIMITED -> field = in.readStringRequireUtf8();
          case EDIT_SET << 3 | DELIMITED -> {
            kind = EDIT_SET;
            value = in.readByteArray();
          }
          case EDIT_REMOVE << 3 -> {
            kind = in.readBool() ? EDIT_REMOVE : 0;
            value = null;
          }
          default -> passedOver.add(in, tag, "FieldEdit");
        }
      }
      Wire.leave(in, outer);
      if (takes("edits", field, edited)) {
        if (kind == 0) {
          wrong =
              "the edit of field %s says nothing: give set, or set remove to true"
                  .formatted(Quoted.of(field));
        } else {
          edits.add(new FieldsUpdate.Edit(field, value));
        }
      }
    }

    /** Whether one more is read: nothing is wrong so far, so that memory is bounded. */
    private boolean takes(String what, String field, Set<String> fields) {
      if (wrong != null) {
        return false;
      }
      int bytes = field.getBytes(UTF_8).length;
      if (bytes == 0 || bytes > FieldMap.NAME_BYTES_MAX) {
        wrong =
            "the name of a field has %d bytes: give 1 to %d"
                .formatted(bytes, FieldMap.NAME_BYTES_MAX);
      } else if (fields.size() == FieldsUpdate.EACH_MAX) {
        wrong = "an update has at most %d %s".formatted(FieldsUpdate.EACH_MAX, what);
      } else if (!fields.add(field)) {
        wrong =
            "field %s is named twice in the %s: give one for each field"
                .formatted(Quoted.of(field), what);
      }
      return wrong == null;
    }

    FieldsUpdate valid() throws InvalidOperationException {
      if (wrong != null) {
        throw new InvalidOperationException(wrong);
      }
      if (edits.isEmpty()) {
        throw new InvalidOperationException("the update has no edit: set or remove a field");
      }
      return new FieldsUpdate(conditions, edits);
    }
  }
}
