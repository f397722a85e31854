package io.quorate.cli.dev;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.process.Logging;
import io.quorate.cli.server.ServerCommand;
import io.quorate.node.config.HostPort;
import io.quorate.node.config.JoinChoice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Runs one more node of a cluster on this machine until it is stopped. */
@Command(
    name = "add-node",
    description = {
      "Adds a node to the cluster that 'quorate dev' runs, and runs it in this terminal.",
      "It takes the next free number and ports, joins, and is given its share of the partitions. "
          + "Prints the line 'ready' once it serves. Ctrl-C stops it; it stays a member, and the "
          + "next 'quorate dev' with the same --data starts it together with the others."
    })
public final class AddNodeCommand implements Callable<Integer> {
  private static final int CONNECT_MILLIS_MAX = 1000;

  private final Console console;

  @ParentCommand private @Nullable DevCommand dev;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "That of 'quorate dev'. Default: data, in this directory")
  private @Nullable Path data;

  @Option(
      names = "--spare",
      description =
          "Give it no partitions before 'quorate cluster add' or 'quorate cluster replace' says"
              + " so.")
  private boolean spare;

  public AddNodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = data != null ? data : dev != null ? dev.data() : DevCommand.DATA;
    AddedNodes there = new AddedNodes(directory);
    requireThatOneIsUp(there.after(0), directory);
    DevNode node = there.next(spare ? JoinChoice.SPARE : JoinChoice.TRUE);
    Logging.toFile(node.logFile());
    LocalNodes running = new LocalNodes();
    try {
      running.start(List.of(node));
    } catch (CommandFailedException neverRan) {
      AddedNodes.remove(node, neverRan);
      throw neverRan;
    }
    // Ctrl-C ends the process by way of this.
    AtomicBoolean stopping = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopping.set(true);
                  running.stop();
                },
                "stop-node"));
    try {
      if (!new ReadyWait(running, System::nanoTime, console.err()::println).await()) {
        throw new CommandFailedException(ExitCode.FAILED, whyNot(running, node));
      }
      running.describe().forEach(console.out()::println);
      console.out().println(ServerCommand.READY);
      console.out().flush();
      running.awaitEnd();
    } finally {
      running.stop();
    }
    if (stopping.get()) {
      return ExitCode.DONE;
    }
    throw new CommandFailedException(
        running.haveAllLeft() ? ExitCode.LEFT : ExitCode.FAILED, running.lastWords());
  }

  /** Else it would wait, with a directory that is of no use. */
  private static void requireThatOneIsUp(List<DevNode> nodes, Path directory) {
    if (!nodes.isEmpty() && nodes.stream().noneMatch(AddNodeCommand::isUp)) {
      throw new CommandFailedException(
          ExitCode.UNAVAILABLE,
          "no node of the cluster in %s is up: start it with 'quorate dev --data %s' first"
              .formatted(directory.toAbsolutePath().normalize(), directory));
    }
  }

  private static boolean isUp(DevNode node) {
    HostPort at = HostPort.parse(node.address());
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(at.host(), at.port()), CONNECT_MILLIS_MAX);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static String whyNot(LocalNodes running, DevNode node) {
    return running
        .failure()
        .orElseGet(
            () ->
                "the node does not serve after %d s: %s; its log, %s, may tell more"
                    .formatted(ReadyWait.SECONDS_MAX, running.waitingFor(), node.logFile()));
  }
}
