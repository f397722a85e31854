package io.quorate.transport;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.quorate.transport.codec.OperationCodec;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fields of requests that only a newer version knows. A request that changes something is refused
 * for them, since they say what else is wanted: a setting that is passed over would be taken for
 * set. What only asks for the state of things is answered as far as it is understood. Operations
 * are read by {@link OperationCodec}, which refuses each alone.
 */
final class UnknownFields {
  private static final String PUBLIC = "quorate.v1.";

  /** How the names of methods begin that change nothing. */
  private static final Set<String> ASKING = Set.of("Get", "List", "Watch");

  private UnknownFields() {}

  /** Why a request is refused; null if it is not. */
  static @Nullable String refusal(MethodDescriptor<?, ?> method, Object request) {
    String name = method.getBareMethodName();
    boolean changes =
        name != null
            && method.getFullMethodName().startsWith(PUBLIC)
            && ASKING.stream().noneMatch(name::startsWith);
    return changes && request instanceof Message message ? whyNotKnown(message) : null;
  }

  private static @Nullable String whyNotKnown(Message message) {
    Set<Integer> unknown = message.getUnknownFields().asMap().keySet();
    if (!unknown.isEmpty()) {
      return OperationCodec.notKnown(
          unknown.iterator().next(), message.getDescriptorForType().getName());
    }
    for (Object value : message.getAllFields().values()) {
      List<?> values = value instanceof List<?> list ? list : List.of(value);
      for (Object each : values) {
        String why = each instanceof Message nested ? whyNotKnown(nested) : null;
        if (why != null) {
          return why;
        }
      }
    }
    return null;
  }
}
