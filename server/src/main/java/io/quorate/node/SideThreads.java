package io.quorate.node;

import io.quorate.runtime.real.MachineThreads;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads of a node beside its lane, each for tasks that take long or may hang, and that nothing
 * but each other should wait for. They end with the node.
 */
final class SideThreads {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  /** Tasks that wait for one thread, where each may be of another caller. */
  static final int WAITING_MAX = 8;

  private final String node;
  private final Closing closing;
  private final Consumer<Throwable> onBroken;

  /**
   * @param node what the names of its threads begin with
   * @param onBroken told of errors, which end a thread
   */
  SideThreads(String node, Closing closing, Consumer<Throwable> onBroken) {
    this.node = node;
    this.closing = closing;
    this.onBroken = onBroken;
  }

  /** Makes a thread. */
  LongTasks open(String name, int waitingMax) {
    return closing.after(
        new LongTasks(node + "-" + name, waitingMax, new MachineThreads(onBroken)),
        LongTasks::close);
  }

  /**
   * Makes a thread for tasks of one kind.
   *
   * @param kind what they do, for messages
   */
  Executor open(String name, int waitingMax, String kind) {
    return of(open(name, waitingMax), kind);
  }

  /**
   * Returns what does tasks of one kind on a thread that does others, too.
   *
   * @param kind what they do, for messages
   */
  Executor of(LongTasks thread, String kind) {
    return thread.of(kind, SideThreads::onFailed);
  }

  /** Long tasks own nothing: what fails there is the one call that waits for it. */
  private static void onFailed(String task, RuntimeException cause) {
    log.error("{} has failed: something happened inside that must not happen", task, cause);
  }
}
