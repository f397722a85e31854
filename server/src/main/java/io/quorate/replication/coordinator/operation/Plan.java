package io.quorate.replication.coordinator.operation;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.Stage;
import io.quorate.placement.Tenant;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request of one tenant to one partition is planned on: all its messages carry this epoch,
 * and only answers given under it are counted together.
 *
 * @param lossEpoch if replicas were given up, or readmitted, with what only they held, and no
 *     operator has taken note yet: from which epoch on it is known that what was written is not
 *     among that; else 0
 * @param purged hybrid time up to which deletions are purged, as which "not found" counts
 */
public record Plan(
    int partition, long epoch, Tenant tenant, Stage stage, long lossEpoch, long purged) {
  /** By which a tenant's keys in a partition are placed. */
  public static Plan of(Placements placements, Tenant tenant, int partition) {
    return new Plan(
        partition,
        placements.epoch(partition),
        tenant,
        placements.stage(partition, tenant),
        placements.lossEpoch(partition),
        placements.purge(partition).purged());
  }

  /**
   * Whether something newer than {@code found} may have been acknowledged, and be lost. Not if it
   * was first written after the loss: then nothing acknowledged before that is newer, and what was
   * acknowledged since is held by a quorum.
   */
  public boolean mayHaveLost(@Nullable Record found) {
    return lossEpoch > 0 && (found == null || found.epoch() < lossEpoch);
  }

  /**
   * The replicas that may coordinate a write: those that serve; with siblings and fields, those of
   * them that have what reads find (docs/design/siblings.md#who, docs/design/crdts.md#folded).
   */
  public List<NodeId> coordinators() {
    return withWhatReadsFind(stage.serving());
  }

  /** Those that may coordinate a write, and those that may once they are filled. */
  public List<NodeId> coordinatorsOnceFilled() {
    return withWhatReadsFind(stage.replicas());
  }

  private List<NodeId> withWhatReadsFind(List<NodeId> replicas) {
    boolean sendsWhatIsHeld = tenant.keepsSiblings() || tenant.mergesFields();
    if (!stage.isMoving() || !sendsWhatIsHeld) {
      return replicas;
    }
    List<NodeId> complete = new ArrayList<>(replicas);
    complete.retainAll(stage.readColumn());
    return complete;
  }

  /** By which rules the tenant's records compare and merge. */
  public RecordModel model() {
    return tenant.model();
  }

  /** All that are to have what is written, whether they count or not. */
  public List<NodeId> replicas() {
    return stage.replicas();
  }

  /** Those that serve reads and count. */
  public List<NodeId> serving() {
    return stage.serving();
  }
}
