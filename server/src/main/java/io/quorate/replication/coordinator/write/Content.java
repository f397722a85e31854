package io.quorate.replication.coordinator.write;

import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.FenceFailures;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.StampFailures;
import io.quorate.version.FenceRank;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import io.quorate.version.Version;
import org.jspecify.annotations.Nullable;

/** What a client wants written, and how it gets its version. */
sealed interface Content permits Content.Fresh, Content.StampedByClient, SiblingWrite, UpdateWrite {

  /**
   * Makes the record, above what this node's replica holds.
   *
   * @param held the newest record, or its header if that is enough for its model; null for none
   * @param promised to readers: nothing at or below it is stamped, on the hybrid clock
   * @return null if there is no such record
   */
  default @Nullable Record stamp(
      Context context, Plan plan, @Nullable RecordHeader held, long promised) {
    return stampAgain(context, plan, held == null ? null : held.version(), promised);
  }

  /**
   * Makes the record above what other replicas have told of.
   *
   * @param above the newest version held, or null for none
   */
  @Nullable Record stampAgain(Context context, Plan plan, @Nullable Version above, long promised);

  /** Why {@link #stamp} made none before anything was sent. */
  Failure unstamped(Plan plan, @Nullable RecordHeader held, long promised);

  /**
   * Whether a write that is sent under another epoch is first stamped again, from what this node's
   * replica holds at that time.
   */
  default boolean isStampedForEachEpoch() {
    return false;
  }

  /** Why a record failed that another replica refused, since it has promised a purge. */
  default Failure forgotten(Plan plan, Record written) {
    return StampFailures.stampForgotten(plan, written.version().hlc());
  }

  /** What the client is told once the record is acknowledged. */
  default Outcome written(Record record, ResultInfo info) {
    return new Outcome.Written(record.version(), info);
  }

  /** The token of the lock under which it is written; 0: none. */
  default long token() {
    return 0;
  }

  /** Whether it may be stamped again, above a higher version that is met. */
  boolean mayStampAgain();

  /**
   * Without a version: this node stamps it.
   *
   * @param value to store, or null to delete
   * @param ttlMillis how long it is to live; 0: for ever
   * @param aboveHlc the highest time of what the client's session has seen: the stamp is above it
   *     (docs/design/sessions.md#stamp); 0: none
   * @param token of the lock under which it is written; 0: none
   */
  record Fresh(byte @Nullable [] value, long ttlMillis, long aboveHlc, long token)
      implements Content {
    /** Under no lock. */
    Fresh(byte @Nullable [] value, long ttlMillis, long aboveHlc) {
      this(value, ttlMillis, aboveHlc, 0);
    }

    @Override
    public @Nullable Record stampAgain(
        Context context, Plan plan, @Nullable Version above, long promised) {
      if (isFencedOff(above)) {
        return null;
      }
      long wall = context.clock().wallMillis();
      long held = above == null || Hlc.isBeyondEnd(above.hlc()) ? 0 : above.hlc();
      long replaced = later(held, promised);
      long floor = later(aboveHlc, replaced);
      if (floor != replaced && floor == later(floor, context.hybridClock().read(wall))) {
        context.events().accept(CoordinatorEvent.Window.STAMPED_ABOVE_SESSION);
      }
      long hlc =
          floor == 0
              ? context.hybridClock().stamp(wall)
              : context.hybridClock().stampAbove(floor, wall);
      if (hlc == HybridClock.NO_TIME_LEFT) {
        return null;
      }
      Version version = new Version(rank(above), hlc, context.self(), context.boot());
      context.unanswered().stamped(version);
      return value == null
          ? Record.tombstone(version, plan.epoch())
          : Record.value(version, plan.epoch(), expiresAtMillis(context), value);
    }

    /** Whether a later holder of the lock was here. */
    private boolean isFencedOff(@Nullable Version above) {
      return token != 0 && above != null && above.rank() > FenceRank.fresh(token);
    }

    /** A write under no lock takes the rank of what it is to be above, and leaves the fence. */
    private long rank(@Nullable Version above) {
      if (token != 0) {
        return FenceRank.fresh(token);
      }
      return above == null ? 0 : FenceRank.freshAbove(above.rank());
    }

    private static long later(long one, long other) {
      return Long.compareUnsigned(one, other) > 0 ? one : other;
    }

    /** A time to live beyond what can be counted is as good as none. */
    private long expiresAtMillis(Context context) {
      long now = Hlc.millis(context.hybridClock().read(context.clock().wallMillis()));
      return ttlMillis == 0 || ttlMillis > Long.MAX_VALUE - now ? 0 : now + ttlMillis;
    }

    @Override
    public Failure unstamped(Plan plan, @Nullable RecordHeader held, long promised) {
      return held != null && isFencedOff(held.version())
          ? FenceFailures.fenced(plan, token, FenceRank.token(held.version().rank()))
          : StampFailures.noTimeLeft(plan);
    }

    @Override
    public boolean mayStampAgain() {
      return true;
    }
  }

  /**
   * With the version that its client gave it, which is the same in all attempts. It is never
   * stamped again: what holds more has overtaken it.
   *
   * @param first whether no attempt with this stamp was sent before
   */
  record StampedByClient(Record record, boolean first) implements Content {

    /**
     * None at or below what is being purged, unless it would be stored below what is held: it could
     * lie above a deletion that is gone.
     */
    @Override
    public @Nullable Record stampAgain(
        Context context, Plan plan, @Nullable Version above, long promised) {
      RecordModel model = plan.model();
      boolean isAhead = above == null || model.replaces(record.version(), above);
      return isAhead && model.isWithinPromise(record, promised) ? null : record;
    }

    @Override
    public Failure unstamped(Plan plan, @Nullable RecordHeader held, long promised) {
      return first
          ? StampFailures.stampTooLow(plan, promised)
          : StampFailures.stampForgotten(plan, record.version().hlc());
    }

    @Override
    public boolean mayStampAgain() {
      return false;
    }
  }
}
