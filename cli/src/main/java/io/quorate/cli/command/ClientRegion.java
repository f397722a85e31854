package io.quorate.cli.command;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Placement;
import io.quorate.model.Quoted;
import io.quorate.node.config.Nearest;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** The region that a command is given, and those that the cluster has. */
final class ClientRegion {
  private static final int TYPO_EDITS_MAX = 2;

  private ClientRegion() {}

  /**
   * Returns what to warn of: levels about the region of the command are about another one if no
   * node is in it. Empty if one is, or if the cluster does not tell in time: then the command will
   * say why.
   *
   * @param atMostMillis how long the cluster may take to tell which regions there are
   */
  static String warning(QuorateClient client, String region, long atMostMillis) {
    SortedSet<String> there = regions(client, atMostMillis);
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

  /** Returns the regions that nodes are in; empty if the cluster does not tell in time. */
  private static SortedSet<String> regions(QuorateClient client, long atMostMillis) {
    try {
      return Administration.of(client)
          .asyncCluster()
          .placement()
          .get(atMostMillis, TimeUnit.MILLISECONDS)
          .nodes()
          .stream()
          .map(Placement.Node::region)
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (TimeoutException | ExecutionException | CancellationException untold) {
      return Collections.emptySortedSet();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // the command ends by it
      return Collections.emptySortedSet();
    }
  }
}
