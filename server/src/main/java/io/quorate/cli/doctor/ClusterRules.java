package io.quorate.cli.doctor;

import io.quorate.client.ClusterStatus;
import io.quorate.client.ClusterStatus.Node;
import java.util.ArrayList;
import java.util.Collection;
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

  /** No node knows a leader, or most voters are gone. */
  static List<Finding> leader(Observations seen) {
    Set<String> voters = new TreeSet<>(seen.view().metadata().voters());
    long up = voters.stream().filter(seen.own()::containsKey).count();
    boolean known =
        seen.own().values().stream().anyMatch(each -> !each.metadata().leader().isEmpty());
    if (up < voters.size() / 2 + 1) {
      return List.of(
          Finding.problem(
              "metadata-majority",
              METADATA,
              "Only %d of its %d voters can be reached, so tenants and nodes cannot change. Reads and"
                      .formatted(up, voters.size())
                  + " writes go on.",
              "Start the voters that are down: "
                  + names(seen, missing(voters, seen))
                  + ". If they are gone for good, have a survivor lead the others on: bin/quorate"
                  + " metadata inspect, then bin/quorate metadata recover (TOPOLOGY.md, \"When most"
                  + " voters are lost\")."));
    }
    if (!known) {
      return List.of(
          Finding.problem(
              "metadata-leader",
              METADATA,
              "No node knows a leader, so tenants and nodes cannot change. Reads and writes go on.",
              "Wait some seconds; if it lasts, look at the network between the voters "
                  + names(seen, voters)
                  + "."));
    }
    return List.of();
  }

  private static Set<String> missing(Set<String> voters, Observations seen) {
    Set<String> missing = new TreeSet<>(voters);
    missing.removeAll(seen.own().keySet());
    return missing;
  }

  private static String names(Observations seen, Collection<String> ids) {
    return ids.stream().map(seen::name).collect(Collectors.joining(", "));
  }

  /** All voters would go with one zone. */
  static List<Finding> voterZones(Observations seen) {
    Set<String> voterZones = new TreeSet<>();
    Set<String> zones = new TreeSet<>();
    for (Node node : seen.members()) {
      String zone = node.region() + "/" + node.zone();
      zones.add(zone);
      if (seen.view().metadata().voters().contains(node.id())) {
        voterZones.add(zone);
      }
    }
    if (zones.size() > 1 && voterZones.size() == 1) {
      return List.of(
          Finding.warning(
              "voters-in-one-zone",
              METADATA,
              "All voters stand in zone "
                  + voterZones.iterator().next()
                  + ", though nodes stand in "
                  + zones.size()
                  + " zones: without that zone, tenants and nodes cannot change.",
              "Have the first nodes of cluster.seeds stand in different zones (node.zone)."));
    }
    return List.of();
  }

  static List<Finding> partitions(Observations seen) {
    int unavailable =
        seen.own().values().stream().mapToInt(ClusterStatus::partitionsUnavailable).max().orElse(0);
    int degraded =
        seen.own().values().stream().mapToInt(ClusterStatus::partitionsDegraded).max().orElse(0);
    List<Finding> found = new ArrayList<>();
    if (unavailable > 0) {
      found.add(
          Finding.problem(
              "partitions-unavailable",
              "partitions",
              unavailable
                  + " of "
                  + seen.view().partitions()
                  + " lack so many replicas that requests to them fail.",
              "Start the nodes that are down."));
    }
    if (degraded > 0) {
      found.add(
          Finding.warning(
              "partitions-degraded",
              "partitions",
              degraded
                  + " of "
                  + seen.view().partitions()
                  + " lack a replica. All is served; the loss of a further node may end that.",
              "Start the nodes that are down, or wait until they are filled."));
    }
    return found;
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
            "Nodes run different versions: "
                + bySoftware.entrySet().stream()
                    .map(each -> each.getKey() + " on " + String.join(", ", each.getValue()))
                    .collect(Collectors.joining("; "))
                + ".",
            "Bring all nodes to one version, one after the other."));
  }

  /** A node that has not applied what others have: it may refuse their requests. */
  static List<Finding> behind(Observations seen) {
    long newest =
        seen.own().values().stream()
            .mapToLong(each -> each.report().stateVersion())
            .max()
            .orElse(0);
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              long missing = newest - status.report().stateVersion();
              if (missing > 0) {
                found.add(
                    Finding.warning(
                        "state-behind",
                        seen.name(id),
                        "It knows the cluster as it was %d changes ago.".formatted(missing),
                        "Run quorate doctor again; if that stays, look at the network between it"
                            + " and the metadata leader."));
              }
            });
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
                    "Correct it in the configuration of the nodes that differ, and start them"
                        + " anew."));
          }
        });
    return found;
  }
}
