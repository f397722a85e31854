package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.replication.api.Fields;
import io.quorate.version.Addition;
import io.quorate.version.Field;
import io.quorate.version.FieldValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.Field}: what a read answers of a key whose fields are merged. */
final class FieldsCodec {
  private static final int NAME = 1;
  private static final int KIND = 2;
  private static final int COUNT = 3;
  private static final int ELEMENTS = 4;
  private static final int ENABLED = 5;

  private static final int ELEMENT_VALUE = 1;
  private static final int ELEMENT_DOTS = 2;

  /** Bytes of a field beside its name and elements, and of an element beside its value and dots. */
  private static final int OVERHEAD_BYTES = 30;

  /** Fields of a key, values of a field, or additions of a value: far above what a record holds. */
  private static final int EACH_MAX = 1 << 20;

  private static final int DELIMITED = 2;

  private FieldsCodec() {}

  /** Bytes that all of them take, at most. */
  static int bytesMax(Fields found) {
    int bytes = 0;
    for (FieldValue value : found.values()) {
      bytes += bytesMax(value);
    }
    return bytes;
  }

  private static int bytesMax(FieldValue value) {
    int bytes = OVERHEAD_BYTES + 3 * value.field().name().length();
    for (FieldValue.Element element : value.elements()) {
      bytes += bytesMax(element);
    }
    return bytes;
  }

  private static int bytesMax(FieldValue.Element element) {
    return OVERHEAD_BYTES
        + element.value().length
        + AdditionCodec.BYTES_MAX * element.additions().size();
  }

  static void write(WireWriter out, int field, Fields found) {
    for (FieldValue value : found.values()) {
      long mark = out.begin(field, bytesMax(value));
      out.string(NAME, value.field().name());
      out.uint32(KIND, value.field().kind().number());
      out.varint(COUNT, value.count() << 1 ^ value.count() >> 63); // as sint64
      for (FieldValue.Element element : value.elements()) {
        long inner = out.begin(ELEMENTS, bytesMax(element));
        out.bytes(ELEMENT_VALUE, element.value());
        AdditionCodec.write(out, ELEMENT_DOTS, element.additions());
        out.end(inner);
      }
      out.bool(ENABLED, value.enabled());
      out.end(mark);
    }
  }

  /** Reads one whose tag was just read. */
  static FieldValue read(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    String name = "";
    int kind = 0;
    long count = 0;
    List<FieldValue.Element> elements = new ArrayList<>();
    boolean enabled = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case NAME << 3 | DELIMITED -> name = in.readStringRequireUtf8();
        case KIND << 3 -> kind = in.readInt32();
        case COUNT << 3 -> count = in.readSInt64();
        case ELEMENTS << 3 | DELIMITED -> {
          checkRoom(elements);
          elements.add(readElement(in));
        }
        case ENABLED << 3 -> enabled = in.readBool();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    Field.Kind known = Wire.understood(kind(kind), "a field of a kind that is not known");
    return new FieldValue(new Field(name, known), count, elements, enabled);
  }

  private static FieldValue.Element readElement(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    byte[] value = {};
    List<Addition> additions = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ELEMENT_VALUE << 3 | DELIMITED -> value = in.readByteArray();
        case ELEMENT_DOTS << 3 | DELIMITED -> {
          checkRoom(additions);
          additions.add(AdditionCodec.read(in, null));
        }
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new FieldValue.Element(value, additions);
  }

  /** Called before a field, an element or an addition is read. */
  static void checkRoom(List<?> before) throws InvalidProtocolBufferException {
    if (before.size() >= EACH_MAX) {
      throw new InvalidProtocolBufferException(
          "more than " + EACH_MAX + " fields, values or additions");
    }
  }

  /** The kind that has a number on the wire; null if this version does not know it. */
  static Field.@Nullable Kind kind(int number) {
    for (Field.Kind kind : Field.Kind.values()) {
      if (kind.number() == number) {
        return kind;
      }
    }
    return null;
  }
}
