package io.quorate.cli.restart;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.FailureKind;
import io.quorate.cli.command.Views;
import io.quorate.cli.doctor.RestartRules;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Farewell;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.Question;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.NodeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "restart",
    description = {
      "Restarts nodes one after another, by a command of this machine. Before each node it waits"
          + " until all nodes serve, no topology change is under way and all hints are delivered."
          + " Then it drains the node, runs the command, and waits until the node is ready again"
          + " as another process. The leader of the metadata group comes last.",
      "It stops at the first thing that does not become so in time, and says what is done and what"
          + " is left. Nodes that cannot be restarted from here are restarted by a loop:"
          + " docs/operations/restart.md."
    })
public final class RestartCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(names = "--rolling", description = "Required: one node after another.")
  private boolean rolling;

  @Option(
      names = "--with",
      paramLabel = "COMMAND",
      description =
          "Line of shell that restarts a node, and ends; for example 'ssh {host} sudo systemctl"
              + " restart quorate'. {name}, {id}, {host} and {port} are those of the node: its"
              + " name, its id, and where clients reach it. What it prints is shown if it fails.")
  private @Nullable String with;

  @Option(
      names = "--nodes",
      paramLabel = "NODE",
      split = ",",
      description = "Restart these only: ids, addresses or names. Default: all")
  private List<String> nodes = new ArrayList<>();

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "5m",
      description =
          "How long each step may take at most: until all is in order before a node, until it is"
              + " drained, the command, and until it is ready again. Default: ${DEFAULT-VALUE}")
  private Duration atMost = Duration.ZERO;

  @Option(
      names = "--pause",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "20s",
      description =
          "How long a node that is ready again serves before the next one is drained: one that has"
              + " just started is slow, and the others would have its work and that of the next."
              + " Default: ${DEFAULT-VALUE}")
  private Duration pause = Duration.ZERO;

  @Option(names = "--dry-run", description = "Show the order and the commands, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--yes",
      description = "Do not ask for confirmation; required if there is no terminal.")
  private boolean yes;

  public RestartCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    LocalCommand command = command();
    boolean asks = !dryRun && !yes;
    if (asks && !console.mayAsk()) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "nothing was restarted: there is no terminal to ask at whether that is wanted. Give"
              + " --yes, or look at it first with --dry-run");
    }
    try (QuorateClient client = cluster.connect()) {
      RestartPlan plan = plan(client, command);
      Output output = cluster.output(console);
      if (dryRun) {
        output.result(plan.json(), plan::text);
        return ExitCode.DONE;
      }
      if (!output.json() || asks) {
        output.note(plan.text());
      }
      if (asks && !Question.isWanted(console)) {
        throw new CommandFailedException(ExitCode.FAILED, "aborted: nothing was restarted");
      }
      RollingRestart restart =
          new RollingRestart(
              RestartCalls.of(client),
              plan.roster(),
              plan.nodes(),
              command,
              atMost,
              pause,
              output.json() ? told -> {} : output::note);
      carryOut(restart, output);
      return ExitCode.DONE;
    }
  }

  private LocalCommand command() {
    if (!rolling) {
      throw cluster.usage(
          "give --rolling: nodes are restarted one after another, and never all at once");
    }
    if (with == null) {
      throw cluster.usage(
          "give --with COMMAND, which restarts a node from here, as in --with 'ssh {host} sudo"
              + " systemctl restart quorate'. For nodes that cannot be restarted from here,"
              + " docs/operations/restart.md has a loop");
    }
    return fitting(() -> new LocalCommand(String.valueOf(with)));
  }

  private RestartPlan plan(QuorateClient client, LocalCommand command) {
    Views seen = Views.of(client);
    Roster roster = new Roster(seen.first().nodes());
    return fitting(
        () -> {
          List<NodeView> chosen = roster.named(nodes);
          return new RestartPlan(
              roster,
              roster.inOrder(chosen, seen.first().metadata().leader()),
              command.lines(roster.all()),
              RestartRules.notices(Administration.of(client).cluster().tenants()),
              RestartRules.obstacles(seen));
        });
  }

  /** What does not fit the cluster is a fault of the command line. */
  private <T> T fitting(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException unfit) {
      throw cluster.usage(String.valueOf(unfit.getMessage()));
    }
  }

  private void carryOut(RollingRestart restart, Output output) {
    long fromNanos = System.nanoTime();
    Farewell farewell = new Farewell(console, () -> farewell(restart));
    try {
      restart.run();
      double seconds = (System.nanoTime() - fromNanos) / 1e9;
      output.result(
          json(restart, seconds),
          () ->
              "restarted %d nodes in %.1f s: %s"
                  .formatted(restart.restarted().size(), seconds, names(restart)));
    } catch (CommandFailedException stopped) {
      throw stopped(restart, output, stopped.exitCode(), stopped.getMessage(), fromNanos);
    } catch (QuorateException failed) {
      throw stopped(restart, output, FailureKind.exitCode(failed), failed.getMessage(), fromNanos);
    } finally {
      farewell.takeBack();
    }
  }

  private static CommandFailedException stopped(
      RollingRestart restart, Output output, int exitCode, @Nullable String why, long fromNanos) {
    if (output.json()) {
      output.result(json(restart, (System.nanoTime() - fromNanos) / 1e9), () -> "");
    }
    return new CommandFailedException(exitCode, why + "\n" + standing(restart));
  }

  private static String farewell(RollingRestart restart) {
    String current = restart.current();
    return "stopped. "
        + (current.isEmpty()
            ? ""
            : "Node %s may be drained or down: see 'quorate cluster status', and 'quorate node resume %s'\n"
                .formatted(current, current))
        + standing(restart);
  }

  private static String standing(RollingRestart restart) {
    return (restart.restarted().isEmpty()
            ? "no node was restarted"
            : "restarted: " + names(restart))
        + (restart.left().isEmpty()
            ? ""
            : "; left: %s. To go on: the same command with --nodes %s"
                .formatted(String.join(", ", restart.left()), String.join(",", restart.left())));
  }

  private static String names(RollingRestart restart) {
    return String.join(", ", restart.restarted().stream().map(Restarted::label).toList());
  }

  private static Map<String, Object> json(RollingRestart restart, double seconds) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("restarted", restart.restarted().stream().map(Restarted::json).toList());
    object.put("left", restart.left());
    object.put("seconds", seconds);
    return object;
  }
}
