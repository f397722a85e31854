package io.quorate.replication.repair;

import io.quorate.version.Order;
import io.quorate.version.RecordModel;
import io.quorate.version.Summary;

/**
 * The decisions that bring a replica everything it lacks, one method each. Tests override one
 * method with a classic bug and require that the suite fails.
 */
class RepairRules {
  /** Every difference that a page shows is brought to the replica that lacks it. */
  boolean goesOnAfter(int differencesSoFar) {
    return true;
  }

  /**
   * How what lies under a key here compares with what lies there: by the bytes too, for a version
   * may have been given twice, and such replicas would never become equal.
   */
  Order compare(RecordModel model, Summary ours, Summary theirs) {
    return model.compare(ours, theirs);
  }

  /**
   * What is damaged is dropped only when the cluster has taken note that this replica is to be
   * filled, and that what it holds does not count.
   */
  boolean askedBeforeDropped() {
    return true;
  }

  /** What is damaged is not dropped while a move waits for this node to hand it over. */
  boolean keepsWhatIsToBeHandedOver() {
    return true;
  }

  /**
   * What a node owes that leaves a partition is owed by those that stay: they mark the replicas
   * that are away, or are being filled, while it hands over
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  boolean marksAwayAtHandOver() {
    return true;
  }

  /**
   * They mark them again when all is handed over: one that came back meanwhile may have been
   * compared before (docs/design/topology-change.md#arrival-and-departure).
   */
  boolean marksAgainAfterHandOver() {
    return true;
  }

  /**
   * A mark of a node that is no replica of a partition any more passes to those that are when the
   * partition changes: the node may be away for good
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  boolean movesMarks() {
    return true;
  }

  /**
   * It also does when a node starts, which cannot tell what has changed since the mark was made
   * (docs/design/topology-change.md#arrival-and-departure).
   */
  boolean movesMarksAtStart() {
    return true;
  }

  /** What has not been answered yet may differ: until then a comparison is not at its end. */
  boolean waitsForAnswers() {
    return true;
  }
}
