package io.quorate.cli.dev;

import io.quorate.cli.CommandFailedException;
import io.quorate.cli.ExitCode;
import io.quorate.cli.ServerCommand;
import io.quorate.node.NodeStartException;
import io.quorate.node.QuorateNode;
import io.quorate.node.config.ConfigException;
import io.quorate.node.config.NodeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** All nodes in this process. */
final class LocalNodes implements RunningNodes {
  private final List<DevNode> plans = new ArrayList<>();
  private final List<QuorateNode> nodes = new ArrayList<>();

  void start(List<DevNode> all) {
    for (DevNode plan : all) {
      try {
        // Variables of the environment would give all nodes the same address.
        NodeConfig config = NodeConfig.load(plan.configFile(), Map.of());
        plans.add(plan);
        nodes.add(QuorateNode.start(config));
      } catch (ConfigException | NodeStartException failed) {
        stop();
        throw new CommandFailedException(ExitCode.FAILED, plan.name() + ": " + failed.getMessage());
      }
    }
  }

  @Override
  public List<String> describe() {
    return plans.stream()
        .map(
            plan ->
                "%s grpc %s http %s data %s"
                    .formatted(plan.name(), plan.address(), plan.httpAddress(), plan.directory()))
        .toList();
  }

  @Override
  public boolean awaitReady(long deadlineNanos) throws InterruptedException {
    for (QuorateNode node : nodes) {
      if (!node.awaitReady(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Optional<String> failure() {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).ended().isDone()) {
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
