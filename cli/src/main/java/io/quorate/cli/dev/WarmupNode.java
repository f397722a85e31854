package io.quorate.cli.dev;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.TopologyChange;
import io.quorate.node.config.JoinChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node that joins a cluster on this machine, is given its share, and leaves again. */
final class WarmupNode {
  private static final long LOOK_MILLIS = 200;

  private final Path directory;
  private final List<String> endpoints;

  /**
   * @param directory of the cluster, see {@link AddedNodes}
   */
  WarmupNode(Path directory, List<String> endpoints) {
    this.directory = directory;
    this.endpoints = endpoints;
  }

  /**
   * Comes and goes.
   *
   * @throws CommandFailedException if that was not over by the deadline
   */
  void commute(long deadlineNanos) throws IOException, InterruptedException {
    DevNode node = new AddedNodes(directory).next(JoinChoice.TRUE);
    LocalNodes running = new LocalNodes();
    try (QuorateClient client = QuorateClient.builder().endpoints(endpoints).build()) {
      int others = Administration.of(client).cluster().status().nodes().size();
      running.start(List.of(node));
      if (!running.awaitReady(deadlineNanos)) {
        throw new CommandFailedException(
            ExitCode.FAILED, "a node that joins is not ready in time: " + running.waitingFor());
      }
      awaitRest(client, others + 1, deadlineNanos);
      Administration.of(client).cluster().changeTopology(TopologyChange.remove(node.address()));
      awaitRest(client, others, deadlineNanos);
    } finally {
      running.stop();
    }
  }

  private static void awaitRest(QuorateClient client, int nodes, long deadlineNanos)
      throws InterruptedException {
    while (!isAtRest(Administration.of(client).cluster().status(), nodes)) {
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new CommandFailedException(ExitCode.FAILED, "partitions did not move in time");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private static boolean isAtRest(ClusterStatus status, int nodes) {
    return status.nodes().size() == nodes
        && !status.topologyChange().underWay()
        && status.nodes().stream()
            .allMatch(node -> node.membership() == ClusterStatus.Membership.ACTIVE);
  }
}
