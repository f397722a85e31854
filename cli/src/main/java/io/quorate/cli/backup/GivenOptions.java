package io.quorate.cli.backup;

import io.quorate.cli.output.ShellWord;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options of a command as a shell takes them, for another command that people copy. */
final class GivenOptions {
  private GivenOptions() {}

  /**
   * Returns the options that a command was given, each after a blank. What the environment says is
   * not repeated: it is there for the other command, too.
   *
   * @param command null: it was given none
   * @param but long names of options that are left out
   */
  static String of(@Nullable CommandSpec command, Set<String> but) {
    if (command == null) {
      return "";
    }
    return command.commandLine().getParseResult().matchedOptions().stream()
        .filter(option -> !but.contains(option.longestName()))
        .distinct()
        .map(GivenOptions::words)
        .collect(Collectors.joining());
  }

  private static String words(OptionSpec option) {
    if (option.arity().max() == 0) {
      return " " + option.longestName() + (Boolean.FALSE.equals(option.getValue()) ? "=false" : "");
    }
    return option.originalStringValues().stream()
        .map(value -> " " + option.longestName() + " " + ShellWord.of(value))
        .collect(Collectors.joining());
  }
}
