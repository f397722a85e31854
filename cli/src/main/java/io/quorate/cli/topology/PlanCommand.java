package io.quorate.cli.topology;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.command.ReplicationFactors;
import io.quorate.cli.output.Console;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.TopologyChange;
import io.quorate.client.admin.TopologyPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a change would move. */
@Command(
    name = "plan",
    description =
        "Shows what a change would move, and changes nothing. The words are those of"
            + " the change without 'plan'.")
public final class PlanCommand {
  private final Console console;

  public PlanCommand(Console console) {
    this.console = console;
  }

  @Command(description = "Shows what adding a node would move.")
  int add(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NODE", description = "Its id, address or name.") String node) {
    return show(cluster, TopologyChange.add(node));
  }

  @Command(description = "Shows what removing a node would move.")
  int remove(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NODE", description = "Its id, address or name.") String node) {
    return show(cluster, TopologyChange.remove(node));
  }

  @Command(description = "Shows what replacing a node by a spare one would move.")
  int replace(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NODE", description = "Id, address or name of the one that leaves.")
          String node,
      @Option(
              names = "--with",
              paramLabel = "NEW",
              required = true,
              description = "Id, address or name of the spare node that takes its place.")
          String with) {
    return show(cluster, TopologyChange.replace(node, with));
  }

  @Command(description = "Shows what another zone for a node would move.")
  int move(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NODE", description = "Its id, address or name.") String node,
      @Mixin ClusterCommand.MoveOptions place) {
    return show(cluster, place.move(node));
  }

  @Command(
      description =
          "Shows what another replication factor of a tenant would move; see quorate"
              + " tenant alter.")
  int tenant(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "NAME", description = "The tenant.") String name,
      @Option(
              names = {"--rf", "--replication-factor"},
              paramLabel = "N|REGION=N,...",
              required = true,
              converter = ReplicationFactors.class,
              description = "Replicas of each key, or of each key in each region.")
          ReplicationFactor rf) {
    return show(cluster, TopologyChange.alterReplication(name, rf));
  }

  @Command(description = "Shows what spreading replicas again would move.")
  int rebalance(@Mixin ClusterOptions cluster) {
    return show(cluster, TopologyChange.rebalance());
  }

  private int show(ClusterOptions cluster, TopologyChange change) {
    try (QuorateClient client = cluster.connect()) {
      Cluster admin = Administration.of(client).cluster();
      TopologyPlan plan = admin.planTopologyChange(change);
      NodeText called = NodeText.ifHeard(admin);
      DisksThen disks = DisksThen.ask(client, plan);
      cluster
          .output(console)
          .result(
              PlanForms.json(plan, disks, called), () -> PlanForms.text(plan, disks, called, true));
    }
    return ExitCode.DONE;
  }
}
