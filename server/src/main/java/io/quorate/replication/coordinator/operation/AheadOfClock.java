package io.quorate.replication.coordinator.operation;

import io.quorate.model.DurationText;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import org.jspecify.annotations.Nullable;

/**
 * A hybrid time that a request names and that is further ahead of this node's clock than
 * health.clock_bound allows. The request is refused, as it would drag its key into the future.
 *
 * <p>Clients take such times from answers of nodes. After the clock of a node jumped, in either
 * direction, they are ahead of the clocks of some nodes until these have caught up. That is not the
 * fault of the request, and passes: it is refused as unavailable, and says when to come back. Only
 * a time that no clock of the cluster can have shown (health.stamp_bound) makes the request invalid
 * (docs/design/once.md#ahead).
 *
 * @param hlc the time that is too far ahead
 * @param millis until this node's clock has come close enough; {@link #NEVER} if no clock of the
 *     cluster can have shown it
 */
public record AheadOfClock(long hlc, long millis) {
  static final long NEVER = Long.MAX_VALUE;

  /** A client that is told to come back later than this had better not wait. */
  static final int RETRY_MILLIS_MAX = 60_000;

  private static final String AHEAD =
      " is further ahead of this node's clock than health.clock_bound allows. ";

  /**
   * Returns what is wrong with a time, or null if it is within the bound.
   *
   * @param held the highest time that the key has, which it may follow, too; 0 for none
   */
  static @Nullable AheadOfClock of(long hlc, long held, HybridClock clock, long wallMillis) {
    long millis = clock.beyondBoundMillis(hlc, held, wallMillis);
    if (millis <= 0) {
      return null;
    }
    return new AheadOfClock(hlc, clock.isCredible(hlc, wallMillis) ? millis : NEVER);
  }

  /** Of a write whose session has seen the time. */
  public Failure ofSession(int partition) {
    String what =
        "the session of the write has seen %s, which".formatted(Hlc.toString(hlc)) + AHEAD;
    return millis == NEVER
        ? refused(
            Reason.INVALID,
            what
                + "No node can have given it: its token is damaged, or not of this cluster. Open a"
                + " new session",
            partition)
        : refused(Reason.UNAVAILABLE, what + whenItPasses(), partition);
  }

  /** Of a write that its client has stamped. */
  public Failure ofStamp(Plan plan, boolean first) {
    return of(plan, "the stamp of the write, %s,", first);
  }

  /** Of an update: its writer would not be folded before others that are opened after it. */
  public Failure ofWriter(Plan plan, boolean first) {
    return of(plan, "the writer of the update was opened at %s, which", first);
  }

  /** Of an update: the assignment would stand above later ones. */
  public Failure ofAssignment(Plan plan, boolean first) {
    return of(plan, "the update has an assignment made at %s, which", first);
  }

  private Failure of(Plan plan, String named, boolean first) {
    Tenant tenant = plan.tenant();
    String what =
        "partition %d of tenant '%s': ".formatted(plan.partition(), tenant.name())
            + named.formatted(Hlc.toString(hlc))
            + AHEAD;
    if (millis != NEVER) {
      return refused(Reason.UNAVAILABLE, what + whenItPasses(), plan.partition());
    }
    String why = what + "No node can have given it: have the client go by the cluster's clock";
    return first
        ? refused(Reason.INVALID, why, plan.partition())
        : Failure.builder(
                Reason.OUTCOME_UNKNOWN, why + ". An earlier attempt may have been applied")
            .mayHaveApplied(true)
            .partition(plan.partition())
            .decided(true)
            .aboveHlc(hlc)
            .build();
  }

  private String whenItPasses() {
    return "The clock of a node has jumped, or is off. Ask another node, or this one again in %s"
        .formatted(DurationText.ofMillis(millis));
  }

  /** Of this attempt nothing was applied; what became of earlier ones, its client has been told. */
  private Failure refused(Reason reason, String why, int partition) {
    int retryAfter = reason == Reason.INVALID || millis > RETRY_MILLIS_MAX ? 0 : (int) millis;
    return Failure.builder(reason, why + ". This attempt applied nothing")
        .retryAfterMillis(retryAfter)
        .partition(partition)
        .aboveHlc(hlc)
        .build();
  }
}
