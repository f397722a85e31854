package io.quorate.cli.doctor;

import io.quorate.client.admin.UpgradeStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Whether an upgrade waits for an operator. */
final class UpgradeRules {
  private UpgradeRules() {}

  /**
   * Some node works at a higher version than the cluster, which so lacks what that version adds.
   */
  static List<Finding> open(Observations seen) {
    UpgradeStatus upgrade = seen.upgrade();
    if (upgrade == null || newest(upgrade) <= upgrade.clusterVersion()) {
      return List.of();
    }
    int next = upgrade.clusterVersion() + 1;
    String since = " It has been so for %s at least.".formatted(text(upgrade.openMillis()));
    List<UpgradeStatus.Node> behind =
        upgrade.nodes().stream().filter(node -> node.newestClusterVersion() < next).toList();
    if (behind.isEmpty()) {
      return List.of(
          Finding.warning(
              "upgrade-not-finalized",
              "software",
              "All nodes can work at version %d, and the cluster works at version %d: what is new is not in effect, and each node can go back."
                      .formatted(upgrade.highestClusterVersion(), upgrade.clusterVersion())
                  + since,
              "When no node needs to go back any more: quorate cluster upgrade finalize --yes"));
    }
    return List.of(
        Finding.warning(
            "upgrade-not-finalized",
            "software",
            "Some nodes can work at version %d, and the cluster works at version %d. Held back by %s."
                    .formatted(
                        newest(upgrade),
                        upgrade.clusterVersion(),
                        behind.stream()
                            .map(node -> held(seen, node))
                            .collect(Collectors.joining(", ")))
                + since,
            "Upgrade these, one after the other, or remove those that are gone for good; then"
                + " quorate cluster upgrade finalize --yes. Or go back to the release before on the"
                + " others."));
  }

  private static int newest(UpgradeStatus upgrade) {
    return upgrade.nodes().stream()
        .mapToInt(UpgradeStatus.Node::newestClusterVersion)
        .max()
        .orElse(0);
  }

  private static String held(Observations seen, UpgradeStatus.Node node) {
    return "%s (release %s%s)"
        .formatted(
            seen.name(node.id()), node.release(), seen.isUp(node.id()) ? "" : ", which is down");
  }

  private static String text(long millis) {
    Duration time = Duration.ofMillis(millis);
    if (time.toHours() >= 48) {
      return time.toDays() + " days";
    }
    if (time.toMinutes() >= 120) {
      return time.toHours() + " hours";
    }
    return time.toSeconds() >= 120 ? time.toMinutes() + " minutes" : time.toSeconds() + " seconds";
  }
}
