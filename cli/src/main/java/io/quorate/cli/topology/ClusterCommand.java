package io.quorate.cli.topology;

import io.quorate.cli.command.ByteCounts;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.command.RequestOptions;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ChangeLimits;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.TopologyChange;
import io.quorate.client.admin.TopologyChangeOptions;
import io.quorate.client.admin.TopologyChangeResult;
import io.quorate.client.admin.TopologyChangeStatus;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The cluster as a whole, and which of its nodes have replicas. */
@Command(
    name = "cluster",
    description = {
      "Looks at the cluster, changes which nodes have replicas of what, and readmits nodes that"
          + " lost their disk.",
      "Changes run on their own, partition by partition, while the cluster serves requests."
    })
public final class ClusterCommand {
  private final Console console;

  public ClusterCommand(Console console) {
    this.console = console;
  }

  @Command(
      description =
          "Gives a node its share of replicas: a spare node, or one that was leaving."
              + " Nodes that join get theirs without this command, unless they join as"
              + " spares.")
  int add(
      @Mixin ClusterOptions cluster,
      @Mixin CarryingOptions how,
      @Parameters(paramLabel = "NODE", description = "Its id, address or name.") String node) {
    return carryOut(cluster, how, TopologyChange.add(node));
  }

  @Command(
      description = {
        "Gives all replicas of a node to others; then the node leaves the cluster. It"
            + " may be down: then the data comes from other replicas.",
        "If most replicas of a partition are gone for good, this is impossible. Then"
            + " --force --accept-data-loss gives up all nodes named: such partitions go on"
            + " with what is left, and reads of them say potentially_stale until 'quorate"
            + " cluster acknowledge-loss'."
      })
  int remove(
      @Mixin ClusterOptions cluster,
      @Mixin CarryingOptions how,
      @Parameters(
              paramLabel = "NODE",
              arity = "1..*",
              description = "Its id, address or name. With --force, all nodes that are gone.")
          List<String> nodes,
      @Option(
              names = "--force",
              description = "The nodes are gone for good, with most replicas of some partitions.")
          boolean force,
      @Option(
              names = "--accept-data-loss",
              description = "Accepts the loss of writes that only these nodes had.")
          boolean acceptDataLoss) {
    if (force) {
      return carryOut(cluster, how, TopologyChange.giveUp(nodes, acceptDataLoss));
    }
    if (acceptDataLoss || nodes.size() > 1) {
      throw cluster.usage(
          acceptDataLoss
              ? "--accept-data-loss goes with --force: nothing is lost when a node is removed"
              : "name one node at a time; several are given up at once with --force only");
    }
    return carryOut(cluster, how, TopologyChange.remove(nodes.getFirst()));
  }

  @Command(
      name = "acknowledge-loss",
      description =
          "Confirms that you know what may be lost with nodes that were given up"
              + " ('quorate cluster status' names the partitions): reads of these no longer"
              + " say potentially_stale.")
  int acknowledgeLoss(@Mixin ClusterOptions cluster, @Mixin RequestOptions request) {
    return request(
        cluster,
        request,
        (admin, options) -> admin.changeTopology(TopologyChange.acknowledgeLoss(), options));
  }

  @Command(
      description =
          "Gives all replicas of a node to a spare node, and moves nothing else; then"
              + " the node leaves the cluster. It may be down.")
  int replace(
      @Mixin ClusterOptions cluster,
      @Mixin CarryingOptions how,
      @Parameters(paramLabel = "NODE", description = "Id, address or name of the one that leaves.")
          String node,
      @Option(
              names = "--with",
              paramLabel = "NEW",
              required = true,
              description = "Id, address or name of the spare node that takes its place.")
          String with) {
    return carryOut(cluster, how, TopologyChange.replace(node, with));
  }

  @Command(
      description =
          "Records that a node is in another zone now, and spreads replicas again. Set"
              + " node.zone in its configuration as well.")
  int move(
      @Mixin ClusterOptions cluster,
      @Mixin CarryingOptions how,
      @Parameters(paramLabel = "NODE", description = "Its id, address or name.") String node,
      @Mixin MoveOptions place) {
    return carryOut(cluster, how, place.move(node));
  }

  @Command(
      description = "Spreads replicas over the nodes again, for instance after weights changed.")
  int rebalance(@Mixin ClusterOptions cluster, @Mixin CarryingOptions how) {
    return carryOut(cluster, how, TopologyChange.rebalance());
  }

  private int carryOut(ClusterOptions cluster, CarryingOptions how, TopologyChange change) {
    ChangeLimits limits = how.limits(cluster);
    try (QuorateClient client = cluster.connect()) {
      return new ChangeRunner(client, console, cluster.output(console), how, limits)
          .carryOut(change);
    }
  }

  @Command(
      description =
          "Cancels the change: partitions that can go back do, and those that have"
              + " arrived stay.")
  int cancel(@Mixin ClusterOptions cluster, @Mixin RequestOptions request) {
    return request(cluster, request, Cluster::cancelTopologyChange);
  }

  @Command(
      description =
          "Pauses the change: no further partition begins to move; those on the move go on.")
  int pause(@Mixin ClusterOptions cluster, @Mixin RequestOptions request) {
    return limit(cluster, request, ChangeLimits.UNCHANGED.paused(true));
  }

  @Command(description = "Resumes a paused change.")
  int resume(@Mixin ClusterOptions cluster, @Mixin RequestOptions request) {
    return limit(cluster, request, ChangeLimits.UNCHANGED.paused(false));
  }

  @Command(
      description =
          "Sets how much of a change is done at a time, now and later; without options,"
              + " shows it.")
  int limits(
      @Mixin ClusterOptions cluster, @Mixin RequestOptions request, @Mixin LimitOptions limits) {
    ChangeLimits wanted = limits.limits(cluster);
    if (!wanted.equals(ChangeLimits.UNCHANGED)) {
      return limit(cluster, request, wanted);
    }
    if (request.isGiven()) {
      throw cluster.usage("--request-id is of a change: give the limits that are to be set");
    }
    return showChange(cluster);
  }

  private int limit(ClusterOptions cluster, RequestOptions request, ChangeLimits limits) {
    return request(
        cluster, request, (admin, options) -> admin.limitTopologyChange(limits, options));
  }

  private int request(
      ClusterOptions cluster,
      RequestOptions request,
      BiFunction<Cluster, TopologyChangeOptions, TopologyChangeResult> what) {
    try (QuorateClient client = cluster.connect()) {
      Cluster admin = Administration.of(client).cluster();
      TopologyChangeResult accepted = request.make(each -> what.apply(admin, each.options()));
      NodeText nodes = nodesOf(accepted.status(), admin);
      Map<String, Object> object = ChangeForms.json(accepted.status(), nodes);
      object.put("warnings", accepted.warnings());
      Output output = cluster.output(console);
      output.result(object, () -> text(accepted.status(), nodes));
      output.warn(accepted.warnings());
    }
    return ExitCode.DONE;
  }

  private int showChange(ClusterOptions cluster) {
    try (QuorateClient client = cluster.connect()) {
      Cluster admin = Administration.of(client).cluster();
      TopologyChangeStatus change = admin.status().topologyChange();
      NodeText nodes = nodesOf(change, admin);
      cluster.output(console).result(ChangeForms.json(change, nodes), () -> text(change, nodes));
    }
    return ExitCode.DONE;
  }

  private static NodeText nodesOf(TopologyChangeStatus change, Cluster admin) {
    return change.awaited().isEmpty() && change.lost().isEmpty()
        ? NodeText.ofNone()
        : NodeText.ifHeard(admin);
  }

  private static String text(TopologyChangeStatus change, NodeText nodes) {
    return String.join(System.lineSeparator(), ChangeForms.lines(change, nodes));
  }

  /** How much is done at a time. */
  static final class LimitOptions {
    private static final long THROTTLE_BYTES_MIN = 1000;

    @Option(
        names = "--parallel",
        paramLabel = "N",
        description = "Partitions on the move at the same time, 1 to 1000.")
    private @Nullable Integer parallel;

    @Option(
        names = "--throttle",
        paramLabel = "BYTES",
        converter = ByteCounts.class,
        description =
            "Bytes per second that each node copies, such as 50MB, at least 1kB; 0 for as much as"
                + " clients do not feel.")
    private @Nullable Long throttle;

    @Option(
        names = "--block-writes",
        negatable = true,
        description =
            "Whether writes wait to partitions that begin to move from now on, until they have"
                + " arrived. Ends with the change. Default: they do not")
    private @Nullable Boolean blockWrites;

    ChangeLimits limits(ClusterOptions cluster) {
      try {
        ChangeLimits limits = ChangeLimits.UNCHANGED;
        if (parallel != null) {
          limits = limits.parallel(parallel);
        }
        if (throttle != null) {
          if (throttle > 0 && throttle < THROTTLE_BYTES_MIN) {
            // '50' for 50MB: the change would stand still, and look like a node that does not cope.
            throw cluster.usage(
                "--throttle %d: bytes per second, of which a change needs 1kB at least; give a unit, as in 50MB, or 0 for no bound"
                    .formatted(throttle));
          }
          limits = limits.bytesPerSecond(throttle);
        }
        return blockWrites == null ? limits : limits.blockWrites(blockWrites);
      } catch (IllegalArgumentException outOfRange) {
        throw cluster.usage(String.valueOf(outOfRange.getMessage()));
      }
    }
  }

  /** Where a node stands from now on. */
  static final class MoveOptions {
    @Option(
        names = "--zone",
        paramLabel = "ZONE",
        required = true,
        description = "Zone of the node.")
    private String zone = "";

    @Option(
        names = "--region",
        paramLabel = "REGION",
        description = "Region of that zone. Default: as before")
    private @Nullable String region;

    TopologyChange move(String node) {
      return TopologyChange.move(node, region, zone);
    }
  }
}
