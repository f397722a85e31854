package io.quorate.cli.maintenance;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.DrainLeft;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.EachNode;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.FailureKind;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.command.Views;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.AsyncNodeMaintenance;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.DrainStatus;
import io.quorate.client.admin.NodeMaintenance;
import io.quorate.client.admin.NodeView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes one node out of service before it is stopped, and puts it back. */
@Command(
    name = "node",
    description = "Takes a node out of service before it is stopped, and puts it back.")
public final class NodeCommand {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final String NODE = "The node: its id, its address or its name.";

  private final Console console;

  public NodeCommand(Console console) {
    this.console = console;
  }

  @Command(
      description = {
        "Takes a node out of service, and waits until it can be stopped without clients noticing:"
            + " clients go to other nodes, what is under way is finished, another node leads the"
            + " metadata group and decides about locks, and hints for nodes that are up are"
            + " delivered.",
        "The node stays a replica of its partitions, and votes. It is back in service when it is"
            + " started again, or by quorate node resume."
      })
  int drain(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NODE", description = NODE) String node,
      @Option(
              names = "--for",
              paramLabel = "DURATION",
              converter = Durations.class,
              defaultValue = "60s",
              description =
                  "How long to wait at most. Then the node stays drained, and what is left is"
                      + " named. Default: ${DEFAULT-VALUE}")
          Duration atMost) {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      NodeView drained = EachNode.one(client, cluster, node);
      DrainStatus last = drained(client, drained, atMost);
      output.result(json(drained, last), () -> text(drained, last));
      notes(client, drained).forEach(note -> output.note("note: " + note));
      return last.isDone() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  /**
   * Drains a node, and returns what is left to do once that is nothing, or the time is over.
   *
   * @throws CommandFailedException if the node may be drained, and cannot be asked
   */
  private static DrainStatus drained(QuorateClient client, NodeView node, Duration atMost) {
    NodeMaintenance maintenance = Administration.of(client).maintenance(node.address());
    boolean told = false;
    try {
      long fromNanos = System.nanoTime();
      maintenance.setDrained(true);
      told = true;
      return awaitDone(maintenance, fromNanos + atMost.toNanos());
    } catch (QuorateException failed) {
      if (!told && !failed.mayHaveApplied()) {
        throw failed;
      }
      throw new CommandFailedException(
          FailureKind.exitCode(failed),
          "%s. The node may be drained: quorate node resume %s"
              .formatted(failed.getMessage(), node.id()));
    }
  }

  /**
   * Looks until nothing is left, or the time is over: a failure that may pass ends nothing before.
   */
  private static DrainStatus awaitDone(NodeMaintenance node, long untilNanos) {
    while (true) {
      boolean over = System.nanoTime() - untilNanos >= 0;
      try {
        DrainStatus status = node.drainStatus();
        if (status.isDone() || over) {
          return status;
        }
      } catch (QuorateException failed) {
        if (over || !FailureKind.worthRetrying(failed)) {
          throw failed;
        }
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  /** What is to be known before the node is stopped. */
  private static List<String> notes(QuorateClient client, NodeView node) {
    try {
      ClusterStatus own = Administration.of(client).cluster().statusOf(node.address());
      return Stream.of(otherAway(own, node), otherDrained(client, own, node), keptByPauses(own))
          .filter(note -> !note.isEmpty())
          .toList();
    } catch (QuorateException failed) {
      return List.of(
          "whether other nodes are down, or it holds hints whose delivery is paused, is not known: "
              + failed.getMessage());
    }
  }

  private static String otherAway(ClusterStatus own, NodeView node) {
    List<NodeView> away =
        own.nodes().stream()
            .filter(other -> !other.id().equals(node.id()))
            .filter(other -> other.replicas() > 0 && !Views.hears(own, other.id()))
            .toList();
    return away.isEmpty()
        ? ""
        : "it does not hear %s: keys with replicas there and at this node may have no quorum once this one is stopped. To serve on: quorate node resume %s"
            .formatted(
                away.stream().map(NodeText::of).collect(Collectors.joining(", ")), node.id());
  }

  /** It is most likely about to be stopped, too. One that cannot be asked is told of as away. */
  private static String otherDrained(QuorateClient client, ClusterStatus own, NodeView node) {
    List<NodeView> others =
        own.nodes().stream()
            .filter(other -> !other.id().equals(node.id()))
            .filter(other -> Views.hears(own, other.id()))
            .toList();
    List<NodeView> drained =
        EachNode.ask(client, others, AsyncNodeMaintenance::drainStatus).stream()
            .filter(answer -> answer.value() != null && answer.value().drained())
            .map(EachNode.Answer::node)
            .toList();
    return drained.isEmpty()
        ? ""
        : "%s %s drained, too: %d of %d nodes take requests now. Keys with replicas at several nodes that are stopped at once may have no quorum. To put one back into service: quorate node resume %s"
            .formatted(
                drained.stream().map(NodeText::of).collect(Collectors.joining(", ")),
                drained.size() == 1 ? "is" : "are",
                others.size() - drained.size(),
                own.nodes().size(),
                drained.getFirst().id());
  }

  /** What is said of hints that are not waited for, as an operator has paused them. */
  private static String keptByPauses(ClusterStatus own) {
    long hints =
        own.nodes().stream()
            .filter(target -> own.report().hintsPaused() || target.hintsPaused())
            .filter(target -> Views.hears(own, target.id()))
            .mapToLong(NodeView::hints)
            .sum();
    return hints == 0
        ? ""
        : "it holds %d hints for nodes that are up, whose delivery is paused: while it is stopped, those nodes lack them. To deliver them: quorate hints resume"
            .formatted(hints);
  }

  @Command(description = "Puts a node that was drained back into service.")
  int resume(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NODE", description = NODE) String node) {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      NodeView resumed = EachNode.one(client, cluster, node);
      NodeMaintenance maintenance = Administration.of(client).maintenance(resumed.address());
      maintenance.setDrained(false);
      output.result(
          json(resumed, maintenance.drainStatus()),
          () -> "node " + NodeText.of(resumed) + " is back in service");
    }
    return ExitCode.DONE;
  }

  private static String text(NodeView node, DrainStatus status) {
    List<String> left = DrainLeft.of(status);
    return left.isEmpty()
        ? "node " + NodeText.of(node) + " is drained and can be stopped"
        : "node "
            + NodeText.of(node)
            + " cannot be stopped unnoticed yet: "
            + String.join("; ", left);
  }

  private static Map<String, Object> json(NodeView node, DrainStatus status) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("node", node.id());
    object.put("name", node.name());
    object.put("drained", status.drained());
    object.put("done", status.isDone());
    object.put("requests", status.requests());
    object.put("leads_metadata", status.leadsMetadata());
    object.put("decides_locks", status.decidesLocks());
    object.put("hints", status.hints());
    return object;
  }
}
