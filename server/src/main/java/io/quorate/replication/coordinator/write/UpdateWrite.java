package io.quorate.replication.coordinator.write;

import io.quorate.model.Invariant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.StampFailures;
import io.quorate.version.CrdtState;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.Version;
import io.quorate.version.Writer;
import org.jspecify.annotations.Nullable;

/**
 * An update of a key whose fields are merged (docs/design/crdts.md#the-record). Its record has the
 * update alone; replicas merge it with what they hold. So mostly it does not matter what is held,
 * nor under which epoch it is sent: there is nothing to stamp again. But an update that ends
 * additions which a purge has folded is sent with all that is held (docs/design/crdts.md#folded).
 *
 * @param first whether nothing of this update was sent before
 * @param bytesMax of the record of a key
 */
record UpdateWrite(Writer writer, boolean first, Record record, long bytesMax) implements Content {
  /** Bytes that each writer takes of a record; so most need not be looked into. */
  private static final int WRITER_BYTES_MIN = 2 * Long.BYTES;

  /**
   * None of a writer that may be folded already: its totals would count beside what was folded
   * (docs/design/crdts.md#refused). Nor one that makes the key too large.
   */
  @Override
  public @Nullable Record stamp(
      Context context, Plan plan, @Nullable RecordHeader held, long promised) {
    if (isForgotten(plan, promised)) {
      context.events().accept(CoordinatorEvent.Window.UPDATE_OF_FORGOTTEN_WRITER);
      return null;
    }
    if (refusalOfSize(plan, (Record) held) != null) {
      context.events().accept(CoordinatorEvent.Window.UPDATE_TOO_LARGE);
      return null;
    }
    return endsFolded(context, plan) ? withAllThatIsHeld(context, plan, (Record) held) : record;
  }

  /**
   * Whether it ends additions of writers that are folded. A replica that is yet to get the rest of
   * the key would count the record, after the same purge, as one that knows all additions of these
   * writers and has none of them: merged with others it would take them all away.
   */
  private boolean endsFolded(Context context, Plan plan) {
    return CrdtState.of(record).namesWritersUpTo(plan.purged())
        && context.rules().sendsWhatIsFolded();
  }

  /** As replicas count it: the coordinator has all that was folded. */
  private @Nullable Record withAllThatIsHeld(Context context, Plan plan, @Nullable Record held) {
    context.events().accept(CoordinatorEvent.Window.UPDATE_SENT_WITH_FOLDED);
    Record all = held == null ? record : plan.model().merge(held, record);
    return plan.model().counted(all, plan.purged());
  }

  private boolean isForgotten(Plan plan, long promised) {
    return plan.model().isWithinPromise(record, promised);
  }

  /** An update that makes the key smaller, or leaves its size, is taken whatever the size is. */
  private @Nullable Failure refusalOfSize(Plan plan, @Nullable Record held) {
    long before = held == null ? 0 : held.bytes().length;
    if (before + record.bytes().length > bytesMax) {
      Record merged = held == null ? record : plan.model().merge(held, record);
      long after = merged.bytes().length;
      if (after > bytesMax && after > before) {
        return UpdateFailures.keyTooLarge(plan, after, bytesMax);
      }
    }
    if (before < CrdtState.WRITERS_MAX * WRITER_BYTES_MIN) {
      return null;
    }
    CrdtState state = CrdtState.of(Invariant.present(held, "nothing has bytes"));
    return state.writers() >= CrdtState.WRITERS_MAX && !state.remembers(writer)
        ? UpdateFailures.tooManyWriters(plan)
        : null;
  }

  @Override
  public @Nullable Record stampAgain(
      Context context, Plan plan, @Nullable Version above, long promised) {
    return null;
  }

  @Override
  public Failure unstamped(Plan plan, @Nullable RecordHeader held, long promised) {
    if (isForgotten(plan, promised)) {
      return first
          ? UpdateFailures.writerTooOld(plan, writer, promised)
          : UpdateFailures.writerForgotten(plan, writer);
    }
    Failure size = refusalOfSize(plan, (Record) held);
    return size == null ? StampFailures.noTimeLeft(plan) : size;
  }

  @Override
  public Failure forgotten(Plan plan, Record written) {
    return UpdateFailures.writerForgotten(plan, writer);
  }

  @Override
  public boolean mayStampAgain() {
    return false;
  }

  /** What it ends of other writers may have been folded since it was sent under another epoch. */
  @Override
  public boolean isStampedForEachEpoch() {
    return CrdtState.of(record).namesOthersThan(writer);
  }

  @Override
  public Outcome written(Record written, ResultInfo info) {
    return new Outcome.Updated(info);
  }
}
