package io.quorate.runtime.real;

import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Threads of event loops that are missed when they end. A loop that meets an error it cannot handle
 * logs it and ends its thread; what it served would wait for ever, and the process with it.
 */
final class Watched {
  private Watched() {}

  /**
   * Returns a factory whose threads report their end.
   *
   * @param named makes the threads
   * @param closing whether their end is wanted by now
   * @param onBroken told, on the thread that ends, if it is not
   */
  static ThreadFactory threads(
      ThreadFactory named, BooleanSupplier closing, Consumer<Throwable> onBroken) {
    return task ->
        named.newThread(
            () -> {
              try {
                task.run();
              } catch (RuntimeException | Error thrown) {
                onBroken.accept(thrown);
                return;
              }
              if (!closing.getAsBoolean()) {
                onBroken.accept(
                    new IllegalStateException(
                        "thread " + Thread.currentThread().getName() + " ended by itself"));
              }
            });
  }
}
