package io.quorate.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Shows the help of a command, also of one of several words. The parser has a command for this that
 * heeds the first word alone.
 */
@Command(
    name = "help",
    helpCommand = true,
    description = "Shows the help of a command, as in quorate help backup create.")
final class HelpCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The words of the command. Default: shows which commands there are")
  private List<String> words = List.of();

  @Override
  public void run() {
    if (spec == null) {
      throw new IllegalStateException("the command is run before the command line was read");
    }
    CommandLine command = spec.parent().commandLine();
    for (String word : words) {
      CommandLine below = command.getSubcommands().get(word);
      if (below == null) {
        throw new ParameterException(command, "Unknown command '" + word + "'", null, word);
      }
      command = below;
    }
    command.usage(command.getOut());
  }
}
