package io.quorate.replication.coordinator.operation;

import io.quorate.model.NodeId;
import io.quorate.placement.Quorum;
import io.quorate.placement.Regions;
import io.quorate.placement.Stage;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What a quorum needs of replicas, and what it lacks, in the words of failures. */
public final class Shortfall {
  private Shortfall() {}

  /** How many of how many replicas must answer; of each set, while the partition moves. */
  public static String needs(Plan plan, Quorum quorum) {
    if (quorum.groups().stream().anyMatch(group -> !group.region().isEmpty())) {
      return quorum.groups().stream()
          .map(group -> needsOf(plan, group))
          .distinct()
          .collect(Collectors.joining(" and "));
    }
    return plan.stage() instanceof Stage.Moving moving
        ? "%d of %d replicas that the partition moves from and %d of %d that it moves to"
            .formatted(
                quorum.groups().getFirst().needed(),
                moving.old().size(),
                quorum.groups().getLast().needed(),
                moving.next().size())
        : quorum.needed() + " of " + plan.replicas().size() + " replicas";
  }

  private static String needsOf(Plan plan, Quorum.Group group) {
    if (group.region().isEmpty()) {
      return "%d of %d replicas".formatted(group.needed(), plan.replicas().size());
    }
    Regions regions = plan.stage().regions();
    long there =
        plan.replicas().stream()
            .filter(replica -> regions.of(replica).equals(group.region()))
            .count();
    return "%d of %d replicas in region '%s'".formatted(group.needed(), there, group.region());
  }

  /**
   * Why a quorum was not reached.
   *
   * @param failed the replicas that are not counted on any more
   * @param why what the last of them said
   */
  public static String reasons(Plan plan, Quorum quorum, Collection<NodeId> failed, String why) {
    return why + uncounted(plan) + lacking(quorum, failed);
  }

  /** What keeps replicas that are up from counting, for messages; empty if nothing does. */
  static String uncounted(Plan plan) {
    List<NodeId> filling =
        plan.replicas().stream().filter(node -> !plan.serving().contains(node)).toList();
    return filling.isEmpty() ? "" : "; " + filling + " are being filled and do not count yet";
  }

  /** Names the regions in which too few replicas are left; empty if that is not why. */
  private static String lacking(Quorum quorum, Collection<NodeId> failed) {
    List<String> regions =
        quorum.lost(failed).stream()
            .map(Quorum.Group::region)
            .filter(region -> !region.isEmpty())
            .distinct()
            .map(region -> "'" + region + "'")
            .toList();
    return regions.isEmpty()
        ? ""
        : "; too few replicas are left in region " + String.join(", ", regions);
  }
}
