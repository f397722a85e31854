package io.quorate.cli.shell;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.PasswordSource;
import io.quorate.cli.output.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.impl.DumbTerminal;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "shell",
    description = {
      "Runs commands as they are typed, all in one process, so that each takes milliseconds."
          + " Options given here hold for each command that takes them and does not give its own. A"
          + " command with a --profile of its own takes no endpoints, tenant, TLS or login from"
          + " here; grant, revoke, repair, job, and bench with --model or --retries take no"
          + " tenant.",
      "The tabulator key completes commands, options, tenants and nodes. Ctrl-C cancels the line,"
          + " and ends what a command waits for; exit, quit or Ctrl-D end the shell.",
      "Words are parted by blanks; quotes ' and \" keep a word together, a backslash takes its"
          + " meaning from the next character, and # at the beginning of a word begins a comment."
          + " Nothing is replaced: there are no variables, patterns or pipes.",
      "Where standard input is no terminal, its lines are run without a prompt, and the first"
          + " command that ends with another exit code than 0 ends the shell with that code."
    })
public final class ShellCommand implements Callable<Integer> {
  private final Console console;
  private final Commands commands;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--keep-going",
      description =
          "Run further lines of a pipe or file after a command that failed; the exit code is that"
              + " of the first one that did.")
  private boolean keepsGoing;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      defaultValue = "${env:QUORATE_HISTORY:-}",
      description =
          "File that keeps the lines that are typed, for their user alone; a line that begins with"
              + " a blank is not kept, and off keeps none. Default: QUORATE_HISTORY of the"
              + " environment, or ~/.local/state/quorate/history")
  private String history = "";

  public ShellCommand(Console console, Commands commands) {
    this.console = console;
    this.commands = commands;
  }

  @Override
  public Integer call() throws IOException {
    CommandSpec own = Objects.requireNonNull(spec);
    HeldOptions held = HeldOptions.of(own.commandLine().getParseResult());
    if (held.readsStandardInput()) {
      throw cluster.usage("a shell reads commands from standard input: name a file in place of -");
    }
    try (KeptConnections connections = new KeptConnections()) {
      // So that options which do not fit are told now, and a password is asked for once.
      cluster.connect(connections).close();
      return console.mayAsk()
          ? talk(own.root(), held, connections)
          : new Script(session(withoutInput(), own.root(), held, connections), keepsGoing)
              .run(console.in());
    }
  }

  private Session session(
      Console to, CommandSpec root, HeldOptions held, KeptConnections connections) {
    return new Session(to, commands, root, held, connections);
  }

  /** A command that reads standard input would take the lines that come after it. */
  private Console withoutInput() {
    return new Console(
        InputStream.nullInputStream(),
        console.out(),
        console.err(),
        console.errIsTerminal(),
        console.mayAsk());
  }

  private int talk(CommandSpec root, HeldOptions held, KeptConnections connections)
      throws IOException {
    String tenant = cluster.tenantIfNamed();
    String prompt = cluster.cluster() + (tenant == null ? "" : " " + tenant) + "> ";
    console.err().println("help lists the commands, exit or Ctrl-D ends the shell");
    try (Terminal terminal = terminal()) {
      Candidates candidates =
          new Candidates(root, new ClusterNames(() -> cluster.connect(connections)));
      Prompt lines =
          new Prompt(
              session(console, root, held, connections), terminal, candidates, prompt, history());
      terminal.handle(Terminal.Signal.INT, signal -> lines.interrupt(connections::close));
      return lines.run(connections::forget);
    }
  }

  private Terminal terminal() throws IOException {
    if (!PasswordSource.canAsk()) {
      return new DumbTerminal(
          "quorate", "dumb", console.in(), console.out(), StandardCharsets.UTF_8);
    }
    Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build();
    if (terminal
        instanceof DumbTerminal) { // it leaves signals to the process, which they would end
      Object unused = Signals.register("INT", () -> terminal.raise(Terminal.Signal.INT));
    }
    return terminal;
  }

  private @Nullable Path history() {
    try {
      return HistoryFile.open(history);
    } catch (IOException | InvalidPathException unusable) {
      console.err().println("quorate: lines are not kept: " + unusable);
      return null;
    }
  }
}
