package io.quorate.replication.coordinator.write;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.CoordinatorRules;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.StampFailures;
import io.quorate.version.CausalContext;
import io.quorate.version.Dot;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Sibling;
import io.quorate.version.SiblingSet;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import org.jspecify.annotations.Nullable;

/**
 * A put or delete of a key whose concurrent writes are kept (docs/design/siblings.md#a-write). Its
 * record is all that this node's replica holds of the key, with the new value, and without what the
 * client has seen. The value takes the place of nothing else, so there is nothing to stamp again.
 *
 * <p>A write that is tried again, here or through another node, has the same id, and is taken once.
 *
 * @param id of all attempts
 * @param first whether no attempt with this id was sent before
 * @param seen by the client
 * @param value null for a deletion
 * @param expiresAtMillis in milliseconds since 1970; 0: never
 * @param aboveHlc as of {@link Content.Fresh}
 * @param bytesMax of all siblings of a key together, if there are several
 */
record SiblingWrite(
    Key key,
    WriteId id,
    boolean first,
    CausalContext seen,
    byte @Nullable [] value,
    long expiresAtMillis,
    long aboveHlc,
    long bytesMax)
    implements Content {
  @Override
  public @Nullable Record stamp(
      Context context, Plan plan, @Nullable RecordHeader held, long promised) {
    CoordinatorRules rules = context.rules();
    SiblingSet before = set(held);
    if (held != null && before.hasTaken(id) && rules.takesWritesOnce()) {
      context.events().accept(CoordinatorEvent.Window.SIBLING_TAKEN_BEFORE);
      return (Record) held;
    }
    if (isForgotten(promised, rules) || refusalOfSize(plan, before) != null) {
      return null;
    }
    long hlc = stamp(context, before.latest());
    if (hlc == HybridClock.NO_TIME_LEFT) {
      return null;
    }
    SiblingSet base = rules.sendsWholeRecord() ? before : SiblingSet.EMPTY;
    Dot dot = new Dot(hlc, actor(context, plan));
    SiblingSet after = base.write(dot, id, seen, value, expiresAtMillis);
    if (!before.siblings().isEmpty() && after.siblings().size() > 1) {
      context.events().accept(CoordinatorEvent.Window.SIBLING_ADDED);
    }
    return plan.model().counted(after.toRecord(), plan.purged());
  }

  private static Dot.Actor actor(Context context, Plan plan) {
    NodeId self = context.self();
    return new Dot.Actor(
        self,
        context.rules().namesBootInDots() ? context.boot() : 0,
        context.rules().namesTenureInDots() ? context.replica().tenure(plan.partition()) : 0);
  }

  /** Above the id, and so above what is promised to be purged. */
  private long stamp(Context context, long above) {
    long wall = context.clock().wallMillis();
    long floor = Hlc.later(Hlc.later(above, id.hlc()), aboveHlc);
    return context.hybridClock().stampAbove(floor, wall);
  }

  /**
   * Whether what became of an earlier attempt may be purged: a value of it that was overwritten
   * would come back.
   */
  private boolean isForgotten(long promised, CoordinatorRules rules) {
    return Long.compareUnsigned(id.hlc(), promised) <= 0 && rules.refusesForgottenWrites();
  }

  /** More is refused, so that what a few coordinators add to at once still fits into a message. */
  private @Nullable Failure refusalOfSize(Plan plan, SiblingSet before) {
    if (value == null) {
      return null;
    }
    int count = before.countAfter(seen);
    long bytes = before.bytesAfter(seen);
    return count > SiblingSet.SIBLINGS_MAX || (bytes > 0 && bytes + value.length > bytesMax)
        ? WriteFailures.tooManySiblings(plan, count, bytes + value.length)
        : null;
  }

  private static SiblingSet set(@Nullable RecordHeader held) {
    return held == null ? SiblingSet.EMPTY : SiblingSet.of((Record) held);
  }

  @Override
  public @Nullable Record stampAgain(
      Context context, Plan plan, @Nullable Version above, long promised) {
    return null;
  }

  @Override
  public Failure unstamped(Plan plan, @Nullable RecordHeader held, long promised) {
    if (Long.compareUnsigned(id.hlc(), promised) <= 0) {
      return first
          ? StampFailures.stampTooLow(plan, promised)
          : StampFailures.stampForgotten(plan, id.hlc());
    }
    Failure size = refusalOfSize(plan, set(held));
    return size == null ? StampFailures.noTimeLeft(plan) : size;
  }

  @Override
  public boolean mayStampAgain() {
    return false;
  }

  /**
   * Returns true: a record that was sent under an earlier epoch may have values that were deleted
   * and purged since, and would bring them back.
   */
  @Override
  public boolean isStampedForEachEpoch() {
    return true;
  }

  /** Tells the version of this write, unless its value was overwritten already. */
  @Override
  public Outcome.Written written(Record record, ResultInfo info) {
    Sibling own = SiblingSet.of(record).find(id);
    return new Outcome.Written(
        own == null ? record.version() : own.dot().version(), info, seen.with(id).toBytes(key));
  }
}
