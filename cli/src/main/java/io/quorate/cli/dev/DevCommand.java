package io.quorate.cli.dev;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.process.KeptClasses;
import io.quorate.cli.process.Logging;
import io.quorate.cli.server.ServerCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a cluster on this machine until it is stopped. */
@Command(
    name = "dev",
    description = {
      "Runs a cluster on this machine, in zones zone-1, zone-2 and so on.",
      "Prints the nodes and their endpoints, and the line 'ready' once all of them serve. Ctrl-C "
          + "stops them; the next start with the same --data finds what was stored, and the nodes "
          + "that 'quorate dev add-node' added."
    })
public final class DevCommand implements Callable<Integer> {
  static final Path DATA = Path.of("data");
  private static final int PORTS_USED = 200;

  private final Console console;
  private final Class<?> main;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--nodes", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  private int nodes = 3;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "What the nodes keep. Default: ${DEFAULT-VALUE}, in this directory")
  private Path data = DATA;

  @Option(
      names = "--base-port",
      paramLabel = "PORT",
      description =
          "Node i serves gRPC on PORT + i and HTTP on PORT + 100 + i. Default: ${DEFAULT-VALUE}")
  private int basePort = 7400;

  @Option(
      names = "--processes",
      description = "Run each node in a process of its own, and print the pids.")
  private boolean processes;

  @Option(
      names = "--secure",
      description =
          "Make certificates for the nodes and for 'root', the user that may do everything, and"
              + " require them: with TLS, users and grants, as between machines. Prints what root's"
              + " commands have to be given. Of the first start: later ones go on as it did.")
  private boolean secure;

  /**
   * @param main class of the command line, for nodes in processes of their own
   */
  public DevCommand(Console console, Class<?> main) {
    this.console = console;
    this.main = main;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    DevCertificates certificates = certificates();
    List<DevNode> plan = new ArrayList<>(DevNode.plan(nodes, basePort, data, certificates));
    List<DevNode> added = new AddedNodes(data).after(nodes);
    for (DevNode node : plan) {
      node.requireThatConfigFits();
    }
    for (DevNode node : plan) {
      node.requireFreePorts(); // before anything is written that the next start would refuse
    }
    if (certificates != null) {
      certificates.make(plan.stream().map(DevNode::number).toList());
    }
    for (DevNode node : plan) {
      node.writeConfig();
    }
    plan.addAll(added);
    RunningNodes running = start(plan);
    // Ctrl-C ends the process by way of this.
    AtomicBoolean stopping = new AtomicBoolean();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, stopping), "stop-nodes"));
    try {
      awaitReady(running);
      running.describe().forEach(console.out()::println);
      console
          .out()
          .println(
              "endpoints " + plan.stream().map(DevNode::address).collect(Collectors.joining(",")));
      if (certificates != null) {
        console.out().println("root " + certificates.ofRoot().options());
      }
      console.out().println(ServerCommand.READY);
      console.out().flush();
      running.awaitEnd();
    } finally {
      running.stop();
    }
    if (stopping.get()) {
      return ExitCode.DONE;
    }
    throw new CommandFailedException(ExitCode.FAILED, "no node runs any more");
  }

  /** Those of the cluster that is there, or is to be; null for one without. */
  private @Nullable DevCertificates certificates() throws IOException {
    AddedNodes there = new AddedNodes(data);
    boolean secured = there.areSecure();
    if (secure && !secured && !there.after(0).isEmpty()) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "the cluster in %s was made without --secure, and goes on so: leave --secure out, or give another --data"
              .formatted(data.toAbsolutePath().normalize()));
    }
    return secure || secured ? new DevCertificates(data) : null;
  }

  /** Where the nodes' directories are. */
  Path data() {
    return data;
  }

  private void stop(RunningNodes running, AtomicBoolean stopping) {
    stopping.set(true);
    running.stop();
    if (!processes) {
      KeptClasses.keep();
    }
  }

  private void check() {
    if (nodes < 1 || nodes > 99) {
      throw usage("--nodes " + nodes + ": give 1 to 99");
    }
    if (basePort < 1 || basePort > 65535 - PORTS_USED) {
      throw usage("--base-port " + basePort + ": give 1 to " + (65535 - PORTS_USED));
    }
  }

  private ParameterException usage(String message) {
    if (spec == null) {
      throw new IllegalStateException("options are used before the command line was read");
    }
    return new ParameterException(spec.commandLine(), message);
  }

  private RunningNodes start(List<DevNode> plan) throws IOException {
    if (processes) {
      NodeProcesses children = new NodeProcesses(console, main);
      children.start(plan);
      return children;
    }
    Logging.toFile(data.resolve("log"));
    LocalNodes local = new LocalNodes();
    local.start(plan);
    return local;
  }

  private void awaitReady(RunningNodes running) throws InterruptedException {
    if (!new ReadyWait(running, System::nanoTime, console.err()::println).await()) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          running
              .failure()
              .orElseGet(
                  () ->
                      "the nodes do not serve after %d s: %s; their logs, in %s, may tell why"
                          .formatted(
                              ReadyWait.SECONDS_MAX, running.waitingFor(), data.toAbsolutePath())));
    }
  }
}
