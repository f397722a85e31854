package io.quorate.replication.coordinator.backup;

import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.Plan;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Which images of the newest cut are read. Images are of the replicas that there were when it was
 * sealed: since then a partition may have moved, and a tenant may have got another number of
 * replicas, of which a majority may miss what a majority of those before have
 * (docs/design/cuts.md#read).
 */
final class SealedCut {
  private Placements newest;

  /**
   * As everything was placed while the newest cut was being made: so it was placed when it was
   * sealed, for a cut that is being made is void when that changes. Null if this node has not seen
   * that.
   */
  private @Nullable Placements whileMade;

  /**
   * What is read of one partition of a tenant.
   *
   * @param plan by which it was placed when the cut was sealed
   * @param counted the nodes whose images count
   */
  record Images(Cut cut, Plan plan, SortedSet<NodeId> counted) {}

  SealedCut(Placements placements) {
    newest = placements;
    placementsChanged(placements);
  }

  void placementsChanged(Placements next) {
    newest = next;
    if (next.cut().isPending()) {
      whileMade = next;
    } else if (next.cut().step() == Cut.Step.ENDED
        || (whileMade != null && whileMade.cut().id() != next.cut().id())) {
      whileMade = null;
    }
  }

  /** Why nothing of a tenant can be read as of a cut; null if it can. */
  @Nullable Failure refusal(long id, Tenant tenant) {
    Cut cut = newest.cut();
    if (Long.compareUnsigned(cut.id(), id) < 0) {
      return Long.compareUnsigned(newest.stateVersion(), id) < 0
          ? notYet("this node has not heard of cut %d yet: ask again, or another node", id)
          : over("there is no cut %d".formatted(id));
    }
    if (cut.id() != id) {
      return over("cut %d is over, for cut %d was begun since".formatted(id, cut.id()));
    }
    return switch (cut.step()) {
      case ENDED ->
          over(
              cut.reason().isEmpty()
                  ? "cut %d has ended: its images are gone".formatted(id)
                  : "cut %d has ended: %s".formatted(id, cut.reason()));
      case ARMED, CLOSED -> notYet("cut %d is not sealed yet: ask again", id);
      case SEALED -> {
        if (!cut.tenants().contains(tenant.id())) {
          yield over(
              "cut %d is not of tenant '%s', or the tenant was truncated or created again since"
                  .formatted(id, tenant.name()));
        }
        yield whileMade == null
            ? notYet(
                "this node has heard of cut %d when it was sealed, and does not know where records"
                    + " were then: ask another node",
                id)
            : null;
      }
    };
  }

  private static Failure notYet(String message, long id) {
    return Failures.notServing(Failure.NO_PARTITION, message.formatted(id));
  }

  private static Failure over(String why) {
    return Failure.refused(
        Reason.FAILED_PRECONDITION, why + ". A backup as of it cannot be made: begin it again");
  }

  /** Which images are read; null if {@link #refusal} says why none are. */
  @Nullable Images images(long id, Tenant tenant, int partition) {
    Placements then = whileMade;
    Tenant known = then == null ? null : then.tenant(tenant.id());
    if (refusal(id, tenant) != null || then == null || known == null) {
      return null;
    }
    return new Images(
        newest.cut(), Plan.of(then, known, partition), newest.cut().counted().get(partition));
  }
}
