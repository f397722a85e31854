package io.quorate.cli.backup.run;

/**
 * Runs something if a signal such as that of Ctrl-C ends this process, which it does while commands
 * are still at work.
 */
public final class AtSignal implements AutoCloseable {
  private final Thread hook;

  public AtSignal(Runnable task) {
    hook = new Thread(task, "interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** It is not to be run any more. */
  @Override
  public void close() {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The hook is running, and does all that is left to do.
    }
  }
}
