package io.quorate.cli.command;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Placement;
import io.quorate.model.Quoted;
import io.quorate.node.config.Nearest;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The region that a command is given, and those that the cluster has. */
final class ClientRegion {
  private static final int TYPO_EDITS_MAX = 2;

  private ClientRegion() {}

  /**
   * Returns what to warn of: levels about the region of the command are about another one if no
   * node is in it. Empty if one is, or if the cluster does not tell: then the command will say why.
   */
  static String warning(QuorateClient client, String region) {
    SortedSet<String> there;
    try {
      there =
          Administration.of(client).cluster().placement().nodes().stream()
              .map(Placement.Node::region)
              .collect(Collectors.toCollection(TreeSet::new));
    } catch (QuorateException untold) {
      return "";
    }
    if (there.isEmpty() || there.contains(region)) {
      return "";
    }
    String meant = Nearest.to(region, there, Math.min(TYPO_EDITS_MAX, region.length() - 1));
    return "no node is in region %s, so LOCAL_ONE and LOCAL_QUORUM are about another one; there are: %s%s"
        .formatted(
            Quoted.of(region),
            String.join(", ", there),
            meant == null ? "" : "; did you mean '" + meant + "'?");
  }
}
