package io.quorate.transport;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.quorate.transport.codec.OperationCodec;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fields of requests that only a newer version knows. They may be conditions or settings, so a
 * request that has one is refused: carried out without it, it would be answered as done. Methods
 * that tell the state of things answer as far as they understand the request, so that newer tools
 * can look at older nodes. Operations are read, and refused, by {@link OperationCodec}.
 */
final class UnknownFields {
  private static final String PUBLIC = "quorate.v1.";

  /** How the names of methods begin that tell the state of things. */
  private static final Set<String> TELLING = Set.of("Get", "List", "Watch");

  private UnknownFields() {}

  /** Returns whether a method's requests must pass {@link #refusal}. It does not change. */
  static boolean areRefusedBy(MethodDescriptor<?, ?> method) {
    String name = String.valueOf(method.getBareMethodName());
    return method.getFullMethodName().startsWith(PUBLIC)
        && method.getRequestMarshaller() instanceof PrototypeMarshaller<?> marshaller
        && marshaller.getMessagePrototype() instanceof Message
        && TELLING.stream().noneMatch(name::startsWith);
  }

  /** Returns why a request is refused; null if this version knows all of its fields. */
  static @Nullable String refusal(Object request) {
    return request instanceof Message message ? refusalOf(message) : null;
  }

  private static @Nullable String refusalOf(Message message) {
    Set<Integer> unknown = message.getUnknownFields().asMap().keySet();
    if (!unknown.isEmpty()) {
      return OperationCodec.notKnown(
          unknown.iterator().next(), message.getDescriptorForType().getName());
    }
    for (Object value : message.getAllFields().values()) {
      List<?> values = value instanceof List<?> list ? list : List.of(value);
      for (Object each : values) {
        String why = each instanceof Message nested ? refusalOf(nested) : null;
        if (why != null) {
          return why;
        }
      }
    }
    return null;
  }
}
