package io.quorate.cli.dev;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.process.LogbackLevels;
import io.quorate.cli.server.ServerCommand;
import io.quorate.node.Machine;
import io.quorate.node.NodeEnd;
import io.quorate.node.NodeMemory;
import io.quorate.node.NodeStartException;
import io.quorate.node.QuorateNode;
import io.quorate.node.config.ConfigException;
import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All nodes in this process. */
final class LocalNodes implements RunningNodes {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  private final List<DevNode> plans = new ArrayList<>();
  private final List<QuorateNode> nodes = new ArrayList<>();

  void start(List<DevNode> all) {
    Memory share = NodeMemory.ofThisProcess().sharedBy(all.size());
    for (DevNode plan : all) {
      try {
        // Variables of the environment would give all nodes the same address.
        NodeConfig config = NodeConfig.load(plan.configFile(), Map.of(), share);
        log.info("{}: {}", plan.name(), NodeMemory.describe(share, config));
        plans.add(plan);
        nodes.add(
            QuorateNode.start(
                config, Machine.REAL.with(LogbackLevels.ofThisProcess()), broken -> {}));
      } catch (ConfigException | NodeStartException failed) {
        stop();
        throw new CommandFailedException(ExitCode.FAILED, plan.name() + ": " + failed.getMessage());
      }
    }
  }

  @Override
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      DevNode plan = plans.get(i);
      lines.add(
          hasLeft(nodes.get(i))
              ? RunningNodes.hasLeft(plan)
              : "%s grpc %s %s data %s"
                  .formatted(plan.name(), plan.address(), plan.httpOrHttps(), plan.directory()));
    }
    return lines;
  }

  private static boolean hasLeft(QuorateNode node) {
    return node.ended().getNow(null) instanceof NodeEnd.Left;
  }

  /** Whether each node is no member of its cluster any more. */
  boolean haveAllLeft() {
    return nodes.stream().allMatch(LocalNodes::hasLeft);
  }

  /** How the nodes ended, once they did. */
  String lastWords() {
    return nodes.stream()
        .map(node -> ServerCommand.tell(node.ended().join()))
        .collect(Collectors.joining("; "));
  }

  @Override
  public String waitingFor() {
    List<String> waiting = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      String what = nodes.get(i).readiness().waitingFor();
      if (!what.isEmpty()) {
        waiting.add(plans.get(i).name() + ": " + what);
      }
    }
    return String.join("; ", waiting);
  }

  @Override
  public boolean awaitReady(long deadlineNanos) throws InterruptedException {
    for (QuorateNode node : nodes) {
      if (!node.awaitReady(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())))
          && !leavesUntil(deadlineNanos, node)) {
        return false;
      }
    }
    return true;
  }

  /** One that is no member any more says so as soon as it is started, and is not missed. */
  private static boolean leavesUntil(long deadlineNanos, QuorateNode node)
      throws InterruptedException {
    try {
      long left = Math.max(0, deadlineNanos - System.nanoTime());
      return node.ended().get(left, TimeUnit.NANOSECONDS) instanceof NodeEnd.Left;
    } catch (TimeoutException stillRuns) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public Optional<String> failure() {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).ended().isDone() && !hasLeft(nodes.get(i))) {
        return Optional.of(
            plans.get(i).name() + " " + ServerCommand.tell(nodes.get(i).ended().join()));
      }
    }
    return Optional.empty();
  }

  @Override
  public void awaitEnd() {
    nodes.forEach(node -> node.ended().join());
  }

  /** All at once: one after the other would take as many times as long. */
  @Override
  public void stop() {
    CompletableFuture.allOf(
            nodes.stream()
                .map(node -> CompletableFuture.runAsync(node::stop))
                .toArray(CompletableFuture[]::new))
        .join();
  }
}
