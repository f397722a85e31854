package io.quorate.client.internal.update;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.client.Context;
import io.quorate.client.Element;
import io.quorate.client.FieldChange;
import io.quorate.client.FieldKind;
import io.quorate.client.FieldValue;
import io.quorate.client.FlagKind;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.MapValue;
import io.quorate.client.ResultInfo;
import io.quorate.proto.v1.Dot;
import io.quorate.proto.v1.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our words and those on the wire, for fields. */
public final class FieldWords {
  private FieldWords() {}

  /** Returns the fields of a key; those of a kind that this client does not know are left out. */
  public static MapValue fromWire(List<Field> fields, ResultInfo info) {
    List<FieldValue> values = new ArrayList<>(fields.size());
    for (Field field : fields) {
      FieldValue value = fromWire(field);
      if (value != null) {
        values.add(value);
      }
    }
    return MapValue.of(values, info);
  }

  private static @Nullable FieldValue fromWire(Field field) {
    String name = field.getName();
    return switch (field.getKind()) {
      case FIELD_KIND_COUNTER -> FieldValue.counter(name, FieldKind.COUNTER, field.getCount());
      case FIELD_KIND_GROW_ONLY_COUNTER ->
          FieldValue.counter(name, FieldKind.GROW_ONLY_COUNTER, field.getCount());
      case FIELD_KIND_SET -> FieldValue.values(name, FieldKind.SET, elements(field));
      case FIELD_KIND_REGISTER -> FieldValue.values(name, FieldKind.REGISTER, elements(field));
      case FIELD_KIND_MULTI_VALUE_REGISTER ->
          FieldValue.values(name, FieldKind.MULTI_VALUE_REGISTER, elements(field));
      case FIELD_KIND_FLAG_ENABLE_WINS ->
          FieldValue.flag(name, FlagKind.ENABLE_WINS, field.getEnabled());
      case FIELD_KIND_FLAG_DISABLE_WINS ->
          FieldValue.flag(name, FlagKind.DISABLE_WINS, field.getEnabled());
      case FIELD_KIND_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  private static List<Element> elements(Field field) {
    List<Element> elements = new ArrayList<>(field.getElementsCount());
    for (io.quorate.proto.v1.Element each : field.getElementsList()) {
      elements.add(Element.of(each.getValue().toByteArray(), context(each.getDotsList())));
    }
    return elements;
  }

  static io.quorate.proto.v1.FieldKind toWire(FieldKind kind) {
    return switch (kind) {
      case COUNTER -> io.quorate.proto.v1.FieldKind.FIELD_KIND_COUNTER;
      case GROW_ONLY_COUNTER -> io.quorate.proto.v1.FieldKind.FIELD_KIND_GROW_ONLY_COUNTER;
      case SET -> io.quorate.proto.v1.FieldKind.FIELD_KIND_SET;
      case REGISTER -> io.quorate.proto.v1.FieldKind.FIELD_KIND_REGISTER;
      case MULTI_VALUE_REGISTER -> io.quorate.proto.v1.FieldKind.FIELD_KIND_MULTI_VALUE_REGISTER;
      case FLAG_ENABLE_WINS -> io.quorate.proto.v1.FieldKind.FIELD_KIND_FLAG_ENABLE_WINS;
      case FLAG_DISABLE_WINS -> io.quorate.proto.v1.FieldKind.FIELD_KIND_FLAG_DISABLE_WINS;
    };
  }

  private static Context context(List<Dot> dots) {
    return Context.of(
        io.quorate.proto.v1.Element.newBuilder().addAllDots(dots).build().toByteArray());
  }

  /** Returns the additions that contexts name, which {@link #refusal} has looked at. */
  static List<Dot> dots(List<Context> contexts) {
    List<Dot> dots = new ArrayList<>();
    for (Context each : contexts) {
      try {
        dots.addAll(io.quorate.proto.v1.Element.parseFrom(each.bytes()).getDotsList());
      } catch (InvalidProtocolBufferException malformed) {
        throw new IllegalStateException("a context was not looked at before", malformed);
      }
    }
    return dots;
  }

  /** Returns what is wrong with changes; null if nothing is. */
  public static @Nullable InvalidRequestException refusal(List<FieldChange> changes) {
    if (changes.size() > Fold.CHANGES_MAX) {
      return tooMany(changes.size());
    }
    long count = 0;
    long made = 0;
    for (FieldChange change : changes) {
      if (count >= Fold.TOTAL_END - change.by()) {
        return new InvalidRequestException("an update counts beyond 2^62: give it less at a time");
      }
      count += change.by();
      List<Context> seen = change.seen();
      int dots = 0;
      try {
        for (Context each : seen == null ? List.<Context>of() : seen) {
          dots += io.quorate.proto.v1.Element.parseFrom(each.bytes()).getDotsCount();
        }
      } catch (InvalidProtocolBufferException malformed) {
        return new InvalidRequestException(
            "%s is based on a context that no read of a set or a map returned".formatted(change));
      }
      made += Math.max(1, (dots + Fold.SEEN_MAX - 1) / Fold.SEEN_MAX);
    }
    return made > Fold.CHANGES_MAX ? tooMany(made) : null;
  }

  private static InvalidRequestException tooMany(long changes) {
    return new InvalidRequestException(
        ("the update has %d changes (a removal that names more than %d additions counts as"
                + " several), and an update takes at most %d: give less at a time")
            .formatted(changes, Fold.SEEN_MAX, Fold.CHANGES_MAX));
  }
}
