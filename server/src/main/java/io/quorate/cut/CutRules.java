package io.quorate.cut;

import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Quorum;
import java.util.Collection;

/**
 * The decisions that the truth of a cut depends on, one method each. Tests override one method with
 * a classic bug and require that the suite fails.
 */
class CutRules {
  /**
   * Whether a report is about the cut as it is. What was said before it was armed again is about
   * another time: for that one the node has kept nothing yet.
   */
  boolean isOf(CutReport report, Cut cut) {
    return report.cut() == cut.id() && report.time() == cut.time();
  }

  /**
   * Whether a replica began to keep before its clock was past the time of the cut. Else it may have
   * taken a record from above that time meanwhile, and lost what lay below: its images lack that
   * (docs/design/cuts.md).
   */
  boolean isInTime(CutReport report, Cut cut) {
    return Long.compareUnsigned(report.latestTime(), cut.time()) <= 0;
  }

  /** Whether the clock is past the time of the cut: then what is stamped from now on is above. */
  boolean isPast(long hlc, Cut cut) {
    return Long.compareUnsigned(hlc, cut.time()) > 0;
  }

  /**
   * Whether all keep that are not known to be away. One that is up and knows nothing of the cut
   * would go on under the epoch before, and its image would be missed.
   */
  boolean isEveryoneReady(Collection<NodeId> awaited, Collection<NodeId> ready) {
    return ready.containsAll(awaited);
  }

  /**
   * Whether some replicas of a partition are enough for a backup to read there all that was
   * acknowledged.
   *
   * @param quorum of the level at which backups read
   */
  boolean isEnough(Quorum quorum, Collection<NodeId> replicas) {
    return quorum.isReachedBy(replicas);
  }
}
