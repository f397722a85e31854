package io.quorate.cli;

import io.quorate.cli.output.Console;
import io.quorate.cli.output.Table;
import io.quorate.client.ClusterStatus;
import io.quorate.client.QuorateClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Shows the nodes, their states and the metadata group.")
final class ClusterStatusCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  ClusterStatusCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (QuorateClient client = cluster.connect()) {
      ClusterStatus status = client.cluster().status();
      cluster.output(console).result(json(status), () -> text(status));
    }
    return ExitCode.DONE;
  }

  static Map<String, Object> json(ClusterStatus status) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("cluster_id", status.clusterId());
    object.put("answered_by", status.answeredBy());
    object.put("nodes", status.nodes().stream().map(ClusterStatusCommand::json).toList());
    object.put("migrations", status.migrations().stream().map(ClusterStatusCommand::json).toList());
    object.put("metadata", json(status.metadata()));
    object.put("partitions", status.partitions());
    object.put("partitions_degraded", status.partitionsDegraded());
    object.put("partitions_unavailable", status.partitionsUnavailable());
    return object;
  }

  private static Map<String, Object> json(ClusterStatus.Node node) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", node.id());
    object.put("address", node.address());
    object.put("region", node.region());
    object.put("zone", node.zone());
    object.put("state", word(node.state()));
    object.put("incarnation", node.incarnation());
    object.put("replicas", node.replicas());
    object.put("weight", node.weight());
    object.put("silent_ms", node.silentMillis());
    return object;
  }

  private static Map<String, Object> json(ClusterStatus.Migration migration) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("partition", migration.partition());
    object.put("stage", migration.stage());
    return object;
  }

  private static Map<String, Object> json(ClusterStatus.Metadata metadata) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("leader", metadata.leader());
    object.put("term", metadata.term());
    object.put("commit_index", metadata.commitIndex());
    object.put("applied_index", metadata.appliedIndex());
    object.put("voters", metadata.voters());
    object.put("learners", metadata.learners());
    return object;
  }

  static String text(ClusterStatus status) {
    Table nodes =
        new Table("node", "address", "region", "zone", "state", "starts>", "replicas>", "metadata");
    for (ClusterStatus.Node node : status.nodes()) {
      nodes.row(
          node.id(),
          node.address(),
          node.region(),
          node.zone(),
          word(node.state()) + silence(node),
          node.incarnation(),
          node.replicas(),
          role(node.id(), status.metadata()));
    }
    List<String> lines = new ArrayList<>();
    lines.add(nodes.toString());
    lines.add("cluster %s, asked node %s".formatted(status.clusterId(), status.answeredBy()));
    lines.add(
        "%d partitions: %d degraded, %d unavailable, %d moving"
            .formatted(
                status.partitions(),
                status.partitionsDegraded(),
                status.partitionsUnavailable(),
                status.migrations().size()));
    ClusterStatus.Metadata metadata = status.metadata();
    lines.add(
        "metadata: term %d, committed %d, applied %d%s"
            .formatted(
                metadata.term(),
                metadata.commitIndex(),
                metadata.appliedIndex(),
                metadata.leader().isEmpty() ? ", no leader known" : ""));
    return String.join(System.lineSeparator(), lines);
  }

  private static String silence(ClusterStatus.Node node) {
    return node.state() == ClusterStatus.State.DOWN
        ? " for " + node.silentMillis() / 1000 + " s"
        : "";
  }

  private static String role(String id, ClusterStatus.Metadata metadata) {
    if (id.equals(metadata.leader())) {
      return "leader";
    }
    return metadata.voters().contains(id) ? "voter" : "learner";
  }

  private static String word(ClusterStatus.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
