package io.quorate.cli.dev;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.process.NodeJvm;
import io.quorate.cli.server.ServerCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Each node in a process of its own. A child's standard input is a pipe from here: when this
 * process dies, however it dies, the pipe ends, and the child stops in order.
 */
final class NodeProcesses implements RunningNodes {
  private static final int STOP_SECONDS_MAX = 20;
  private static final int LOG_LINES_SHOWN = 3;

  /** What a shell adds to the number of the signal that ended a process. */
  private static final int SIGNAL_BASE = 128;

  private final Console console;
  private final Class<?> main;
  private final List<Child> children = new ArrayList<>();

  /** Between these two, the end of a node is news. */
  private volatile boolean started;

  private volatile boolean stopping;

  /**
   * One node.
   *
   * @param ready completes with true once it serves, with false if it ends before
   */
  private record Child(DevNode node, Process process, CompletableFuture<Boolean> ready) {}

  /**
   * @param main class that a child runs: that of the command line
   */
  NodeProcesses(Console console, Class<?> main) {
    this.console = console;
    this.main = main;
  }

  void start(List<DevNode> nodes) throws IOException {
    try {
      for (DevNode node : nodes) {
        start(node, nodes.size());
      }
    } catch (IOException failed) {
      stop();
      throw failed;
    }
  }

  private void start(DevNode node, int all) throws IOException {
    List<String> command =
        NodeJvm.commandOfOneOf(
            all,
            main,
            List.of(
                "server",
                "--config",
                node.configFile().toString(),
                ServerCommand.STOP_WITH_STANDARD_INPUT));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(node.logFile().toFile()))
            .start();
    Child child = new Child(node, process, new CompletableFuture<>());
    children.add(child);
    Thread reader = new Thread(() -> read(child), "read-" + node.name());
    reader.setDaemon(true);
    reader.start();
    var unused = process.onExit().thenAccept(ended -> onExit(child));
  }

  /** A child logs to its file; what it prints is that it is ready. */
  private static void read(Child child) {
    try (BufferedReader out = child.process().inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.equals(ServerCommand.READY)) {
          boolean unused = child.ready().complete(true);
        }
      }
    } catch (IOException ended) {
      // Told below.
    }
    boolean unused = child.ready().complete(false);
  }

  private void onExit(Child child) {
    if (started && !stopping) {
      console.err().println(tellEnd(child));
    }
  }

  private static String tellEnd(Child child) {
    if (hasLeft(child)) {
      return RunningNodes.hasLeft(child.node());
    }
    return "%s (pid %d) %s; restart it with: quorate server --config %s"
        .formatted(
            child.node().name(),
            child.process().pid(),
            howItEnded(child.process().exitValue()),
            child.node().configFile());
  }

  private static boolean hasLeft(Child child) {
    return !child.process().isAlive() && child.process().exitValue() == ExitCode.LEFT;
  }

  private static String howItEnded(int exitValue) {
    return exitValue > SIGNAL_BASE
        ? "was ended by signal " + (exitValue - SIGNAL_BASE)
        : "ended with exit code " + exitValue;
  }

  private static String lastLines(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      List<String> last = lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size());
      return last.isEmpty() ? "" : "; the end of its log, " + log + ": " + String.join(" | ", last);
    } catch (IOException | UncheckedIOException unreadable) {
      return "; its log is " + log;
    }
  }

  @Override
  public List<String> describe() {
    return children.stream()
        .map(
            child ->
                hasLeft(child)
                    ? RunningNodes.hasLeft(child.node())
                    : "%s pid %d grpc %s %s data %s"
                        .formatted(
                            child.node().name(),
                            child.process().pid(),
                            child.node().address(),
                            child.node().httpOrHttps(),
                            child.node().directory()))
        .toList();
  }

  @Override
  public boolean awaitReady(long deadlineNanos) throws InterruptedException {
    for (Child child : children) {
      try {
        if (!child.ready().get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          child.process().waitFor(); // it ends: its standard output has
          if (!hasLeft(child)) {
            return false;
          }
        }
      } catch (TimeoutException late) {
        return false;
      } catch (ExecutionException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
    started = true;
    return true;
  }

  @Override
  public String waitingFor() {
    return children.stream()
        .filter(child -> !child.ready().isDone())
        .map(child -> child.node().name() + " does not serve yet (" + child.node().logFile() + ")")
        .collect(Collectors.joining("; "));
  }

  @Override
  public Optional<String> failure() {
    return children.stream()
        .filter(child -> !child.process().isAlive() && !hasLeft(child))
        .map(
            child ->
                child.node().name()
                    + " "
                    + howItEnded(child.process().exitValue())
                    + lastLines(child.node().logFile()))
        .findFirst();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    for (Child child : children) {
      child.process().waitFor();
    }
  }

  @Override
  public void stop() {
    stopping = true;
    children.forEach(child -> child.process().destroy());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS_MAX);
    for (Child child : children) {
      try {
        if (!child.process().waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          console.err().println(child.node().name() + " does not stop in time and is killed");
          child.process().destroyForcibly().waitFor();
        }
      } catch (InterruptedException hurried) {
        child.process().destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
