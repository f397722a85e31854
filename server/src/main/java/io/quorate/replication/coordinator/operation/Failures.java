package io.quorate.replication.coordinator.operation;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Quorum;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.version.Version;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The failures of operations, in words that say what was needed, what was reached, what to do. */
public final class Failures {
  /** When most of a partition is down, asking again sooner than this rarely helps. */
  public static final int RETRY_UNAVAILABLE_MILLIS = 250;

  private static final int RETRY_OVERLOADED_MILLIS = 50;

  /** Why a replica that answers does not count. */
  public static final String FILLING = "it is being filled and does not count yet";

  /** Why a replica is not believed what it holds. */
  public static final String OF_ANOTHER_MODEL =
      "it holds a record that is not of the model of its tenant";

  /** Why an answer counts as none. */
  public static final String NOT_ASKED_FOR = "it answered what it was not asked for";

  /** How a refusal ends that says no more of what was applied. */
  public static final String NOTHING_APPLIED = ". Nothing was applied";

  private Failures() {}

  /**
   * Fails a request of which nothing was sent, or taken anywhere: too few replicas are live.
   *
   * @param dead the replicas that are not counted on
   * @param why they are not
   */
  public static Failure unavailable(
      Plan plan, Level level, Quorum quorum, Collection<NodeId> dead, String why) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            String.format(
                "partition %d of tenant '%s': level %s needs %s, %d are live, and %s are"
                    + " not available (%s). Nothing was applied; try again when they are back",
                plan.partition(),
                plan.tenant().name(),
                level,
                Shortfall.needs(plan, quorum),
                plan.replicas().size() - dead.size(),
                dead,
                Shortfall.reasons(plan, quorum, dead, why)))
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .needed(quorum.needed())
        .build();
  }

  /**
   * Fails a read that too few replicas have answered.
   *
   * @param failed the replicas that are not counted on any more
   * @param why what the last of them said
   */
  public static Failure readUnavailable(
      Plan plan,
      Level level,
      Quorum quorum,
      List<NodeId> answered,
      Collection<NodeId> failed,
      String why) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            String.format(
                "partition %d of tenant '%s': a read at level %s needs %s; %d answered"
                    + " and %s failed (%s). Try again when they are back",
                plan.partition(),
                plan.tenant().name(),
                level,
                Shortfall.needs(plan, quorum),
                answered.size(),
                failed,
                Shortfall.reasons(plan, quorum, failed, why)))
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .needed(quorum.needed())
        .answered(answered)
        .build();
  }

  /** No replica that answered has what the client's session has seen. */
  public static Failure belowMinimum(
      Plan plan,
      Version minimum,
      @Nullable Version newest,
      List<NodeId> answered,
      Collection<NodeId> failed) {
    return Failure.builder(
            Reason.UNAVAILABLE,
            ("partition %d of tenant '%s': the read asks for version %s or a later one; the"
                 + " replicas that answered, %s, have %s, and %s failed. A replica that has it may"
                 + " be down or cut off; try again when it is back")
                .formatted(
                    plan.partition(),
                    plan.tenant().name(),
                    minimum,
                    answered,
                    newest == null ? "nothing" : newest,
                    failed))
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(plan.partition())
        .answered(answered)
        .build();
  }

  /**
   * Fails a write that was sent and that too few replicas have acknowledged: it may take effect.
   *
   * @param failed the replicas that are not counted on any more
   * @param why what the last of them said
   */
  public static Failure outcomeUnknown(
      Plan plan,
      Level level,
      Quorum quorum,
      List<NodeId> acked,
      Collection<NodeId> failed,
      String why) {
    return Failure.builder(
            Reason.OUTCOME_UNKNOWN,
            String.format(
                "partition %d of tenant '%s': a write at level %s needs %s; %d have it"
                    + " and %s failed (%s). It may take effect; repeat it to be sure that it does",
                plan.partition(),
                plan.tenant().name(),
                level,
                Shortfall.needs(plan, quorum),
                acked.size(),
                failed,
                Shortfall.reasons(plan, quorum, failed, why)))
        .mayHaveApplied(true)
        .partition(plan.partition())
        .needed(quorum.needed())
        .answered(acked)
        .build();
  }

  /**
   * Fails a request whose deadline has passed.
   *
   * @param mayHaveApplied whether any replica may have taken it
   */
  public static Failure deadlineExceeded(
      Plan plan, Level level, Quorum quorum, List<NodeId> answered, boolean mayHaveApplied) {
    return Failure.builder(
            Reason.DEADLINE_EXCEEDED,
            String.format(
                "partition %d of tenant '%s': level %s needs %s, and %d answered before"
                    + " the deadline%s. %s",
                plan.partition(),
                plan.tenant().name(),
                level,
                Shortfall.needs(plan, quorum),
                answered.size(),
                Shortfall.uncounted(plan),
                mayHaveApplied
                    ? "It may take effect; repeat it to be sure that it does"
                    : "Nothing was applied"))
        .mayHaveApplied(mayHaveApplied)
        .partition(plan.partition())
        .needed(quorum.needed())
        .answered(answered)
        .build();
  }

  /** Refuses what another node may carry out. Nothing was applied. */
  public static Failure notServing(int partition, String message) {
    return Failure.builder(Reason.NOT_SERVING, message)
        .retryAfterMillis(RETRY_UNAVAILABLE_MILLIS)
        .partition(partition)
        .build();
  }

  /** Refuses what would be beyond a bound of this node. Nothing was applied. */
  public static Failure overloaded(String bound) {
    return Failure.overloaded(
        "this node has "
            + bound
            + " under way already. Nothing was applied; try again a little"
            + " later, or elsewhere",
        RETRY_OVERLOADED_MILLIS);
  }

  /**
   * Refuses a request whose tenant is gone since the request was resolved. If there is a tenant of
   * that name, which has another id, another attempt is a request to that one.
   */
  public static Failure tenantGone(Tenant gone, Placements now) {
    if (now.tenant(gone.name()) == null) {
      return Failure.unknownTenant(gone.name());
    }
    return Failure.builder(
            Reason.UNAVAILABLE,
            ("tenant '%s' was truncated, or dropped and created again, while the request waited."
                    + " Nothing was applied; try again")
                .formatted(gone.name()))
        .build();
  }

  /**
   * Refuses a request for a tenant that is being restored: for clients there is no such tenant yet.
   * They ask again for a moment, as this node may have yet to hear that it was opened.
   */
  public static Failure beingRestored(Tenant tenant) {
    return Failure.refused(
        Reason.UNKNOWN_TENANT,
        ("tenant '%s' is being restored from a backup, and takes no requests before that is"
                + " finished. Nothing was applied")
            .formatted(tenant.name()));
  }

  /** Refuses a level that asks for more replicas than a tenant has of each key. */
  public static Failure unreachableLevel(Plan plan, Level level) {
    return Failure.refused(
        Reason.INVALID,
        String.format(
            "level %s asks for %d replicas, and tenant '%s' has %d of each key: ask for 1 to %d",
            level,
            level.required(plan.stage().readColumn().size()),
            plan.tenant().name(),
            plan.stage().readColumn().size(),
            plan.stage().readColumn().size()));
  }
}
