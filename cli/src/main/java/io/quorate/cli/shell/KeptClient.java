package io.quorate.cli.shell;

import io.quorate.client.QuorateClient;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** A client that stays open when a command that has used it closes it. */
final class KeptClient implements InvocationHandler {
  private final QuorateClient kept;

  private KeptClient(QuorateClient kept) {
    this.kept = kept;
  }

  static QuorateClient of(QuorateClient kept) {
    return (QuorateClient)
        Proxy.newProxyInstance(
            QuorateClient.class.getClassLoader(),
            new Class<?>[] {QuorateClient.class},
            new KeptClient(kept));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("close")) {
      return null;
    }
    try {
      return method.invoke(kept, arguments);
    } catch (InvocationTargetException failed) {
      throw failed.getCause() == null ? failed : failed.getCause();
    }
  }
}
