package io.quorate.replication.replica;

import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.version.Order;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Summary;
import java.util.Set;

/** Replicas that lack a rule, for tests that must notice it. */
public final class LaxReplica {
  private LaxReplica() {}

  /** A rule that can be left out. */
  public enum Rule {
    /** What was begun under the epochs before is durable before a new one is served. */
    DRAIN,
    /** No fresh stamp is taken up to a promised purge. */
    PROMISE,
    /** What was planned on an epoch that is over is refused. */
    FENCE,
    /** Writes that the node itself coordinates, planned on an epoch that is over, are refused. */
    FENCE_OF_OWN_WRITES,
    /** What was purged while this was no replica is taken away. */
    LEFTOVERS,
    /**
     * What was purged while this was no replica is taken away before it serves as a replica again.
     */
    ARRIVAL,
    /** Of two records of one version the bytes are compared. */
    BYTES_OF_A_VERSION,
    /** Records that no clock can have stamped are refused. */
    STAMP_BOUND,
    /** Only trees that the start just before left are true. */
    START_OF_TREES
  }

  /**
   * Makes a replica without some rules.
   *
   * @param lacks rules that are left out
   * @param replacing what is sent for these causes replaces what is held
   * @param untold of what is sent for these causes no listener is told
   */
  public static Replica create(
      Set<Rule> lacks,
      Set<Cause> replacing,
      Set<Cause> untold,
      Replica.Collaborators with,
      Placements placements) {
    return new Replica(
        with,
        placements,
        new ReplicaRules() {
          @Override
          boolean drainsBeforeServing() {
            return !lacks.contains(Rule.DRAIN);
          }

          @Override
          long promised(PurgeMarks marks) {
            return lacks.contains(Rule.PROMISE) ? 0 : super.promised(marks);
          }

          @Override
          boolean refusesStampsOfNoClock() {
            return !lacks.contains(Rule.STAMP_BOUND);
          }

          @Override
          boolean refusesEndedEpochs() {
            return !lacks.contains(Rule.FENCE);
          }

          @Override
          boolean fencesOwnWrites() {
            return !lacks.contains(Rule.FENCE_OF_OWN_WRITES);
          }

          @Override
          boolean dropsLeftovers() {
            return !lacks.contains(Rule.LEFTOVERS);
          }

          @Override
          boolean dropsAtArrival() {
            return !lacks.contains(Rule.ARRIVAL);
          }

          @Override
          boolean trustsTree(int leftByBoot, int boot) {
            return lacks.contains(Rule.START_OF_TREES) || super.trustsTree(leftByBoot, boot);
          }

          @Override
          Order compare(RecordModel model, Summary held, Summary known) {
            return lacks.contains(Rule.BYTES_OF_A_VERSION)
                ? Order.of(held.version().compareTo(known.version()))
                : super.compare(model, held, known);
          }

          @Override
          boolean isTold(Cause cause) {
            return !untold.contains(cause);
          }

          @Override
          Record merge(RecordModel model, Record held, Record arriving, Cause cause) {
            if (replacing.contains(cause)) {
              return held.version().equals(arriving.version()) ? held : arriving;
            }
            return super.merge(model, held, arriving, cause);
          }
        });
  }
}
