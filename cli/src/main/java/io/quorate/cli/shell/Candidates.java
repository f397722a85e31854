package io.quorate.cli.shell;

import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completes commands, options, and what an option or a command takes if there is a list of it. */
final class Candidates implements Completer {
  private static final String NODE = "NODE";
  private static final String ENDPOINTS = "--endpoints";

  private final CommandSpec root;
  private final ClusterNames names;

  Candidates(CommandSpec root, ClusterNames names) {
    this.root = root;
    this.names = names;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    List<String> before =
        Session.withoutProgram(
            line.words().subList(0, Math.min(line.wordIndex(), line.words().size())));
    candidates.addAll(of(before, line.word().substring(0, line.wordCursor())));
  }

  /**
   * Returns what the word may become.
   *
   * @param before the words before it
   */
  List<Candidate> of(List<String> before, String word) {
    CommandSpec command = HeldOptions.commandOf(root, before);
    int equals = word.startsWith("--") ? word.indexOf('=') : -1;
    if (equals > 0) {
      OptionSpec option = command.findOption(word.substring(0, equals));
      return option == null ? List.of() : values(option, word.substring(0, equals + 1));
    }
    OptionSpec open = before.isEmpty() ? null : command.findOption(before.getLast());
    if (open != null && open.arity().max() > 0) {
      return values(open, "");
    }
    if (word.startsWith("-")) {
      return options(command);
    }
    List<Candidate> found = new ArrayList<>();
    if (isLast(command, before)) {
      subcommands(command, found);
    }
    for (PositionalParamSpec each : command.positionalParameters()) {
      found.addAll(values(each, ""));
    }
    return found;
  }

  /** Whether no other word follows the command, so that one of its subcommands may. */
  private static boolean isLast(CommandSpec command, List<String> before) {
    return command.parent() == null
        ? before.isEmpty()
        : !before.isEmpty() && command.name().equals(before.getLast());
  }

  private static void subcommands(CommandSpec command, List<Candidate> found) {
    command
        .subcommands()
        .forEach(
            (name, sub) -> {
              CommandSpec spec = sub.getCommandSpec();
              boolean runs = command.parent() != null || !Session.OUTSIDE.contains(name);
              if (runs && !spec.usageMessage().hidden()) {
                found.add(candidate(name, first(spec.usageMessage().description())));
              }
            });
    if (command.parent() == null) {
      Session.ENDS.forEach(each -> found.add(candidate(each, "Ends the shell.")));
    }
  }

  private static List<Candidate> options(CommandSpec command) {
    List<Candidate> found = new ArrayList<>();
    for (OptionSpec each : command.options()) {
      if (!each.hidden()) {
        found.add(candidate(each.longestName(), null));
      }
    }
    return found;
  }

  private List<Candidate> values(ArgSpec argument, String prefix) {
    List<Candidate> found = new ArrayList<>();
    Iterable<String> known = argument.completionCandidates();
    if (known != null) {
      known.forEach(each -> found.add(candidate(prefix + each, null)));
    } else if (isTenant(argument)) {
      names.tenants().forEach(each -> found.add(candidate(prefix + each, null)));
    } else if (isNode(argument)) {
      names.nodes().forEach(each -> found.add(candidate(prefix + each.address(), each.name())));
    }
    return found;
  }

  private static boolean isTenant(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? option.longestName().equals("--tenant")
        : argument.paramLabel().equals("NAME") && isOfOneThatThereIs(argument.command());
  }

  private static boolean isOfOneThatThereIs(CommandSpec command) {
    return command.parent() != null
        && command.parent().name().equals("tenant")
        && !command.name().equals("create");
  }

  private static boolean isNode(ArgSpec argument) {
    return argument.paramLabel().equals(NODE)
        || (argument instanceof OptionSpec option && option.longestName().equals(ENDPOINTS));
  }

  private static Candidate candidate(String value, @Nullable String description) {
    boolean ends = !value.endsWith("=");
    return new Candidate(
        value,
        value,
        null,
        description == null || description.isBlank() ? null : description,
        null,
        null,
        ends);
  }

  private static String first(String[] lines) {
    return lines.length == 0 ? "" : lines[0].replaceFirst("[.:;](\\s.*|$)", "");
  }
}
