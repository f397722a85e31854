package io.quorate.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been opened, to be closed in the opposite order, whatever goes wrong on the way. */
final class Closing {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  private final Deque<Runnable> steps = new ArrayDeque<>();

  /** Remembers how to close what was just opened. */
  synchronized <T> T after(T opened, Consumer<? super T> close) {
    steps.push(() -> close.accept(opened));
    return opened;
  }

  synchronized void closeAll() {
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (RuntimeException | Error failed) {
        log.warn("while stopping: {}", failed.toString());
      }
    }
  }
}
