package io.quorate.cli.doctor;

import io.quorate.cli.command.Views;
import io.quorate.client.admin.ClusterStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What may be wrong with the cluster as a whole. */
final class ClusterRules {
  private static final String METADATA = "metadata group";

  private ClusterRules() {}

  /**
   * No node knows a leader. What cannot be reached from here may be heard by others: only where no
   * node that answers hears a majority of the voters can these be lost.
   */
  static List<Finding> leader(Observations seen) {
    if (seen.own().values().stream().anyMatch(each -> !each.metadata().leader().isEmpty())) {
      return List.of();
    }
    Set<String> voters = new TreeSet<>(seen.view().metadata().voters());
    Set<String> neverHeard = new TreeSet<>(voters);
    for (ClusterStatus each : seen.own().values()) {
      neverHeard.removeIf(voter -> Views.hears(each, voter));
    }
    int heard = voters.size() - neverHeard.size();
    if (heard > voters.size() / 2) {
      return List.of(
          Finding.problem(
              "metadata-leader",
              METADATA,
              "No node knows a leader, so tenants and nodes cannot change. Reads and writes of what"
                  + " has enough replicas left go on.",
              "Wait some seconds; if it lasts, look at the network between the voters "
                  + seen.names(voters)
                  + "."));
    }
    return List.of(
        Finding.problem(
            "metadata-majority",
            METADATA,
            "Only %d of its %d voters %s heard by any node that answers here, and none of these"
                    .formatted(heard, voters.size(), heard == 1 ? "is" : "are")
                + " knows a leader, so tenants and nodes cannot change. Reads and writes of what"
                + " has enough replicas left go on.",
            "See whether "
                + seen.names(neverHeard)
                + " run: start those that do not, and mend the network to those that do. Only if a"
                + " majority of the voters can never be started again, since their disks are lost,"
                + " have a survivor lead the others on: quorate metadata inspect, then quorate"
                + " metadata recover (docs/operations/disaster-recovery.md). That gives up"
                + " what only the lost voters had decided; and if they do run, cut off from here,"
                + " there are two clusters afterwards that know nothing of each other."));
  }

  /** What is lacking at the nodes that answer; one that is cut off sees more of it than others. */
  static List<Finding> partitions(Observations seen) {
    List<Finding> found = new ArrayList<>();
    Map<String, Integer> unavailable = new TreeMap<>();
    Map<String, Integer> degraded = new TreeMap<>();
    seen.own()
        .forEach(
            (id, status) -> {
              unavailable.put(id, status.partitionsUnavailable());
              degraded.put(id, status.partitionsDegraded());
            });
    int all = seen.view().partitions();
    if (max(unavailable) > 0) {
      found.add(
          Finding.problem(
              "partitions-unavailable",
              "partitions",
              max(unavailable)
                  + " of "
                  + all
                  + (max(unavailable) == 1
                      ? " lacks too many replicas, so requests to it fail"
                      : " lack too many replicas, so requests to them fail")
                  + seenBySome(seen, unavailable)
                  + ".",
              bringBack(seen, unavailable, "")));
    }
    if (max(degraded) > 0) {
      found.add(
          Finding.warning(
              "partitions-degraded",
              "partitions",
              max(degraded)
                  + " of "
                  + all
                  + (max(degraded) == 1 ? " lacks a replica" : " lack a replica")
                  + seenBySome(seen, degraded)
                  + ". All of these are served; the loss of a further node may end that.",
              bringBack(seen, degraded, ", or wait until all nodes are filled")));
    }
    return found;
  }

  private static int max(Map<String, Integer> byNode) {
    return Collections.max(byNode.values());
  }

  private static boolean isSeenByAll(Map<String, Integer> byNode) {
    return Collections.min(byNode.values()) > 0;
  }

  /** The nodes that see it, where others do not. */
  private static Set<String> seeing(Map<String, Integer> byNode) {
    Set<String> some = new TreeSet<>();
    byNode.forEach(
        (id, partitions) -> {
          if (partitions > 0) {
            some.add(id);
          }
        });
    return some;
  }

  private static String seenBySome(Observations seen, Map<String, Integer> byNode) {
    return isSeenByAll(byNode) ? "" : ", as seen by " + seen.names(seeing(byNode)) + " only";
  }

  private static String bringBack(Observations seen, Map<String, Integer> byNode, String or) {
    return isSeenByAll(byNode)
        ? "Bring back the nodes that are down or cut off" + or + "."
        : "Look at the network between " + seen.names(seeing(byNode)) + " and the other nodes.";
  }

  static List<Finding> versions(Observations seen) {
    Map<String, List<String>> bySoftware = new TreeMap<>();
    seen.own()
        .forEach(
            (id, status) ->
                bySoftware
                    .computeIfAbsent(status.report().software(), none -> new ArrayList<>())
                    .add(id));
    if (bySoftware.size() < 2) {
      return List.of();
    }
    return List.of(
        Finding.warning(
            "versions-differ",
            "software",
            "Nodes run different releases: "
                + bySoftware.entrySet().stream()
                    .map(each -> each.getKey() + " on " + String.join(", ", each.getValue()))
                    .collect(Collectors.joining("; "))
                + ".",
            "Upgrade the others, too, one after the other: see quorate cluster upgrade status."));
  }

  /** A node that has not applied what others have: it may refuse their requests. */
  static List<Finding> behind(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.behind()
        .forEach(
            (id, missing) ->
                found.add(
                    Finding.warning(
                        "state-behind",
                        seen.name(id),
                        "It knows the cluster as it was %d %s ago, and did not catch up while it was asked again."
                            .formatted(missing, missing == 1 ? "change" : "changes"),
                        "Look at the network between it and the metadata leader.")));
    return found;
  }

  /** Settings marked [cluster] that are not equal everywhere. */
  static List<Finding> settings(Observations seen) {
    Map<String, Map<String, List<String>>> values = new TreeMap<>();
    seen.own()
        .forEach(
            (id, status) ->
                status
                    .report()
                    .clusterSettings()
                    .forEach(
                        (key, value) ->
                            values
                                .computeIfAbsent(key, none -> new TreeMap<>())
                                .computeIfAbsent(value, none -> new ArrayList<>())
                                .add(id)));
    List<Finding> found = new ArrayList<>();
    values.forEach(
        (key, byValue) -> {
          if (byValue.size() > 1) {
            found.add(
                Finding.warning(
                    "settings-differ",
                    key,
                    "It must be equal on all nodes and is not: "
                        + byValue.entrySet().stream()
                            .map(
                                each -> each.getKey() + " on " + String.join(", ", each.getValue()))
                            .collect(Collectors.joining("; "))
                        + ".",
                    "Correct it in the configuration of the nodes that differ, and restart them."));
          }
        });
    return found;
  }
}
