package io.quorate.transport.access;

import com.google.protobuf.Message;
import io.quorate.access.Action;
import java.util.List;
import java.util.function.Function;

/** What a caller has to be granted for calls of one method. */
sealed interface MethodRule {
  /** Nothing. */
  record Open() implements MethodRule {}

  /** Something, whatever it is. What is answered is no more than that lets it know. */
  record Granted() implements MethodRule {}

  /** An action on the whole cluster. */
  record OnCluster(Action action) implements MethodRule {}

  /** An action on something, whatever it is. */
  record Somewhere(Action action) implements MethodRule {}

  /** An action on the tenant that the request names. */
  record OnTenant(Action action, Function<Message, String> tenant) implements MethodRule {
    static <T extends Message> OnTenant of(
        Action action, Class<T> request, Function<T, String> tenant) {
      return new OnTenant(action, message -> tenant.apply(request.cast(message)));
    }
  }

  /**
   * An action on the whole cluster, and another one on each of the tenants that the request names.
   */
  record OnTenants(Action onCluster, Action onEach, Function<Message, List<String>> tenants)
      implements MethodRule {
    static <T extends Message> OnTenants of(
        Action onCluster, Action onEach, Class<T> request, Function<T, List<String>> tenants) {
      return new OnTenants(onCluster, onEach, message -> tenants.apply(request.cast(message)));
    }
  }

  /** Locks of the name, or with the prefix, that the request names. */
  record OnLocks(Function<Message, String> name) implements MethodRule {
    static <T extends Message> OnLocks of(Class<T> request, Function<T, String> name) {
      return new OnLocks(message -> name.apply(request.cast(message)));
    }
  }

  /** The operations in it are asked about one by one, where they are carried out. */
  record EachOperation() implements MethodRule {}
}
