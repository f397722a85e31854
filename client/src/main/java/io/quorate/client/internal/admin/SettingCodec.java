package io.quorate.client.internal.admin;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Words;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of tenants in messages of the wire. Each is in the field of its name, which is one of
 * the message itself, or of its {@code limits}.
 */
final class SettingCodec {
  private static final String LIMITS = "limits";
  private static final String UNSPECIFIED = "UNSPECIFIED";

  private SettingCodec() {}

  /** Sets the fields of those settings that are said. */
  static void write(TenantSettings settings, Message.Builder out) {
    TenantSetting.all().forEach(setting -> write(setting, settings, out));
  }

  private static <T> void write(
      TenantSetting<T> setting, TenantSettings settings, Message.Builder out) {
    T value = settings.get(setting);
    if (value != null) {
      Message.Builder holder =
          isLimit(setting, out)
              ? out.getFieldBuilder(out.getDescriptorForType().findFieldByName(LIMITS))
              : out;
      FieldDescriptor field = holder.getDescriptorForType().findFieldByName(setting.name());
      holder.setField(field, toWire(setting, field, value));
    }
  }

  /** Reads all settings that a message says something of. */
  static TenantSettings read(Message message) {
    TenantSettings settings = TenantSettings.DEFAULT;
    for (TenantSetting<?> setting : TenantSetting.all()) {
      settings = read(setting, message, settings);
    }
    return settings;
  }

  private static <T> TenantSettings read(
      TenantSetting<T> setting, Message message, TenantSettings others) {
    Message holder =
        isLimit(setting, message)
            ? (Message) message.getField(message.getDescriptorForType().findFieldByName(LIMITS))
            : message;
    FieldDescriptor field = holder.getDescriptorForType().findFieldByName(setting.name());
    boolean said =
        !field.hasPresence() || field.getJavaType() == JavaType.MESSAGE || holder.hasField(field);
    Object value = said ? fromWire(setting, field, holder.getField(field)) : null;
    return value == null ? others : others.withUnchecked(setting, setting.type().cast(value));
  }

  private static boolean isLimit(TenantSetting<?> setting, MessageOrBuilder message) {
    Descriptor type = message.getDescriptorForType();
    return type.findFieldByName(setting.name()) == null;
  }

  private static <T> Object toWire(TenantSetting<T> setting, FieldDescriptor field, T value) {
    return switch (setting.kind()) {
      case LEVEL -> Words.toWire((Level) value);
      case DURATION -> Checks.millis((Duration) value);
      case READ_REPAIR -> Words.toWire((ReadRepair) value);
      case COUNT, BYTES -> value;
      case CHOICE -> field.getEnumType().findValueByName(prefix(field) + ((Enum<?>) value).name());
    };
  }

  private static @Nullable Object fromWire(
      TenantSetting<?> setting, FieldDescriptor field, Object value) {
    return switch (setting.kind()) {
      case LEVEL -> Words.fromWire((io.quorate.proto.v1.Level) value);
      case DURATION -> Duration.ofMillis((Long) value);
      case READ_REPAIR -> Words.fromWire((io.quorate.proto.v1.ReadRepair) value);
      case COUNT, BYTES -> value;
      case CHOICE -> choice(setting, prefix(field), (EnumValueDescriptor) value);
    };
  }

  /** A value that this library does not know is taken as not said. */
  private static @Nullable Object choice(
      TenantSetting<?> setting, String prefix, EnumValueDescriptor value) {
    for (Object each : setting.type().getEnumConstants()) {
      if (value.getName().equals(prefix + ((Enum<?>) each).name())) {
        return each;
      }
    }
    return null;
  }

  /** What the names of an enum begin with: each has the name of the enum before its own. */
  private static String prefix(FieldDescriptor field) {
    String unset = field.getEnumType().findValueByNumber(0).getName();
    return unset.substring(0, unset.length() - UNSPECIFIED.length());
  }
}
