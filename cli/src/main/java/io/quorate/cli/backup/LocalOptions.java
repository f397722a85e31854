package io.quorate.cli.backup;

import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** What commands take that look at files, and ask no cluster. */
final class LocalOptions {
  @Option(names = "--json", description = "Print JSON; failures too, on standard error.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // Main asks the parsed command line for it
  @Option(names = "--verbose", description = "Show stack traces of failures.")
  private boolean verbose;

  Output output(Console console) {
    return new Output(console, json);
  }

  /** Returns where warnings go: to people. */
  Consumer<String> warnings(Output output) {
    return warning -> {
      if (!json) {
        output.note("warning: " + warning);
      }
    };
  }

  boolean json() {
    return json;
  }
}
