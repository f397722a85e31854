package io.quorate.cli.doctor;

import io.quorate.cli.command.RegionView;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What it means that a whole region is not heard, or lacks what was written in others. */
final class RegionRules {
  private static final long LAG_MILLIS_MAX = 10_000;

  private RegionRules() {}

  /** A region of which no node is heard, while there are others. */
  static List<Finding> away(Observations seen) {
    Map<String, List<NodeView>> regions = new TreeMap<>();
    for (NodeView node : seen.members()) {
      regions.computeIfAbsent(node.region(), region -> new ArrayList<>()).add(node);
    }
    List<Finding> found = new ArrayList<>();
    regions.forEach(
        (region, nodes) -> {
          if (regions.size() > 1 && nodes.stream().noneMatch(node -> seen.isUp(node.id()))) {
            found.add(away(region, nodes, seen));
          }
        });
    return found;
  }

  /** A region that is up, and does not come to what was written in others. */
  static List<Finding> behind(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (RegionView region : RegionView.of(seen.views())) {
      if (region.up() > 0 && region.lagMillis() > LAG_MILLIS_MAX) {
        found.add(behind(region));
      }
    }
    return found;
  }

  private static Finding behind(RegionView region) {
    return Finding.warning(
        "region-lag",
        "region " + region.name(),
        "It is %d s behind what was written in other regions, which keep %d records for it%s. Reads at LOCAL_QUORUM there do not see these."
            .formatted(
                TimeUnit.MILLISECONDS.toSeconds(region.lagMillis()),
                region.hints(),
                region.repairs() == 0
                    ? ""
                    : ", and have to compare %d partitions with it".formatted(region.repairs())),
        "If it was away until now, wait (quorate cluster status --watch 2s). If that does not get"
            + " less, look at the network to it, and at the nodes there that owe most. Each node"
            + " brings other regions at most regions.healing_bytes_per_second.");
  }

  private static Finding away(String region, List<NodeView> nodes, Observations seen) {
    List<String> goesOn = new ArrayList<>();
    List<String> stands = new ArrayList<>();
    for (Tenant tenant : seen.knownTenants()) {
      Integer there = tenant.replicasByRegion().get(region);
      if (there != null) {
        int all = tenant.replicationFactor();
        (all - there > all / 2 ? goesOn : stands).add(tenant.name());
      }
    }
    String what =
        nodes.size() == 1
            ? "Its only node is not heard."
            : "None of its %d nodes is heard.".formatted(nodes.size());
    if (!goesOn.isEmpty() || !stands.isEmpty()) {
      what +=
          " LOCAL_QUORUM goes on in the other regions; EACH_QUORUM and ALL fail for tenants with"
              + " replicas there.";
    }
    if (!goesOn.isEmpty()) {
      what += " QUORUM goes on for " + String.join(", ", goesOn) + ".";
    }
    if (!stands.isEmpty()) {
      what += " QUORUM fails for " + String.join(", ", stands) + ".";
    }
    List<String> voters = seen.view().metadata().voters();
    long lost = nodes.stream().filter(node -> voters.contains(node.id())).count();
    if (voters.size() - lost > voters.size() / 2) {
      what +=
          " Most voters of the metadata group stand elsewhere: while they are heard, tenants and"
              + " nodes can change.";
    } else {
      what +=
          " Tenants and nodes cannot change: %d of the metadata group's %d voters stand there."
              .formatted(lost, voters.size());
    }
    return Finding.problem(
        "region-away",
        "region " + region,
        what,
        "Look at the network to it: if it is cut off and alive, it goes on at LOCAL_QUORUM, and"
            + " both sides get what they lack when it is back. If it is gone for good, alter its"
            + " tenants (quorate tenant alter NAME --rf), then quorate cluster remove NODE..."
            + " --force --accept-data-loss (docs/operations/regions.md).");
  }
}
