package io.quorate.cli.upgrade;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.UpgradeStatus;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The upgrade of a cluster to the next release. */
@Command(
    name = "upgrade",
    description = {
      "Upgrades a cluster to the next release: start each node with it, one after the other, then"
          + " finalize.",
      "Until then the nodes write what both releases read, and each of them can go back."
    })
public final class UpgradeCommand {
  private final Console console;

  public UpgradeCommand(Console console) {
    this.console = console;
  }

  @Command(
      description =
          "Shows the release of each node, the version of the cluster, and what is left to do.")
  int status(@Mixin ClusterOptions cluster) {
    try (QuorateClient client = cluster.connect()) {
      UpgradeStatus status = Administration.of(client).cluster().upgradeStatus();
      NodeText called = NodeText.ifHeard(Administration.of(client).cluster());
      cluster
          .output(console)
          .result(UpgradeForms.json(status, called), () -> UpgradeForms.text(status, called));
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "finalize",
      description = {
        "Raises the version of the cluster to the highest that all nodes can work at. From then on"
            + " nodes write what only releases of that version read.",
        "It cannot be undone: afterwards no node can go back to the release before."
      })
  int finish(
      @Mixin ClusterOptions cluster,
      @Option(names = "--yes", description = "Required: it cannot be undone.") boolean yes) {
    try (QuorateClient client = cluster.connect()) {
      UpgradeStatus before = Administration.of(client).cluster().upgradeStatus();
      NodeText called = NodeText.ifHeard(Administration.of(client).cluster());
      int version = before.highestClusterVersion();
      if (version == before.clusterVersion()) {
        cluster
            .output(console)
            .result(
                UpgradeForms.json(before, called), () -> UpgradeForms.nothingToFinalize(before));
        return UpgradeForms.behind(before).isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
      }
      if (!yes) {
        throw new CommandFailedException(
            ExitCode.USAGE,
            "nothing was changed: the cluster is at version %d, and would go to version %d, after which no node can go back to an earlier release. Give --yes"
                .formatted(before.clusterVersion(), version));
      }
      List<String> warnings = Administration.of(client).cluster().finalizeUpgrade(version);
      UpgradeStatus now = Administration.of(client).cluster().upgradeStatus();
      Map<String, Object> object = UpgradeForms.json(now, called);
      object.put("warnings", warnings);
      Output output = cluster.output(console);
      output.result(object, () -> "finalized: the cluster is at version %d".formatted(version));
      output.warn(warnings);
    }
    return ExitCode.DONE;
  }
}
