package io.quorate.cli.backup.store;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store whose calls are seen before they are made, and those of the backups beside it. */
public final class SeenStore {
  private SeenStore() {}

  /** Sees a call, which fails if this does. */
  public interface Seen {
    /**
     * @param of name of the backup, or where backups are
     */
    void call(String of, String method) throws IOException;
  }

  public static BackupStore of(BackupStore store, Seen seen) {
    return (BackupStore)
        Proxy.newProxyInstance(
            SeenStore.class.getClassLoader(),
            new Class<?>[] {BackupStore.class},
            (proxy, method, given) -> {
              seen.call(store.name(), method.getName());
              Object answer = call(store, method, given);
              return answer instanceof BackupPlace place ? of(place, seen) : answer;
            });
  }

  private static BackupPlace of(BackupPlace place, Seen seen) {
    return (BackupPlace)
        Proxy.newProxyInstance(
            SeenStore.class.getClassLoader(),
            new Class<?>[] {BackupPlace.class},
            (proxy, method, given) -> {
              seen.call(place.place(), method.getName());
              Object answer = call(place, method, given);
              return answer instanceof BackupStore store ? of(store, seen) : answer;
            });
  }

  private static @Nullable Object call(Object on, Method method, Object @Nullable [] given)
      throws Throwable {
    try {
      return method.invoke(on, given);
    } catch (InvocationTargetException failed) {
      throw Objects.requireNonNull(failed.getCause());
    }
  }
}
