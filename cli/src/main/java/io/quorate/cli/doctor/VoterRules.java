package io.quorate.cli.doctor;

import io.quorate.client.admin.ClusterStatus.Membership;
import io.quorate.client.admin.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where the voters of the metadata group stand. */
final class VoterRules {
  private static final String METADATA = "metadata group";
  private static final int REGIONS_MIN = 3;

  private VoterRules() {}

  /** All voters would go with one zone. */
  static List<Finding> zones(Observations seen) {
    Set<String> voterZones = new TreeSet<>();
    Set<String> zones = new TreeSet<>();
    for (NodeView node : seen.members()) {
      String zone = node.region() + "/" + node.zone();
      zones.add(zone);
      if (isVoter(seen, node)) {
        voterZones.add(zone);
      }
    }
    if (zones.size() > 1 && voterZones.size() == 1 && regions(seen).isEmpty()) {
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

  /** Finds a region without whose voters the other voters are no majority. */
  static List<Finding> regions(Observations seen) {
    Map<String, Integer> voters = new TreeMap<>();
    for (NodeView node : seen.members()) {
      voters.merge(node.region(), isVoter(seen, node) ? 1 : 0, Integer::sum);
    }
    int all = seen.view().metadata().voters().size();
    List<Finding> found = new ArrayList<>();
    voters.forEach(
        (region, there) -> {
          if (voters.size() > 1 && there > 0 && all - there <= all / 2) {
            found.add(tooManyIn(region, there, all, voters.size()));
          }
        });
    return found;
  }

  private static Finding tooManyIn(String region, int there, int all, int regions) {
    String what =
        "%s in region %s: without that region, tenants and nodes cannot change. Reads and writes of what has enough replicas elsewhere go on."
            .formatted(
                all == 1
                    ? "Its only voter stands"
                    : "%d of its %d voters stand".formatted(there, all),
                region);
    return regions < REGIONS_MIN
        ? Finding.warning(
            "voters-in-one-region",
            METADATA,
            what + " Over two regions no placement of voters survives the loss of either.",
            "Start one node in a third region with cluster.join: spare, and leave it a spare: it"
                + " votes, and holds no data (docs/operations/regions.md).")
        : Finding.warning(
            "voters-in-one-region",
            METADATA,
            what,
            "Wait: voters move by themselves while nodes of three regions are heard, and at most"
                + " one voter is not. If this stays, see which nodes of other regions are not"
                + " heard, or still joining.");
  }

  /** Whether a spare votes, and is needed for that: no other node stands in its region. */
  static boolean isWitness(Observations seen, NodeView node) {
    return node.membership() == Membership.SPARE
        && isVoter(seen, node)
        && seen.members().stream()
            .filter(other -> other.membership() != Membership.SPARE)
            .noneMatch(other -> other.region().equals(node.region()));
  }

  private static boolean isVoter(Observations seen, NodeView node) {
    return seen.view().metadata().voters().contains(node.id());
  }
}
