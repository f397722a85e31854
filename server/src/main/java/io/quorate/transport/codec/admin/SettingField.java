package io.quorate.transport.codec.admin;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.SettingKind.OfChoice;
import io.quorate.placement.SettingKind.OfLevel;
import io.quorate.placement.SettingKind.OfNumber;
import io.quorate.placement.SettingKind.OfReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.transport.codec.ReadRepairCodec;
import io.quorate.transport.codec.ScanCodec;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a message of the wire has a setting: in the field of its name, which is one of the message
 * itself, or of its {@code limits}. What such a field holds follows from the kind of the setting.
 *
 * @param group the field that holds the message with the field; null if it is the message itself
 */
record SettingField<T>(
    TenantSetting<T> setting, @Nullable FieldDescriptor group, FieldDescriptor field) {
  private static final String LIMITS = "limits";
  private static final String UNSPECIFIED = "UNSPECIFIED";

  /**
   * Finds the field of a setting.
   *
   * @throws IllegalStateException if there is none
   */
  static <T> SettingField<T> of(TenantSetting<T> setting, Descriptor message) {
    FieldDescriptor own = message.findFieldByName(setting.name());
    if (own != null) {
      return new SettingField<>(setting, null, own);
    }
    FieldDescriptor limits = message.findFieldByName(LIMITS);
    FieldDescriptor limit =
        limits == null ? null : limits.getMessageType().findFieldByName(setting.name());
    if (limit == null) {
      throw new IllegalStateException(
          message.getFullName() + " has no field for the setting " + setting.name());
    }
    return new SettingField<>(setting, limits, limit);
  }

  /** Sets the field to what a tenant has of the setting. */
  void write(Message.Builder out, Tenant tenant) {
    Object value = toWire(tenant.get(setting));
    if (group == null) {
      out.setField(field, value);
    } else {
      out.getFieldBuilder(group).setField(field, value);
    }
  }

  /**
   * Adds what a message says of the setting, if it says anything.
   *
   * @throws IllegalArgumentException if this server does not know the value; the message says what
   *     it knows
   */
  TenantSettings read(Message message, TenantSettings others) {
    Message holder = group == null ? message : (Message) message.getField(group);
    if (field.hasPresence() && !holder.hasField(field)) {
      return others;
    }
    Object value = fromWire(holder.getField(field));
    return value == null ? others : others.with(setting, setting.kind().cast(value));
  }

  private Object toWire(T value) {
    return switch (setting.kind()) {
      case OfLevel levels -> ScanCodec.level(levels.cast(value));
      case OfReadRepair repairs -> readRepair(repairs.cast(value));
      case OfNumber numbers -> value;
      case OfChoice<?> choice ->
          field.getEnumType().findValueByName(prefix() + choice.cast(value).name());
    };
  }

  private @Nullable Object fromWire(Object value) {
    return switch (setting.kind()) {
      case OfLevel levels -> ScanCodec.level((io.quorate.proto.v1.Level) value);
      case OfReadRepair repairs -> readRepair((io.quorate.proto.v1.ReadRepair) value);
      case OfNumber numbers -> value;
      case OfChoice<?> choice -> choice(choice, (EnumValueDescriptor) value);
    };
  }

  private static io.quorate.proto.v1.ReadRepair readRepair(ReadRepair repair) {
    return io.quorate.proto.v1.ReadRepair.newBuilder()
        .setModeValue(ReadRepairCodec.number(repair.mode()))
        .setBackgroundPercent(repair.backgroundPercent())
        .build();
  }

  private static @Nullable ReadRepair readRepair(io.quorate.proto.v1.ReadRepair repair) {
    return new ReadRepairCodec.Field(repair.getModeValue(), repair.getBackgroundPercent()).valid();
  }

  private @Nullable Object choice(OfChoice<?> choice, EnumValueDescriptor value) {
    for (Enum<?> each : choice.values()) {
      if (value.getName().equals(prefix() + each.name())) {
        return each;
      }
    }
    if (value.getNumber() == 0) {
      return null;
    }
    throw new IllegalArgumentException(
        "%s %d is not known to this server: give %s"
            .formatted(
                setting.name(),
                value.getNumber(),
                choice.values().stream()
                    .map(each -> prefix() + each.name())
                    .collect(Collectors.joining(" or "))));
  }

  /** What the names of the enum begin with: each has the name of the enum before its own. */
  private String prefix() {
    EnumDescriptor type = field.getEnumType();
    String unset = type.findValueByNumber(0).getName();
    return unset.substring(0, unset.length() - UNSPECIFIED.length());
  }
}
