package io.quorate.cli.topology;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.Readmission;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "readmit",
    description = {
      "Readmits a node that lost its disk for good: the node at its address with an"
          + " empty data directory takes its place, and is filled from the other replicas"
          + " before it counts.",
      "A majority of the metadata group's voters must be up."
    })
public final class ClusterReadmitCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Parameters(
      paramLabel = "NODE",
      description = "Id, address or name of the node that lost its disk.")
  private String node = "";

  @Option(
      names = "--accept-data-loss",
      description =
          "Readmits it even if too few other replicas are known to hold what it held. Writes that"
              + " only lost nodes had acknowledged are gone. Reads of what may be lost say so until"
              + " quorate cluster acknowledge-loss, unless the cluster is of version 1.")
  private boolean acceptDataLoss;

  @Option(
      names = "--force",
      description =
          "Readmits it even if the old node still answers; the old node is refused from"
              + " then on.")
  private boolean force;

  public ClusterReadmitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (QuorateClient client = cluster.connect()) {
      Cluster admin = Administration.of(client).cluster();
      NodeText nodes = NodeText.ifHeard(admin);
      Readmission done = admin.readmitNode(node, acceptDataLoss, force);
      Map<String, Object> object = new LinkedHashMap<>();
      nodes.put(object, "node", done.node());
      object.put("address", done.address());
      object.put("warnings", done.warnings());
      Output output = cluster.output(console);
      output.result(
          object,
          () ->
              ("node %s is given up for lost: what starts at %s with an empty data directory"
                      + " takes its place, and is filled; see 'quorate cluster status'")
                  .formatted(nodes.of(done.node()), done.address()));
      output.warn(done.warnings());
    }
    return ExitCode.DONE;
  }
}
