package io.quorate.cli.server;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.process.KeptClasses;
import io.quorate.cli.process.LogbackLevels;
import io.quorate.cli.process.Logging;
import io.quorate.cli.process.NodeFields;
import io.quorate.cli.process.NodeJvm;
import io.quorate.node.Machine;
import io.quorate.node.NodeEnd;
import io.quorate.node.NodeMemory;
import io.quorate.node.NodeStartException;
import io.quorate.node.QuorateNode;
import io.quorate.node.config.ConfigException;
import io.quorate.node.config.LogFormat;
import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one node until it is stopped. */
@Command(name = "server", description = "Runs one node until it is stopped by Ctrl-C or SIGTERM.")
public final class ServerCommand implements Callable<Integer> {
  /** For a parent that wants no child to outlive it: the node stops when standard input ends. */
  public static final String STOP_WITH_STANDARD_INPUT = "--stop-with-stdin";

  private static final int FOR_EVER_DAYS = 10_000;

  /** Time to stop, beside what requests under way are given: files are closed, trees are kept. */
  private static final Duration STOP_BESIDE = Duration.ofSeconds(30);

  /** Printed once the node serves. */
  public static final String READY = "ready";

  private final Console console;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The node's configuration; config/quorate.yml explains every setting.")
  private Path config = Path.of("");

  @Option(
      names = "--check-config",
      description =
          "Only read the configuration, and print what is in force and from where; exit code 2 if"
              + " it cannot be used.")
  private boolean checkConfig;

  @Option(names = STOP_WITH_STANDARD_INPUT, hidden = true)
  private boolean stopWithStandardInput;

  /** Whether it has been ready. One that has not has loaded few of its classes. */
  private volatile boolean served;

  public ServerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (checkConfig) {
      // A process that only reads has not the heap of a node.
      String options = System.getenv("QUORATE_JAVA_OPTS");
      Memory ofNode = NodeJvm.memoryOfNode(options);
      Optional<String> unknown = NodeJvm.heapIsUnknown(options);
      NodeConfig read = load(ofNode, unknown.isEmpty());
      unknown.ifPresent(why -> console.out().println("# " + why + "; usual would be:"));
      printWhatIsInForce(ofNode, read);
      return ExitCode.DONE;
    }
    Memory memory = NodeMemory.ofThisProcess();
    NodeConfig loaded = load(memory, true);
    checkAudit(loaded.audit().file());
    Optional<String> unwritableLog = Logging.as(loaded.log(), loaded.audit());
    // From here on things may log: how is decided.
    unwritableLog.ifPresent(LoggerFactory.getLogger("io.quorate.node")::error);
    HealthCheckFile.write(loaded, System.getenv());
    ProcessEnd processEnd = ProcessEnd.ofThisProcess(console.err());
    LoggerFactory.getLogger("io.quorate.node").info("{}", NodeMemory.describe(memory, loaded));
    Duration stopMax = loaded.timeouts().stop().plus(STOP_BESIDE);
    QuorateNode node = start(loaded, processEnd);
    boundEnd(node, processEnd, stopMax);
    // Ctrl-C and SIGTERM end the process by way of this.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  node.stop();
                  if (served) {
                    KeptClasses.keep();
                  }
                },
                "stop-node"));
    if (stopWithStandardInput) {
      Thread watch = new Thread(() -> stopWhenInputEnds(node), "watch-standard-input");
      watch.setDaemon(true);
      watch.start();
    }
    Thread tell = new Thread(() -> tellWhenReady(node), "tell-when-ready");
    tell.setDaemon(true);
    tell.start();
    MemoryWatch.start(why -> processEnd.broken(new NodeEnd.Broken(new OutOfMemoryError(why))));
    NodeEnd end = node.ended().join();
    if (end.exitCode() != 0) {
      throw ended(loaded, end.exitCode(), tell(end));
    }
    return ExitCode.DONE;
  }

  private NodeConfig load(Memory memory, boolean memoryIsKnown) {
    try {
      NodeConfig loaded = NodeConfig.load(config, System.getenv(), memory);
      Optional<String> tooLittle = NodeMemory.tooLittle(memory, loaded);
      if (memoryIsKnown && tooLittle.isPresent()) {
        throw new CommandFailedException(ExitCode.USAGE, tooLittle.get());
      }
      return loaded;
    } catch (ConfigException wrong) {
      throw new CommandFailedException(ExitCode.USAGE, String.valueOf(wrong.getMessage()));
    }
  }

  /** The logging library would go on without the file, and keep nothing. */
  private static void checkAudit(@Nullable Path file) {
    if (file == null) {
      return;
    }
    try {
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    } catch (IOException unwritable) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "audit.file: %s cannot be written (%s); name a file in a directory that is there, and that the user of the node may write to"
              .formatted(file, unwritable));
    }
  }

  private void printWhatIsInForce(Memory memory, NodeConfig loaded) {
    try {
      console.out().println("# " + NodeMemory.describe(memory, loaded));
      NodeConfig.inForce(config, System.getenv(), memory).forEach(console.out()::println);
    } catch (ConfigException changedMeanwhile) {
      throw new CommandFailedException(
          ExitCode.USAGE, String.valueOf(changedMeanwhile.getMessage()));
    }
  }

  private static QuorateNode start(NodeConfig loaded, ProcessEnd processEnd) {
    try {
      if (NodeJvm.hasLearned()) {
        LearnedClasses.initialize();
      }
      NodeFields.set("", loaded.node().name());
      QuorateNode node =
          QuorateNode.start(
              loaded, Machine.REAL.with(LogbackLevels.ofThisProcess()), processEnd::broken);
      NodeFields.set(node.id().toString(), loaded.node().name());
      return node;
    } catch (NodeStartException failed) {
      throw ended(loaded, failed.exitCode(), String.valueOf(failed.getMessage()));
    }
  }

  /**
   * Says why a node ends, also in its log where that is of JSON: what collects it would not
   * understand the words on standard error, which people read in place of a log of text.
   */
  private static CommandFailedException ended(NodeConfig loaded, int exitCode, String why) {
    if (loaded.log().format() == LogFormat.JSON) {
      LoggerFactory.getLogger("io.quorate.node").error("{}", why);
    }
    return new CommandFailedException(exitCode, why);
  }

  private void tellWhenReady(QuorateNode node) {
    try {
      if (node.awaitReady(Duration.ofDays(FOR_EVER_DAYS))) {
        served = true;
        console.out().println(READY);
        console.out().flush();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopWhenInputEnds(QuorateNode node) {
    try {
      console.in().transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      // A pipe that breaks has ended too.
    }
    node.stop();
  }

  /** However it comes to its end: by a signal, by the end of standard input, or by itself. */
  private static void boundEnd(QuorateNode node, ProcessEnd processEnd, Duration stopMax) {
    CompletableFuture<Void> unused =
        node.ending()
            .thenAccept(
                how ->
                    processEnd.haltAfter(
                        stopMax,
                        how.exitCode() == 0 ? ExitCode.FAILED : how.exitCode(),
                        tellHanging(stopMax)));
  }

  private static String tellHanging(Duration stopMax) {
    return "the node did not stop within %d s, so the process ends without waiting for it; what it acknowledged is on its disk"
        .formatted(stopMax.toSeconds());
  }

  /** How a node ended, for people. */
  public static String tell(NodeEnd end) {
    return switch (end) {
      case NodeEnd.Stopped() -> "stopped";
      case NodeEnd.Refused(String message, int exitCode) -> message;
      case NodeEnd.Left(String message) -> message;
      case NodeEnd.Broken(OutOfMemoryError cause) ->
          "stopped: the process is out of memory: %s; docs/operations/size.md says what a node needs"
              .formatted(cause.getMessage());
      case NodeEnd.Broken(Throwable cause) ->
          "stopped, for something happened inside that must not happen: " + cause;
    };
  }
}
