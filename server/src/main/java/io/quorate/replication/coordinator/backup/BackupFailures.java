package io.quorate.replication.coordinator.backup;

import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.Shortfall;
import io.quorate.replication.coordinator.write.WriteTally;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The failures of backups of images, and of restores. */
final class BackupFailures {
  private BackupFailures() {}

  /** So few images are left that a cut is of no use any more. */
  static Failure imagesGone(Plan plan, Cut cut, Quorum quorum, Map<NodeId, String> gone) {
    return Failure.builder(
            Reason.FAILED_PRECONDITION,
            ("partition %d of tenant '%s': its images of cut %d are gone at nodes %s (%s), and %s"
                    + " are needed: the cut has to be made again")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    cut.id(),
                    gone.keySet(),
                    reasons(gone),
                    Shortfall.needs(plan, quorum)))
        .partition(plan.partition())
        .needed(quorum.needed())
        .build();
  }

  /** Some may hold what was acknowledged, and are not asked any more. */
  static Failure notSeen(Tenant tenant, int partition) {
    return Failure.builder(
            Reason.FAILED_PRECONDITION,
            ("partition %d of tenant '%s': nodes that are no replicas any more may hold writes that"
                    + " were acknowledged, so it is not known to be empty")
                .formatted(partition, tenant.name()))
        .partition(partition)
        .build();
  }

  /** Too few replicas answer for the images that they may have. */
  static Failure imagesAway(
      Plan plan, Cut cut, Quorum quorum, Collection<NodeId> answered, Map<NodeId, String> away) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            ("partition %d of tenant '%s': images of cut %d are needed of %s; %d answered, and %s"
                 + " failed (%s). Try again when they are back; nodes that have started since have"
                 + " no images, and the cut has to be made again")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    cut.id(),
                    Shortfall.needs(plan, quorum),
                    answered.size(),
                    away.keySet(),
                    reasons(away)))
        .retryAfterMillis(Failures.RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .needed(quorum.needed())
        .answered(List.copyOf(answered))
        .build();
  }

  private static String reasons(Map<NodeId, String> failed) {
    return failed.values().stream().distinct().collect(Collectors.joining("; "));
  }

  /** Records of a backup, for a tenant that is not to get any. */
  static Failure notBeingRestored(Tenant tenant) {
    return Failure.refused(
        Reason.INVALID,
        ("tenant '%s' is not being restored by that restore any more: it was given up, or another"
                + " run has finished it")
            .formatted(tenant.name()));
  }

  /** Too few replicas have taken records of a backup. */
  static Failure notRestored(Plan plan, Level level, WriteTally tally, String why) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            ("partition %d of tenant '%s': to restore records needs %s; %s have them and %s failed"
                    + " (%s). Some may be stored; store them again when those are back")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    Shortfall.needs(plan, tally.quorum()),
                    tally.acked(),
                    tally.failed(),
                    Shortfall.reasons(plan, tally.quorum(), tally.failed(), why)))
        .mayHaveApplied(true)
        .retryAfterMillis(Failures.RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .needed(tally.quorum().needed())
        .answered(tally.acked())
        .build();
  }
}
