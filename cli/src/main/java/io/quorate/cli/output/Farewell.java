package io.quorate.cli.output;

import java.util.function.Supplier;

/** Says how things stand if the process is ended, as by Ctrl-C, before this is taken back. */
public final class Farewell {
  private final Thread hook;

  /**
   * @param words asked for when the process ends, on another thread
   */
  public Farewell(Console console, Supplier<String> words) {
    hook =
        new Thread(
            () -> {
              console.err().println();
              console.err().println(words.get());
            },
            "farewell");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Has nothing said any more. */
  public void takeBack() {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The process ends already, and says so.
    }
  }
}
