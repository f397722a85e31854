package io.quorate.cli.config;

import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.process.NodeJvm;
import io.quorate.node.config.Memory;
import io.quorate.node.config.Place;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands on a configuration have in common. */
final class ConfigOptions {
  @Parameters(
      paramLabel = "FILE",
      description =
          "The node's configuration. Variables QUORATE_... of the environment override it, as they"
              + " do for a node.")
  private Path file = Path.of("");

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  Path file() {
    return file;
  }

  Output output(Console console) {
    return new Output(console, json);
  }

  /** What a node would have on this machine, from which the values {@code auto} follow. */
  Memory memory() {
    return NodeJvm.memoryOfNode(System.getenv("QUORATE_JAVA_OPTS"));
  }

  /** Says why the heap of the node is not known; empty if it is. */
  Optional<String> heapIsUnknown() {
    return NodeJvm.heapIsUnknown(System.getenv("QUORATE_JAVA_OPTS"));
  }

  /** Puts where something is written, for programs. */
  static void put(Map<String, Object> object, @Nullable Place place) {
    if (place != null) {
      object.put("source", place.source());
      if (place.line() > 0) {
        object.put("line", place.line());
      }
    }
  }

  static Map<String, Object> object() {
    return new LinkedHashMap<>();
  }
}
