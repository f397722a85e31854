package io.quorate.cli.shell;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the script by which shells complete commands, options and what some of them take. */
@Command(
    name = "completion",
    description = {
      "Prints a script by which bash and zsh complete commands and options, and file names"
          + " elsewhere. It is of this release: make it again after an upgrade. For bash with its"
          + " package bash-completion:",
      "  d=~/.local/share/bash-completion/completions",
      "  mkdir -p $d && quorate completion > $d/quorate",
      "For zsh, and for bash without that package, with ~/.bashrc in place of ~/.zshrc:",
      "  quorate completion > ~/.quorate-completion",
      "  echo 'source ~/.quorate-completion' >> ~/.zshrc"
    })
public final class CompletionCommand implements Callable<Integer> {
  /**
   * Keeps a shell from offering names of files, also to the options and arguments that name one.
   */
  private static final String NO_FILES = "  type compopt &>/dev/null && compopt +o default\n\n";

  /**
   * Keeps zsh from completing what any alias stands for, and leaves an alias behind: settings of
   * the person's own shell, for all commands. The script needs neither.
   */
  private static final String SHELL_OF_ALL =
      """
        # Make alias a distinct command for completion purposes when using zsh (see [4])
        setopt COMPLETE_ALIASES
        alias compopt=complete

      """;

  private static final String ENTRY = "function _complete_quorate() {\n";

  /** Bash takes {@code --level=Q} for three words, and the script knows {@code --level Q}. */
  private static final String EQUALS_SIGN =
      """
        if [[ "${COMP_WORDS[COMP_CWORD]}" == "=" ]]; then
          COMP_WORDS[COMP_CWORD]=""
        elif [[ $COMP_CWORD -gt 0 && "${COMP_WORDS[COMP_CWORD-1]}" == "=" ]]; then
          COMP_WORDS=("${COMP_WORDS[@]:0:COMP_CWORD-1}" "${COMP_WORDS[COMP_CWORD]}")
          COMP_CWORD=$((COMP_CWORD-1))
        fi

      """;

  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  public CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CommandSpec root = Objects.requireNonNull(spec).root();
    String script = AutoComplete.bash(root.name(), root.commandLine());
    console
        .out()
        .print(
            script
                .replace(NO_FILES, "")
                .replace(SHELL_OF_ALL, "")
                .replace(ENTRY, ENTRY + EQUALS_SIGN));
    return ExitCode.DONE;
  }
}
