package io.quorate.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A line of shell and its answer. What differs from run to run is replaced: ports, versions, ids,
 * times and the directory of the run.
 *
 * @param line without the {@code $} before it
 */
record GoldenCommand(String line, List<String> answer) {
  private static final Pattern VERSION = Pattern.compile("\\d{13}\\.\\d+@[0-9a-f]{16}/\\d+");
  private static final Pattern NODE_ID = Pattern.compile("\\b[0-9a-f]{16}\\b");
  private static final Pattern TIME = Pattern.compile("\\b\\d+(?:\\.\\d+)? (?:ms|s)\\b");

  GoldenCommand {
    answer = List.copyOf(answer);
  }

  /** Reads commands and answers; lines that begin with # are comments of the command after them. */
  static List<GoldenCommand> read(Path file) throws IOException {
    List<GoldenCommand> commands = new ArrayList<>();
    List<String> answer = new ArrayList<>();
    String line = null;
    for (String each : Files.readAllLines(file)) {
      if (each.startsWith("$ ")) {
        if (line != null) {
          commands.add(new GoldenCommand(line, answer));
        }
        line = each.substring(2);
        answer = new ArrayList<>();
      } else if (!each.isBlank() || line != null) {
        answer.add(each);
      }
    }
    if (line != null) {
      commands.add(new GoldenCommand(line, answer));
    }
    return commands.stream().map(GoldenCommand::withoutBlankEnd).toList();
  }

  private GoldenCommand withoutBlankEnd() {
    int end = answer.size();
    while (end > 0 && answer.get(end - 1).isBlank()) {
      end--;
    }
    return new GoldenCommand(line, answer.subList(0, end));
  }

  /** Runs the line in a directory of the nodes, and returns it with what it answered. */
  GoldenCommand run(Nodes nodes) {
    CommandLine.Result result = nodes.commandLine().shell("cd " + nodes.directory() + "; " + line);
    List<String> seen = new ArrayList<>();
    result.outText().lines().forEach(each -> seen.add(stable(each, nodes)));
    result.errText().lines().forEach(each -> seen.add("2> " + stable(each, nodes)));
    seen.add("[" + result.code() + "]");
    return new GoldenCommand(line, seen);
  }

  private static String stable(String text, Nodes nodes) {
    String stable = text.replace(nodes.directory().toString(), "DIR");
    for (int i = 0; i < nodes.all().size(); i++) {
      stable = stable.replace(nodes.node(i).address(), "NODE-" + (i + 1));
    }
    stable = VERSION.matcher(stable).replaceAll("VERSION");
    stable = NODE_ID.matcher(stable).replaceAll("ID");
    return TIME.matcher(stable).replaceAll("TIME");
  }

  @Override
  public String toString() {
    return "$ " + line + "\n" + String.join("\n", answer) + "\n";
  }
}
