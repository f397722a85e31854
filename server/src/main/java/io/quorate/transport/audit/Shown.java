package io.quorate.transport.audit;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/**
 * What may be shown of a message: fields that the wire contract marks with debug_redact are not.
 */
final class Shown {
  private Shown() {}

  /** The message without what must not be shown. */
  static Message of(Message message) {
    Message.Builder shown = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> each : message.getAllFields().entrySet()) {
      FieldDescriptor field = each.getKey();
      if (field.getOptions().getDebugRedact()) {
        shown.clearField(field);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        shown.setField(
            field,
            field.isRepeated() ? all((List<?>) each.getValue()) : of((Message) each.getValue()));
      }
    }
    return shown.build();
  }

  private static List<Message> all(List<?> parts) {
    return parts.stream().map(each -> of((Message) each)).toList();
  }
}
