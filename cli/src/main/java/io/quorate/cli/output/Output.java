package io.quorate.cli.output;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Where a command's results go: as JSON if {@code --json} was given, else as people read them. */
public final class Output {
  /** A look at the stream flushes it, so it is taken after every 256 results only. */
  private static final int ITEMS_BETWEEN_LOOKS = 256;

  private final Console console;
  private final boolean json;
  private long items;

  public Output(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  /**
   * Prints one result, in the one form or the other.
   *
   * @throws OutputGoneException if it could not be printed
   */
  public void result(Map<String, ?> object, Supplier<String> text) {
    console.out().println(json ? Json.pretty(object) : text.get());
    console.requireWritten();
  }

  /**
   * Prints one of many results: a line either way, so that output can be streamed.
   *
   * @throws OutputGoneException if some before it could not be printed
   */
  public void item(Map<String, ?> object, Supplier<String> text) {
    console.out().println(json ? Json.line(object) : text.get());
    if (++items % ITEMS_BETWEEN_LOOKS == 0) {
      console.requireWritten();
    }
  }

  /** Something people should know that is no result. */
  public void note(String text) {
    console.err().println(text);
  }

  /** What people should know of what was done; JSON has it in the result. */
  public void warn(List<String> warnings) {
    if (!json) {
      warnings.forEach(warning -> note("warning: " + warning));
    }
  }

  public boolean json() {
    return json;
  }
}
