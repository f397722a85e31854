package io.quorate.cli.topology;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.command.RegionView;
import io.quorate.cli.command.Views;
import io.quorate.cli.output.Bytes;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Table;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.Filling;
import io.quorate.client.admin.MetadataView;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.Purging;
import io.quorate.client.admin.SelfReport;
import io.quorate.client.admin.TopologyChangeStatus;
import io.quorate.client.admin.VersionConflicts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    description = {
      "Shows the nodes, their states and the metadata group, as the node that answers sees them.",
      "Also asks each member for its own state and the hints that it keeps."
    })
public final class ClusterStatusCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--watch",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "Repeat it at this interval, such as 2s; ends with ctrl-c.")
  private @Nullable Duration watch;

  public ClusterStatusCommand(Console console) {
    this.console = console;
  }

  /** What was heard of the cluster. */
  record Heard(Views views) {
    static Heard of(QuorateClient client) {
      return new Heard(Views.of(client));
    }

    /** Of the node that was asked first. */
    ClusterStatus view() {
      return views.first();
    }

    /** What each node sees that could be asked, by its id. */
    Map<String, ClusterStatus> own() {
      return views.own();
    }

    @Nullable SelfReport report(String node) {
      ClusterStatus said = own().get(node);
      return said == null ? null : said.report();
    }

    /** How the topology changes, as the leader says if it was heard: it knows most. */
    TopologyChangeStatus change() {
      ClusterStatus leader = own().get(view().metadata().leader());
      return leader == null ? view().topologyChange() : leader.topologyChange();
    }

    /** Records that all nodes heard keep for one. */
    long hintsFor(String node) {
      return about(node).stream().mapToLong(NodeView::hints).sum();
    }

    /** Partitions of a node that must be compared, as all nodes heard say. */
    int repairsFor(String node) {
      return about(node).stream().mapToInt(NodeView::repairs).sum();
    }

    /** The longest lag of a node that any other node reports. */
    long lagMillis(String node) {
      return about(node).stream().mapToLong(NodeView::lagMillis).max().orElse(0);
    }

    boolean breakerOpen(String node) {
      return about(node).stream().anyMatch(NodeView::breakerOpen);
    }

    private List<NodeView> about(String id) {
      return views.about(id);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    try (QuorateClient client = cluster.connect()) {
      while (true) {
        Heard heard = Heard.of(client);
        cluster.output(console).result(json(heard), () -> text(heard));
        console.out().flush();
        if (watch == null) {
          return ExitCode.DONE;
        }
        Thread.sleep(watch.toMillis());
      }
    }
  }

  static Map<String, Object> json(Heard heard) {
    ClusterStatus status = heard.view();
    NodeText called = NodeText.of(status);
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("cluster_id", status.clusterId());
    called.put(object, "answered_by", status.answeredBy());
    object.put("nodes", status.nodes().stream().map(node -> json(heard, node, called)).toList());
    object.put(
        "regions", RegionView.of(heard.views()).stream().map(ClusterStatusCommand::json).toList());
    object.put("moves", status.moves().stream().map(move -> json(move, called)).toList());
    object.put("change", ChangeForms.json(heard.change(), called));
    object.put("metadata", json(status.metadata(), called));
    object.put("partitions", status.partitions());
    object.put("partitions_healthy", healthy(status));
    object.put("partitions_degraded", status.partitionsDegraded());
    object.put("partitions_unavailable", status.partitionsUnavailable());
    return object;
  }

  private static int healthy(ClusterStatus status) {
    return status.partitions() - status.partitionsDegraded() - status.partitionsUnavailable();
  }

  private static Map<String, Object> json(Heard heard, NodeView node, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", node.id());
    object.put("name", node.name());
    object.put("address", node.address());
    if (!node.peerAddress().isEmpty()) {
      object.put("peer_address", node.peerAddress());
    }
    object.put("region", node.region());
    object.put("zone", node.zone());
    object.put("state", word(node.state()));
    object.put("membership", word(node.membership()));
    object.put("marked_down", node.markedDown());
    object.put("incarnation", node.incarnation());
    object.put("replicas", node.replicas());
    object.put("weight", node.weight());
    object.put("silent_ms", node.silentMillis());
    object.put("phi", node.phi());
    object.put("lag_ms", heard.lagMillis(node.id()));
    object.put("breaker_open", heard.breakerOpen(node.id()));
    object.put("hints_owed", heard.hintsFor(node.id()));
    object.put("repairs_owed", heard.repairsFor(node.id()));
    object.put("filling", node.filling());
    SelfReport report = heard.report(node.id());
    if (report != null) {
      object.put("report", json(report, called));
    }
    ClusterStatus own = heard.own().get(node.id());
    if (own != null) {
      object.put("metadata_stuck", own.metadata().stuck());
      object.put("announcement_refused", own.metadata().announcementRefused());
    }
    return object;
  }

  private static Map<String, Object> json(RegionView region) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", region.name());
    object.put("nodes", region.nodes());
    object.put("nodes_up", region.up());
    object.put("lag_ms", region.lagMillis());
    object.put("hints_owed", region.hints());
    object.put("repairs_owed", region.repairs());
    return object;
  }

  private static Map<String, Object> json(SelfReport report, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("software", report.software());
    object.put("waiting_for", report.waitingFor());
    object.put("disk", report.disk().name().toLowerCase(Locale.ROOT));
    object.put("disk_reason", report.diskReason());
    object.put("disk_bytes", report.diskBytes());
    object.put("disk_used_bytes", report.diskUsedBytes());
    report
        .diskAvailableBytes()
        .ifPresent(available -> object.put("disk_available_bytes", available));
    object.put("clock_skewed", report.clockSkewed());
    object.put("clock_ahead_ms", report.clockAheadMillis());
    object.put("state_version", report.stateVersion());
    object.put("dead_letters", report.deadLetters());
    object.put("hints_paused", report.hintsPaused());
    object.put("comparisons", report.comparisons());
    object.put("comparisons_overdue", report.comparisonsOverdue());
    object.put("comparison_age_ms", report.comparisonAgeMillis());
    object.put("damaged_partitions", report.damagedPartitions());
    object.put("filling", json(report.filling()));
    object.put("purging", json(report.purging()));
    object.put(
        "version_conflicts",
        report.versionConflicts().stream().map(each -> json(each, called)).toList());
    object.put("stamps_refused", report.stampsRefused());
    object.put("insecure", report.insecure());
    object.put("open_secrets", report.openSecrets());
    object.put("token_keys_reason", report.tokenKeysReason());
    object.put("token_keys_missing", report.tokenKeysMissing());
    object.put("certificates_reason", report.certificatesReason());
    object.put("recent_requests", report.recentRequests());
    object.put("recent_requests_refused", report.recentRequestsRefused());
    object.put("cluster_settings", new TreeMap<>(report.clusterSettings()));
    return object;
  }

  private static Map<String, Object> json(VersionConflicts conflicts, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    called.put(object, "node", conflicts.node());
    object.put("incarnation", conflicts.incarnation());
    object.put("records", conflicts.records());
    return object;
  }

  private static Map<String, Object> json(Filling filling) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("partitions", filling.partitions());
    object.put("partitions_at_first", filling.totalPartitions());
    object.put("records", filling.records());
    object.put("bytes", filling.bytes());
    object.put("bytes_per_second", filling.bytesPerSecond());
    return object;
  }

  private static Map<String, Object> json(Purging purging) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("tombstones", purging.tombstones());
    object.put("partitions_due", purging.due());
    object.put("partitions_open", purging.open());
    object.put("overdue_ms", purging.overdueMillis());
    object.put("purged_age_ms", purging.purgedAgeMillis());
    return object;
  }

  private static Map<String, Object> json(ClusterStatus.PartitionMove move, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("partition", move.partition());
    object.put("stage", move.stage().name().toLowerCase(Locale.ROOT));
    object.put("epoch", move.epoch());
    called.put(object, "from", move.from());
    called.put(object, "to", move.to());
    return object;
  }

  private static Map<String, Object> json(MetadataView metadata, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    called.put(object, "leader", metadata.leader());
    object.put("term", metadata.term());
    object.put("commit_index", metadata.commitIndex());
    object.put("applied_index", metadata.appliedIndex());
    called.put(object, "voters", metadata.voters());
    called.put(object, "learners", metadata.learners());
    return object;
  }

  static String text(Heard heard) {
    ClusterStatus status = heard.view();
    Table nodes =
        new Table(
            "node",
            "address",
            "region",
            "zone",
            "state",
            "starts>",
            "replicas>",
            "disk>",
            "lag>",
            "owed>",
            "metadata");
    for (NodeView node : status.nodes()) {
      nodes.row(
          NodeText.of(node),
          node.peerAddress().isEmpty()
              ? node.address()
              : node.address() + ", nodes: " + node.peerAddress(),
          node.region(),
          node.zone(),
          state(heard, node),
          node.incarnation(),
          node.replicas(),
          disk(heard.report(node.id())),
          heard.lagMillis(node.id()) + " ms",
          owed(heard, node.id()),
          role(node.id(), status.metadata()));
    }
    List<String> lines = new ArrayList<>();
    lines.add(nodes.toString());
    List<RegionView> regions = RegionView.of(heard.views());
    if (!regions.isEmpty()) {
      lines.add(regions(regions));
    }
    lines.add(
        "cluster %s, asked node %s"
            .formatted(status.clusterId(), NodeText.of(status).of(status.answeredBy())));
    lines.add(
        "%d partitions: %d healthy, %d degraded, %d unavailable, %d moving"
            .formatted(
                status.partitions(),
                healthy(status),
                status.partitionsDegraded(),
                status.partitionsUnavailable(),
                status.moves().size()));
    if (heard.change().underWay() || !heard.change().lost().isEmpty()) {
      lines.addAll(ChangeForms.lines(heard.change(), NodeText.of(status)));
    }
    lines.addAll(filling(heard));
    heard
        .own()
        .forEach(
            (id, own) -> {
              if (!own.metadata().stuck().isEmpty()) {
                lines.add(
                    "node %s cannot follow the metadata group: %s"
                        .formatted(NodeText.of(status).of(id), own.metadata().stuck()));
              }
              if (!own.metadata().announcementRefused().isEmpty()) {
                lines.add(
                    "the cluster does not take what node %s announces of itself: %s"
                        .formatted(
                            NodeText.of(status).of(id), own.metadata().announcementRefused()));
              }
            });
    lines.addAll(SecurityForms.lines(heard.own()));
    lines.add(purging(heard));
    MetadataView metadata = status.metadata();
    lines.add(
        "metadata: term %d, committed %d, applied %d%s"
            .formatted(
                metadata.term(),
                metadata.commitIndex(),
                metadata.appliedIndex(),
                metadata.leader().isEmpty() ? ", no leader known" : ""));
    return String.join(System.lineSeparator(), lines);
  }

  /** What nodes of other regions have written, and a region does not have yet. */
  private static String regions(List<RegionView> regions) {
    Table table = new Table("region", "nodes>", "up>", "lag>", "owed by others>");
    for (RegionView region : regions) {
      table.row(
          region.name(),
          region.nodes(),
          region.up(),
          region.lagMillis() + " ms",
          owed(region.hints(), region.repairs()));
    }
    return table.toString();
  }

  /** How far those are that do not hold yet what they must. */
  private static List<String> filling(Heard heard) {
    List<String> lines = new ArrayList<>();
    for (NodeView node : heard.view().nodes()) {
      SelfReport report = heard.report(node.id());
      if (report != null && report.filling().partitions() > 0) {
        Filling filling = report.filling();
        lines.add(
            String.format(
                Locale.ROOT,
                "filling node %s: %d of %d partitions left; %d records, %s so far, %s/s",
                NodeText.of(node),
                filling.partitions(),
                filling.totalPartitions(),
                filling.records(),
                Bytes.text(filling.bytes()),
                Bytes.text(filling.bytesPerSecond())));
      }
    }
    return lines;
  }

  /** What is worst of all nodes heard: each holds the tombstones of its own replicas. */
  private static String purging(Heard heard) {
    long tombstones = 0;
    int open = 0;
    long overdueMillis = 0;
    long ageMillis = Long.MAX_VALUE;
    for (ClusterStatus status : heard.own().values()) {
      Purging each = status.report().purging();
      tombstones += each.tombstones();
      open = Math.max(open, each.open());
      overdueMillis = Math.max(overdueMillis, each.overdueMillis());
      ageMillis =
          each.purgedAgeMillis() == 0 ? ageMillis : Math.min(ageMillis, each.purgedAgeMillis());
    }
    return "deleted or to expire: %d records on all nodes; %d partitions being purged; %s%s"
        .formatted(
            tombstones,
            open,
            ageMillis == Long.MAX_VALUE
                ? "none purged yet"
                : "last purged up to " + ageMillis / 1000 + " s ago",
            overdueMillis == 0 ? "" : ", the oldest due for " + overdueMillis / 1000 + " s");
  }

  /** A state, with what explains it. */
  private static String state(Heard heard, NodeView node) {
    StringBuilder text = new StringBuilder(word(node.state()).replace('_', ' '));
    SelfReport report = heard.report(node.id());
    switch (node.membership()) {
      case READMITTING, SPARE, JOINING, LEAVING ->
          text.append(", ").append(word(node.membership()));
      case ACTIVE, UNKNOWN -> {}
    }
    if (node.markedDown()) {
      text.append(", given up for now");
    }
    switch (node.state()) {
      case DOWN -> text.append(silence(heard, node));
      case SUSPECTED ->
          text.append(String.format(Locale.ROOT, ", phi %.1f", Math.min(node.phi(), 99)));
      case READ_ONLY -> text.append(report == null ? "" : ": disk " + word(report.disk()));
      default -> {}
    }
    if (report != null && report.clockSkewed()) {
      text.append(", clock off");
    }
    if (report != null && !report.waitingFor().isEmpty()) {
      text.append(", not ready");
    }
    if (heard.breakerOpen(node.id())) {
      text.append(", does not cope");
    }
    if (report != null && report.damagedPartitions() > 0) {
      text.append(", damaged (").append(report.damagedPartitions()).append(')');
    }
    if (node.filling() > 0) {
      text.append(", being filled (").append(node.filling()).append(')');
    }
    return text.toString();
  }

  /**
   * For how long it was not heard; and which nodes hear it, if it is the network that is broken.
   */
  private static String silence(Heard heard, NodeView node) {
    long seconds = node.silentMillis() / 1000;
    String silent = seconds == 0 ? "" : " for " + seconds + " s";
    if (heard.own().containsKey(node.id())) {
      return silent + " for that node only: it answers";
    }
    int hearing = heard.views().hearing(node.id()).size();
    return hearing == 0 ? silent : silent + ", but heard by " + hearing + " other";
  }

  private static String disk(@Nullable SelfReport report) {
    return report == null || report.diskBytes() == 0
        ? ""
        : Math.round(100 * report.diskUsage()) + " %";
  }

  /** Hints, and marks for comparing. */
  private static String owed(Heard heard, String node) {
    return owed(heard.hintsFor(node), heard.repairsFor(node));
  }

  private static String owed(long hints, int repairs) {
    return hints + (repairs == 0 ? "" : " + " + repairs + " partitions");
  }

  private static String role(String id, MetadataView metadata) {
    if (id.equals(metadata.leader())) {
      return "leader";
    }
    return metadata.voters().contains(id) ? "voter" : "learner";
  }

  private static String word(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
