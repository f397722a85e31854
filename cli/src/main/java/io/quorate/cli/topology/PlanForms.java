package io.quorate.cli.topology;

import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Bytes;
import io.quorate.cli.output.Table;
import io.quorate.client.admin.NodePlan;
import io.quorate.client.admin.TopologyPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a change would move, as people and programs read it. */
final class PlanForms {
  private static final int PARTITIONS_SHOWN = 16;

  private PlanForms() {}

  /**
   * @param disks how full they would be
   * @param withPartitions whether partitions are listed, the first of them
   */
  static String text(TopologyPlan plan, DisksThen disks, NodeText called, boolean withPartitions) {
    Table nodes =
        new Table(
            "node",
            "address",
            "zone",
            "will be",
            "weight>",
            "replicas now>",
            "then>",
            "to be brought>",
            "disk about>");
    for (NodePlan node : plan.nodes()) {
      nodes.row(
          called.of(node.id()),
          node.address(),
          zone(node),
          node.membership().name().toLowerCase(Locale.ROOT),
          node.weight(),
          node.replicasBefore(),
          node.replicasAfter(),
          node.arriving(),
          disks.text(node.id()));
    }
    List<String> lines = new ArrayList<>();
    lines.add(nodes.toString());
    if (withPartitions && !plan.partitions().isEmpty()) {
      lines.add(partitions(plan, called));
      if (plan.partitions().stream()
          .anyMatch(each -> each.after().size() > plan.replicationFactor())) {
        lines.add(
            "each list names nodes by preference, and may be longer than there are replicas: a tenant with %s has its replicas on the first %d (one that is replicated by region: on the first of each region)"
                .formatted(counted(plan.replicationFactor(), "replica"), plan.replicationFactor()));
      }
    }
    lines.add(
        altersFactor(plan)
            ? "each partition of the tenant gets %s instead of %d, and %s another list: %s brought to nodes that do not have them, %s if it were the only tenant"
                .formatted(
                    counted(plan.replicationFactor(), "replica"),
                    plan.replicationFactorBefore(),
                    counted(plan.partitions().size(), "partition"),
                    brought(plan),
                    size(plan))
            : plan.partitions().isEmpty()
                ? "no partition changes"
                : "%s: %s brought to nodes that do not have them, %s"
                    .formatted(
                        counted(plan.partitions().size(), "partition")
                            + (plan.partitions().size() == 1 ? " changes" : " change"),
                        brought(plan),
                        size(plan)));
    lines.add(
        "most replicas of a partition in one zone: %s; in one region: %s"
            .formatted(
                change(plan.before().mostInOneZone(), plan.after().mostInOneZone()),
                change(plan.before().mostInOneRegion(), plan.after().mostInOneRegion())));
    lines.add(
        "load of the fullest node by its weight, to the mean: %s"
            .formatted(
                change(ratio(plan.before().loadMaxByMean()), ratio(plan.after().loadMaxByMean()))));
    String warning = disks.warning(called);
    if (!warning.isEmpty()) {
      lines.add(warning);
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static String brought(TopologyPlan plan) {
    return counted(plan.replicasMoved(), "replica") + (plan.replicasMoved() == 1 ? " is" : " are");
  }

  private static String counted(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static boolean altersFactor(TopologyPlan plan) {
    return plan.replicationFactor() != plan.replicationFactorBefore();
  }

  private static String partitions(TopologyPlan plan, NodeText called) {
    Table table = new Table("partition>", "now", "then", "zones then");
    plan.partitions().stream()
        .limit(PARTITIONS_SHOWN)
        .forEach(
            partition ->
                table.row(
                    partition.partition(),
                    called.inShort(partition.before()),
                    called.inShort(partition.after()),
                    String.join(" ", partition.zonesAfter())));
    int more = plan.partitions().size() - PARTITIONS_SHOWN;
    return table + (more > 0 ? System.lineSeparator() + "and " + more + " more: see --json" : "");
  }

  private static String size(TopologyPlan plan) {
    if (plan.replicasMoved() == 0) {
      return "nothing is copied";
    }
    return plan.bytes() == 0 ? "size not known" : "about " + Bytes.text(plan.bytes());
  }

  private static String zone(NodePlan node) {
    return node.before().equals(node.after())
        ? place(node.after())
        : place(node.before()) + " -> " + place(node.after());
  }

  private static String place(TopologyPlan.Place place) {
    return place.region() + "/" + place.zone();
  }

  private static String change(Object before, Object after) {
    return before.equals(after) ? String.valueOf(after) : before + " -> " + after;
  }

  private static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  static Map<String, Object> json(TopologyPlan plan, DisksThen disks, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("state_version", plan.stateVersion());
    object.put("replication_factor_before", plan.replicationFactorBefore());
    object.put("replication_factor", plan.replicationFactor());
    object.put("partitions_changed", plan.partitions().size());
    object.put("replicas_moved", plan.replicasMoved());
    object.put("bytes_about", plan.bytes());
    object.put("before", json(plan.before()));
    object.put("after", json(plan.after()));
    object.put("nodes", plan.nodes().stream().map(node -> json(node, disks, called)).toList());
    object.put("partitions", plan.partitions().stream().map(each -> json(each, called)).toList());
    return object;
  }

  private static Map<String, Object> json(TopologyPlan.Spread spread) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("most_in_one_zone", spread.mostInOneZone());
    object.put("most_in_one_region", spread.mostInOneRegion());
    object.put("load_max_by_mean", spread.loadMaxByMean());
    return object;
  }

  private static Map<String, Object> json(NodePlan node, DisksThen disks, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    called.put(object, "id", node.id());
    object.put("address", node.address());
    object.put("region", node.after().region());
    object.put("zone", node.after().zone());
    object.put("region_before", node.before().region());
    object.put("zone_before", node.before().zone());
    object.put("membership", node.membership().name().toLowerCase(Locale.ROOT));
    object.put("weight", node.weight());
    object.put("replicas_before", node.replicasBefore());
    object.put("replicas_after", node.replicasAfter());
    object.put("arriving", node.arriving());
    DisksThen.Disk disk = disks.byNode().get(node.id());
    if (disk != null) {
      object.put("disk_used_percent", disk.percentNow());
      object.put("disk_used_percent_about", disk.percentThen());
    }
    return object;
  }

  private static Map<String, Object> json(TopologyPlan.Partition partition, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("partition", partition.partition());
    called.put(object, "before", partition.before());
    called.put(object, "after", partition.after());
    object.put("zones_before", partition.zonesBefore());
    object.put("zones_after", partition.zonesAfter());
    return object;
  }
}
