package io.quorate.cluster;

import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import java.util.Collection;
import java.util.List;

/**
 * At which version a cluster works. Every member's release can work at it: the first version is the
 * highest that all founders can work at, and it is raised when all members can follow.
 */
final class Upgrades {
  private static final int NAMED_MAX = 5;

  private Upgrades() {}

  /** The highest version that all of these members can work at, of which there is at least one. */
  static int highestVersion(Collection<Member> members) {
    return members.stream().mapToInt(each -> each.release().newest()).min().orElseThrow();
  }

  static Decision raise(ClusterState state, int version, long index) {
    int now = state.clusterVersion();
    if (version == now) {
      return new Accepted(state, List.of());
    }
    if (version < now) {
      return new Rejected(
          ("the cluster is at version %d, and does not go back to %d: what was written since cannot"
                  + " be read there")
              .formatted(now, version));
    }
    List<Member> behind =
        state.members().values().stream()
            .filter(member -> !member.release().worksAt(version))
            .toList();
    return behind.isEmpty()
        ? new Accepted(state.atVersion(version, index), List.of())
        : new Rejected(
            "the cluster cannot go to version %d before all of its nodes can: %s. Upgrade them, or remove those that are gone for good"
                .formatted(version, describe(behind)));
  }

  private static String describe(List<Member> members) {
    StringBuilder text = new StringBuilder();
    for (Member member : members.subList(0, Math.min(NAMED_MAX, members.size()))) {
      text.append(text.isEmpty() ? "" : ", ")
          .append("node %s at %s runs ".formatted(member.id(), member.address()))
          .append(member.release());
    }
    int others = members.size() - NAMED_MAX;
    return others > 0 ? text + ", and %d others".formatted(others) : text.toString();
  }
}
