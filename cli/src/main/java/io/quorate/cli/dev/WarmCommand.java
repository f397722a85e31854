package io.quorate.cli.dev;

import io.quorate.cli.bench.BenchCommand;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Does for a while, in one process, all that nodes and clients do under load, and while partitions
 * move. The launcher has the JVM keep what it learns meanwhile: which classes are needed, and which
 * methods are worth being compiled, and how (JEP 483, 514 and 515). Nodes that start with that need
 * no time to learn it.
 */
@Command(
    name = "warm",
    description = {
      "Prepares this machine: nodes and benches started from now on reach full speed sooner.",
      "Runs a small cluster under load on this machine, in a directory of its own, and keeps what"
          + " the JVM learned of the code in doing so, a node joining and leaving included. Once"
          + " after an installation, and once more when Quorate or Java were renewed. Needs Java 25"
          + " or newer."
    })
public final class WarmCommand implements Callable<Integer> {
  private static final int NODES = 3;
  private static final int COMMUTE_SECONDS_MAX = 300;

  private final Console console;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Of load of each kind. Default: ${DEFAULT-VALUE}")
  private int seconds = 8;

  @Option(
      names = "--base-port",
      paramLabel = "PORT",
      description = "As of 'quorate dev'. Default: ${DEFAULT-VALUE}")
  private int basePort = 17_700;

  /** The launcher has acted on it already: it knows what is kept. */
  @Option(
      names = "--if-needed",
      description =
          "Do nothing, and succeed, if what is kept is of this build and this Java, or if Java is"
              + " older than 25.")
  @SuppressWarnings("unused")
  private boolean ifNeeded;

  public WarmCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path data = Files.createTempDirectory("quorate-warm");
    LocalNodes nodes = new LocalNodes();
    try {
      List<DevNode> plan = DevNode.plan(NODES, basePort, data);
      for (DevNode node : plan) {
        node.writeConfig();
      }
      nodes.start(plan);
      if (!new ReadyWait(nodes, System::nanoTime, console.err()::println).await()) {
        throw new CommandFailedException(
            ExitCode.FAILED,
            nodes
                .failure()
                .orElseGet(
                    () ->
                        "the nodes do not serve after %d s: %s"
                            .formatted(ReadyWait.SECONDS_MAX, nodes.waitingFor())));
      }
      List<String> endpoints = plan.getFirst().seeds();
      load(endpoints, "a");
      loadWhilePartitionsMove(data, endpoints, "a");
      load(endpoints, "w");
    } finally {
      nodes.stop();
      DirectoryTree.delete(data);
    }
    return ExitCode.DONE;
  }

  private void loadWhilePartitionsMove(Path data, List<String> endpoints, String workload)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(COMMUTE_SECONDS_MAX);
    ExecutorService beside = Executors.newSingleThreadExecutor();
    try {
      Future<?> commuted =
          beside.submit(
              () -> {
                new WarmupNode(data, endpoints).commute(deadline);
                return null;
              });
      do {
        load(endpoints, workload);
      } while (!commuted.isDone());
      commuted.get();
    } catch (ExecutionException failed) {
      throw new CommandFailedException(
          ExitCode.FAILED, "partitions could not be moved: " + failed.getCause());
    } finally {
      beside.shutdownNow(); // it would wait on for a cluster that has failed
    }
  }

  private void load(List<String> endpoints, String workload) {
    Console unheard =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            console.err(),
            false,
            false);
    int exitCode =
        new CommandLine(new BenchCommand(unheard))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(
                "--endpoints",
                String.join(",", endpoints),
                "--workload",
                workload,
                "--keys",
                "10000",
                "--warmup",
                "0",
                "--seconds",
                Integer.toString(seconds));
    if (exitCode != ExitCode.DONE) {
      throw new CommandFailedException(
          ExitCode.FAILED, "the load ended with exit code " + exitCode + "; nothing is kept");
    }
  }
}
