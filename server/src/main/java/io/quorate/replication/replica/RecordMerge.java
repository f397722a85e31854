package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.replica.OwnReplica.Stamper;
import io.quorate.replication.replica.memory.KeyWrites;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import io.quorate.version.Version;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One write that has been admitted, and waits for the record of its key. */
final class RecordMerge implements KeyWrites.Arrival, RecordStore.PutCallback {
  private final MergeParts parts;
  private final int partition;
  private final Key key;
  private final Stamper stamper;
  private final Cause cause;

  /** Whether the sender of the record wants to know that it was not needed. */
  private final boolean tellsOfNewer;

  /** Whether another node stamped it. */
  private final boolean brought;

  private final Consumer<WriteOutcome> callback;
  private @Nullable KeyWrites writes;

  /** What was stamped over a header, before it turned out that the record has to be read. */
  private @Nullable Record stamped;

  /** What is stored, as others know of it. */
  private @Nullable Record putting;

  /** What is stored. */
  private @Nullable Record storing;

  /** Under which the hash trees know of it. */
  private long number = TreeUpdates.NOTHING;

  /** Whether it was held back until a cut was sealed. */
  private boolean hasWaited;

  private RecordMerge(
      MergeParts parts,
      int partition,
      Key key,
      Stamper stamper,
      Cause cause,
      boolean tellsOfNewer,
      boolean brought,
      Consumer<WriteOutcome> callback) {
    this.parts = parts;
    this.partition = partition;
    this.key = key;
    this.stamper = stamper;
    this.cause = cause;
    this.tellsOfNewer = tellsOfNewer;
    this.brought = brought;
    this.callback = callback;
  }

  /** With a lease of the epoch, which ends when the callback is told. */
  static RecordMerge leased(
      MergeParts parts,
      int partition,
      Key key,
      Stamper stamper,
      Cause cause,
      boolean tellsOfNewer,
      boolean brought,
      Consumer<WriteOutcome> callback) {
    return new RecordMerge(
        parts,
        partition,
        key,
        stamper,
        cause,
        tellsOfNewer,
        brought,
        parts.epochAdmission().lease(partition, callback));
  }

  /** A record that is ahead of what is held takes its place, whatever that one's value is. */
  @Override
  public boolean mergeByHeader(KeyWrites at, RecordHeader durable) {
    RecordModel model = parts.purgeView().model(key);
    if (!model.decidesByHeader() || parts.needsRecords(partition, key)) {
      return false;
    }
    RecordHeader held = parts.purgeView().present(partition, model, durable);
    Record record = stamp(model, held);
    if (record == null) {
      return true;
    }
    if (held != null && !parts.rules().replaces(model, held, record)) {
      parts.events().accept(ReplicaEvent.Window.READ_TO_MERGE);
      stamped = record;
      return false;
    }
    parts.events().accept(ReplicaEvent.Window.MERGED_BY_HEADER);
    if (!isRefused(model, record, held)) {
      put(at, model, held, record, record, Stored.INSTANCE);
    }
    return true;
  }

  @Override
  public void merge(KeyWrites at) {
    RecordModel model = parts.purgeView().model(key);
    if (!model.decidesByHeader()) {
      at.recordWanted(); // by each write of the key
    }
    Record held = parts.purgeView().present(partition, model, at.newest());
    Record offered = stamped == null ? stamp(model, held) : stamped;
    if (offered == null) {
      return;
    }
    // A proposer has its next ballot promised, too (docs/design/linearizable.md#reserved).
    boolean asksForPromise = cause == Cause.FRESH && offered.hasPromise();
    Record record = asksForPromise ? offered.withoutPromise() : offered;
    if (isRefused(model, record, held) || isBelowFloor(model, record)) {
      return;
    }
    Version promise = asksForPromise && parts.rules().storesPromises() ? offered.promised() : null;
    if (promise != null && isRefused(promise, held)) {
      return;
    }
    Version floor =
        isSentAgain(at.newest(), held, record, promise) ? null : floor(at.newest(), held, record);
    if (floor != null) {
      parts.events().accept(ReplicaEvent.Window.BALLOT_BELOW_PROMISE);
      callback.accept(new PromisedHigher(floor));
      return;
    }
    boolean inConflict = held != null && !held.equals(record) && model.areInConflict(held, record);
    if (inConflict) {
      parts.conflicts().met(record.version());
    }
    Record merged = held == null ? record : parts.rules().merge(model, held, record, cause);
    parts.cuts().merged(partition, model, key, held, record, merged);
    if (parts
        .cuts()
        .isHeldBack(partition, model, key, cause, record, held, hasWaited, this::arriveAgain)) {
      return;
    }
    if (held != null && isSame(merged, held) && hasPromised(at.newest(), promise)) {
      // A record that is held already may not be durable yet, for the write that stored it may
      // still wait for its sync. So this write waits, too.
      boolean newer = !isSame(held, record);
      if (at.isPutting()) {
        parts.events().accept(ReplicaEvent.Window.WAITED_FOR_SYNC_OF_ANOTHER);
      }
      boolean noting = beginsNote(at, record.version(), newer);
      keepLate(at, record, merged);
      at.answerWhenDurable(
          newer && tellsOfNewer ? new HoldsNewer(held.version()) : Stored.INSTANCE, callback);
      if (noting) {
        parts.notes().older(partition, record.version(), this);
      }
      return;
    }
    // A fresh write is stamped above the one it was taken for, be it acknowledged or not.
    boolean stampsAgain = inConflict && cause.isFresh();
    if (model.hasRanks() && !merged.isMarked() && !merged.equals(record)) {
      parts.events().accept(ReplicaEvent.Window.KEPT_A_LATER_TIME);
    }
    storing = promise == null ? merged : Record.promising(merged, promise);
    put(at, model, held, record, merged, outcome(record, merged, stampsAgain));
  }

  private void arriveAgain() {
    hasWaited = true;
    parts.arrive(partition, key, this);
  }

  /** Whether it is refused as one that is stamped up to the time of a cut. */
  private boolean isBelowFloor(RecordModel model, Record record) {
    if (!parts.cuts().isBelowFloor(partition, model, cause, record)) {
      return false;
    }
    parts.events().accept(ReplicaEvent.Window.REFUSED_BELOW_CUT);
    parts.events().accept(new ReplicaEvent.BelowPromiseRefused());
    callback.accept(new BelowPromise(parts.purgeView().promised(partition, model)));
    return true;
  }

  /**
   * Whether one record tells of as much as the other. Of a write that is below what is held nothing
   * is kept, and its sender does not lack the time of another one.
   */
  private boolean isSame(Record one, Record other) {
    return one.equals(other) || (cause.asksForNewer() && one.asWritten().equals(other.asWritten()));
  }

  /** What lies under a mark is stored, and the mark is above it. */
  private WriteOutcome outcome(Record record, Record merged, boolean stampsAgain) {
    if (stampsAgain) {
      return new HoldsNewer(record.version());
    }
    if (!merged.isMarked()) {
      return Stored.INSTANCE;
    }
    parts.events().accept(ReplicaEvent.Window.STORED_UNDER_A_MARK);
    return cause.asksForNewer() && parts.rules().holdsBackBelowMarks()
        ? new HoldsNewer(merged.version())
        : Stored.INSTANCE;
  }

  private static boolean hasPromised(@Nullable Record raw, @Nullable Version promise) {
    return promise == null || (raw != null && raw.hasPromisedAsMuchAs(promise));
  }

  /**
   * Whether a register has come with the promise that this replica has given with it. It is below
   * that promise, and accepted all the same: its proposer has not heard so yet.
   */
  private static boolean isSentAgain(
      @Nullable Record raw, @Nullable Record held, Record record, @Nullable Version promise) {
    return promise != null
        && raw != null
        && held != null
        && held.equals(record)
        && raw.hasPromise()
        && promise.equals(raw.promised());
  }

  /**
   * The ballot below which this replica takes no register, if the one that has come is; else null.
   * Of a proposer that is below what has been accepted, too; what anything else brings is no news
   * then.
   */
  private @Nullable Version floor(@Nullable Record raw, @Nullable Record held, Record record) {
    if (raw == null || !record.isOfRegister()) {
      return null;
    }
    boolean isHeld = held != null && !held.isBelow(record.version());
    if (!cause.asksForNewer() && (isHeld || !raw.hasPromise())) {
      return null;
    }
    Version promised = parts.rules().keepsPromises(cause) ? raw.promised() : raw.version();
    return record.isBelow(promised) ? promised : null;
  }

  private @Nullable Record stamp(RecordModel model, @Nullable RecordHeader held) {
    Record record = stamper.stamp(held, parts.purgeView().promised(partition, model));
    if (record == null) {
      callback.accept(new Refused("given up while it waited"));
    }
    return record;
  }

  /** Whether a ballot that is to be promised is refused. */
  private boolean isRefused(Version promise, @Nullable RecordHeader held) {
    return isRefused(brought ? parts.stamps().refusal(promise, held) : null);
  }

  private boolean isRefused(RecordModel model, Record record, @Nullable RecordHeader held) {
    return isRefused(brought ? refusal(model, record, held) : null);
  }

  private boolean isRefused(@Nullable Refused refusal) {
    if (refusal != null) {
      callback.accept(refusal);
    }
    return refusal != null;
  }

  private @Nullable Refused refusal(RecordModel model, Record record, @Nullable RecordHeader held) {
    return model.isOf(record)
        ? parts.stamps().refusal(record.version(), held)
        : new Refused("the record is not of the model of its tenant, which is " + model);
  }

  /**
   * Takes note that a record is offered which is not stored. Returns whether its version has to be
   * remembered, as one that is older than what is held, before the write is answered.
   */
  private boolean beginsNote(KeyWrites at, Version offered, boolean isOlder) {
    if (!parts.owned().mayWriteOnce(key.tenant())) {
      return false;
    }
    parts.notes().offered(partition, offered);
    if (!isOlder || !parts.notes().isNeededOfOlder(partition, offered, cause)) {
      return false;
    }
    writes = at;
    at.noteBegun();
    return true;
  }

  /** What comes below something later is answered once it is kept: it may be acknowledged then. */
  private void keepLate(KeyWrites at, Record record, Record merged) {
    if (keeps(at.newest(), record, merged, false)) {
      writes = at;
      at.noteBegun();
    }
  }

  private boolean keeps(@Nullable Record held, Record record, Record merged, boolean isStored) {
    return parts.history().merged(partition, key, held, record, merged, isStored, this);
  }

  /**
   * Stores a merge, unless what was merged in lies within a purge that was promised.
   *
   * @param held what it takes the place of, as it counts
   */
  private void put(
      KeyWrites at,
      RecordModel model,
      @Nullable RecordHeader held,
      Record record,
      Record merged,
      WriteOutcome outcome) {
    long promised = parts.purgeView().promised(partition, model);
    if (cause.isFresh() && model.isWithinPromise(record, promised)) {
      parts.events().accept(new ReplicaEvent.BelowPromiseRefused());
      callback.accept(new BelowPromise(promised));
      return;
    }
    if (cause == Cause.FENCED && parts.mayHaveForgottenFence(partition, held)) {
      parts.events().accept(ReplicaEvent.Window.FENCE_FORGOTTEN);
      callback.accept(FenceForgotten.INSTANCE);
      return;
    }
    if (at.isPutting()) {
      parts.events().accept(ReplicaEvent.Window.MERGED_WITH_UNSYNCED);
    }
    if (parts.owned().mayWriteOnce(key.tenant())) {
      parts.notes().offered(partition, record.version());
      if (held != null && !held.version().equals(merged.version())) {
        parts.notes().overtaken(partition, held.version(), cause);
      }
    }
    Record toStore = storing == null ? merged : storing;
    boolean unused = keeps(at.newest(), record, merged, true);
    writes = at;
    putting = merged;
    storing = toStore;
    at.putBegun(toStore);
    at.answerWhenDurable(outcome, callback);
    number = parts.trees().handingIn(partition, key, held, merged, cause);
    parts.store().put(partition, key, toStore, this);
  }

  @Override
  public void stored() {
    if (writes != null && putting != null && storing != null) {
      RecordHeader before = MergeParts.accepted(writes.becameDurable(storing));
      if (parts.rules().isTold(cause)) {
        parts.listeners().stored(partition, key, before, putting);
      }
      parts.trees().ended(number);
    }
    ended(null);
  }

  @Override
  public void failed(StorageFault fault) {
    if (putting != null) {
      parts.listeners().doubted(partition);
      parts.cuts().doubted(partition);
      parts.trees().ended(number);
    }
    if (writes == null) {
      callback.accept(Damage.notNow(fault)); // the key could not be read: nothing was stored
    } else {
      ended(Damage.notNow(fault));
    }
  }

  private void ended(@Nullable WriteOutcome failure) {
    if (writes != null) {
      if (failure != null && !writes.isLastPut()) {
        parts.events().accept(ReplicaEvent.Window.FAILED_WITH_ANOTHER);
      }
      writes.putEnded(failure);
      parts.memory().forgetIfIdle(partition, key, writes);
    }
  }
}
