package io.quorate.cli.metadata;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.node.NodeStartException;
import io.quorate.node.StoppedNode;
import io.quorate.node.StoppedNode.Metadata;
import io.quorate.node.StoppedNode.Place;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The metadata of one stopped node. */
@Command(
    name = "metadata",
    description = {
      "Looks at what a stopped node knows of the metadata group, and recovers a group that lost the"
          + " majority of its voters for good.",
      "Use it only if a majority of the voters can never be started again. The"
          + " steps are in docs/operations/disaster-recovery.md."
    })
public final class MetadataCommand {
  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  public MetadataCommand(Console console) {
    this.console = console;
  }

  /** What both take. */
  static final class DataOptions {
    @Option(
        names = "--data",
        required = true,
        paramLabel = "DIR",
        description = "Data directory (node.data_dir) of a node that is stopped.")
    private Path data = Path.of("");

    @Option(names = "--json", description = "Print JSON; failures too, on standard error.")
    private boolean json;

    @SuppressWarnings("UnusedVariable") // Main asks the parsed command line for it
    @Option(names = "--verbose", description = "Show stack traces of failures.")
    private boolean verbose;
  }

  @Command(
      description = {
        "Shows to which cluster a stopped node belongs, and where its metadata log ends.",
        "Of several survivors, the one whose log ends highest (term first, then index) knows all"
            + " that any of them has acted upon."
      })
  int inspect(@Mixin DataOptions options) {
    try (StoppedNode node = StoppedNode.open(options.data)) {
      show(options, node.metadata(), false);
    } catch (NodeStartException failed) {
      throw new CommandFailedException(failed.exitCode(), String.valueOf(failed.getMessage()));
    }
    return ExitCode.DONE;
  }

  @Command(
      description = {
        "Makes a stopped node the only voter of the metadata group, whose majority is lost for"
            + " good.",
        "What the lost voters had decided and no survivor heard of is forgotten. Every partition"
            + " begins at a new epoch, far above all there were. Start the node afterwards: the"
            + " others follow it, started again or never stopped, and vote again by themselves.",
        "Prints the tenants that the cluster goes on with. One that was dropped or truncated is"
            + " back if the survivor had not heard of that: look at them before clients write."
      })
  int recover(
      @Mixin DataOptions options,
      @Option(
              names = "--newest",
              required = true,
              paramLabel = "TERM/INDEX",
              description =
                  "Where the log of the best survivor ends: the highest 'log ends at' that 'quorate"
                      + " metadata inspect' prints on any of them. A node with an older log is"
                      + " refused.")
          String newest,
      @Option(
              names = "--accept-loss",
              description = "Required: accepts that decisions which no survivor heard of are lost.")
          boolean acceptLoss) {
    Place place = place(newest);
    if (!acceptLoss) {
      throw usage(
          "decisions that only lost voters had heard of are gone after this: say --accept-loss,"
              + " once you are sure that a majority of the voters cannot be started again");
    }
    try (StoppedNode node = StoppedNode.open(options.data)) {
      show(options, node.recover(place, System.getProperty("user.name", "")), true);
    } catch (NodeStartException failed) {
      throw new CommandFailedException(failed.exitCode(), String.valueOf(failed.getMessage()));
    }
    return ExitCode.DONE;
  }

  private Place place(String text) {
    try {
      return Place.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw usage("--newest: " + malformed.getMessage());
    }
  }

  private ParameterException usage(String message) {
    if (spec == null) {
      throw new IllegalStateException("options are used before the command line was read");
    }
    return new ParameterException(spec.commandLine(), message);
  }

  private void show(DataOptions options, Metadata metadata, boolean recovered) {
    new Output(console, options.json)
        .result(
            MetadataForms.json(metadata, recovered), () -> MetadataForms.text(metadata, recovered));
  }
}
