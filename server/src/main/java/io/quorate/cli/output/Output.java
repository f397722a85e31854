package io.quorate.cli.output;

import java.util.Map;
import java.util.function.Supplier;

/** Where a command's results go: as JSON if {@code --json} was given, else as people read them. */
public final class Output {
  private final Console console;
  private final boolean json;

  public Output(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  /** One result, in the one form or the other. */
  public void result(Map<String, ?> object, Supplier<String> text) {
    console.out().println(json ? Json.pretty(object) : text.get());
  }

  /** One of many results: a line either way, so that output can be streamed. */
  public void item(Map<String, ?> object, Supplier<String> text) {
    console.out().println(json ? Json.line(object) : text.get());
  }

  /** Something people should know that is no result. */
  public void note(String text) {
    console.err().println(text);
  }

  public boolean json() {
    return json;
  }
}
