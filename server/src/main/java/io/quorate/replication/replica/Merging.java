package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.replica.OwnReplica.Stamper;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.FenceRank;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes that have been admitted: each takes its turn among the writes of its key, merges with the
 * newest record there, and ends when the merge of the two is durable, whether this write or another
 * one stores it.
 *
 * <p>Nothing else changes what lies on the disk of a partition in service. The listeners are told
 * of a change once it is durable, and before the write that caused it is answered.
 */
final class Merging {
  private final RecordStore store;
  private final Consumer<Event> events;
  private final VersionConflicts conflicts;
  private final StampBound stamps;
  private final ReplicaRules rules;
  private final OwnedPartitions owned;
  private final PurgeView purgeView;
  private final Notes notes;
  private final KeysInMemory memory;
  private final ReplicaListener listeners;
  private final Damage damage;
  private final EpochAdmission epochAdmission;

  Merging(
      ReplicaContext context,
      VersionConflicts conflicts,
      StampBound stamps,
      OwnedPartitions owned,
      PurgeView purgeView,
      Notes notes,
      KeysInMemory memory,
      ReplicaListener listeners,
      Damage damage,
      EpochAdmission epochAdmission) {
    this.store = context.store();
    this.events = context.events();
    this.conflicts = conflicts;
    this.stamps = stamps;
    this.rules = context.rules();
    this.owned = owned;
    this.purgeView = purgeView;
    this.notes = notes;
    this.memory = memory;
    this.listeners = listeners;
    this.damage = damage;
    this.epochAdmission = epochAdmission;
  }

  /** Stamps a write once it is known what is held, and merges it. */
  void merge(
      int partition, Key key, Stamper stamper, Cause cause, Consumer<WriteOutcome> callback) {
    arrive(
        partition,
        key,
        leased(partition, key, stamper, cause, cause.asksForNewer(), false, callback));
  }

  /** Merges a finished record that another node sent, if a clock can have stamped it. */
  void mergeBrought(
      int partition, Key key, Record record, Cause cause, Consumer<WriteOutcome> callback) {
    Stamper finished = (held, promised) -> record;
    arrive(
        partition,
        key,
        leased(partition, key, finished, cause, cause.asksForNewer(), true, callback));
  }

  /** Promises to accept nothing below a ballot, and tells what has been accepted, once durable. */
  void promise(int partition, Key key, Version ballot, Consumer<? super PrepareOutcome> callback) {
    arrive(partition, key, new Promise(partition, key, ballot, callback));
  }

  /** Puts a mark before what is held, and tells what that is, once durable. */
  void mark(Prepare request, Consumer<? super PrepareOutcome> callback) {
    arrive(request.partition(), request.key(), new Mark(request, callback));
  }

  /** Whether what is held of a key does not tell which tokens are too low. */
  private boolean mayHaveForgottenFence(int partition, @Nullable RecordHeader held) {
    return purgeView.purged(partition) != 0
        && (held == null || held.version().rank() == 0)
        && rules.remembersForgottenFences();
  }

  /**
   * Whether a version is above what is held by its rank alone, and not by its time. Of a time that
   * no clock shows nothing is asked: the key would take no write any more.
   */
  private boolean isAheadOfItsTime(Version version, @Nullable RecordHeader held) {
    return held != null
        && version.rank() > held.version().rank()
        && Long.compareUnsigned(version.hlc(), held.version().hlc()) <= 0
        && stamps.isCredible(held.version())
        && rules.keepsTimesRising();
  }

  /** Merges finished records; what is held of them is read together. */
  void mergeAll(int partition, List<RecordStore.Entry> entries, Consumer<WritesOutcome> callback) {
    new MergeAll(partition, entries, callback).begin();
  }

  /** What lay under a key, as others know of it: a promise is this replica's alone. */
  private static @Nullable RecordHeader accepted(@Nullable RecordHeader durable) {
    return durable instanceof Record record ? record.accepted() : durable;
  }

  /** What became of a record that was to go. */
  enum Dropped {
    GONE,
    /** There was another one by then, or none. */
    CAME_TOO_LATE,
    /** It may be there or not. */
    FAILED
  }

  /**
   * Takes a record off the disk that need not be kept, unless there is another by now.
   *
   * @param mayGo of what lies there when its turn has come
   * @param ended told when nothing more will come of it
   */
  void drop(int partition, Key key, Predicate<Record> mayGo, Consumer<Dropped> ended) {
    arrive(partition, key, new Drop(partition, key, mayGo, ended));
  }

  private Merge leased(
      int partition,
      Key key,
      Stamper stamper,
      Cause cause,
      boolean tellsOfNewer,
      boolean brought,
      Consumer<WriteOutcome> callback) {
    return new Merge(
        partition,
        key,
        stamper,
        cause,
        tellsOfNewer,
        brought,
        epochAdmission.lease(partition, callback));
  }

  private void arrive(int partition, Key key, KeyWrites.Arrival arrival) {
    KeyWrites loading = memory.enter(partition, key, arrival);
    if (loading == null) {
      return;
    }
    store.get(
        partition,
        key,
        new RecordStore.GetCallback() {
          @Override
          public void found(@Nullable Record record) {
            loading.loaded(record);
            memory.forgetIfIdle(partition, key, loading);
          }

          @Override
          public void failed(StorageFault fault) {
            damage.readFailed(partition, fault);
            loading.loadFailed(fault);
            memory.forgetIfIdle(partition, key, loading);
          }
        });
  }

  /** One write that has been admitted, and waits for the key's record. */
  private final class Merge implements KeyWrites.Arrival, RecordStore.PutCallback {
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

    Merge(
        int partition,
        Key key,
        Stamper stamper,
        Cause cause,
        boolean tellsOfNewer,
        boolean brought,
        Consumer<WriteOutcome> callback) {
      this.partition = partition;
      this.key = key;
      this.stamper = stamper;
      this.cause = cause;
      this.tellsOfNewer = tellsOfNewer;
      this.brought = brought;
      this.callback = callback;
    }

    /** A record that is ahead of what is held takes its place, whatever that one's value is. */
    @Override
    public boolean mergeByHeader(KeyWrites at, RecordHeader durable) {
      RecordModel model = purgeView.model(key);
      if (!model.decidesByHeader()) {
        return false;
      }
      RecordHeader held = purgeView.present(partition, model, durable);
      Record record = stamp(held);
      if (record == null) {
        return true;
      }
      if (held != null && !rules.replaces(model, held, record)) {
        events.accept(ReplicaEvent.Window.READ_TO_MERGE);
        stamped = record;
        return false;
      }
      events.accept(ReplicaEvent.Window.MERGED_BY_HEADER);
      if (!isRefused(model, record, held)) {
        put(at, model, held, record, record, Stored.INSTANCE);
      }
      return true;
    }

    @Override
    public void merge(KeyWrites at) {
      RecordModel model = purgeView.model(key);
      if (!model.decidesByHeader()) {
        at.recordWanted(); // by each write of the key
      }
      Record held = purgeView.present(partition, model, at.newest());
      Record offered = stamped == null ? stamp(held) : stamped;
      if (offered == null) {
        return;
      }
      // A proposer has its next ballot promised, too (docs/design/linearizable.md#reserved).
      boolean asksForPromise = cause == Cause.FRESH && offered.hasPromise();
      Record record = asksForPromise ? offered.withoutPromise() : offered;
      if (isRefused(model, record, held)) {
        return;
      }
      Version promise = asksForPromise && rules.storesPromises() ? offered.promised() : null;
      if (promise != null && isRefused(promise, held)) {
        return;
      }
      Version floor = floor(at.newest(), held, record);
      if (floor != null) {
        events.accept(ReplicaEvent.Window.BALLOT_BELOW_PROMISE);
        callback.accept(new PromisedHigher(floor));
        return;
      }
      boolean inConflict =
          held != null && !held.equals(record) && model.areInConflict(held, record);
      if (inConflict) {
        conflicts.met(record.version());
      }
      Record merged = held == null ? record : rules.merge(model, held, record, cause);
      if (held != null && merged.equals(held) && hasPromised(at.newest(), promise)) {
        // A record that is held already may not be durable yet, for the write that stored it may
        // still wait for its sync. So this write waits, too.
        boolean newer = !held.equals(record);
        if (at.isPutting()) {
          events.accept(ReplicaEvent.Window.WAITED_FOR_SYNC_OF_ANOTHER);
        }
        boolean noting = beginsNote(at, record.version(), newer);
        at.answerWhenDurable(
            newer && tellsOfNewer ? new HoldsNewer(held.version()) : Stored.INSTANCE, callback);
        if (noting) {
          notes.older(partition, record.version(), this);
        }
        return;
      }
      // A fresh write is stamped above the one it was taken for, be it acknowledged or not.
      boolean stampsAgain = inConflict && cause.isFresh();
      storing = promise == null ? merged : Record.promising(merged, promise);
      put(at, model, held, record, merged, outcome(record, merged, stampsAgain));
    }

    /** What lies under a mark is stored, and the mark is above it. */
    private WriteOutcome outcome(Record record, Record merged, boolean stampsAgain) {
      if (stampsAgain) {
        return new HoldsNewer(record.version());
      }
      if (!merged.isMarked()) {
        return Stored.INSTANCE;
      }
      events.accept(ReplicaEvent.Window.STORED_UNDER_A_MARK);
      return cause.asksForNewer() && rules.holdsBackBelowMarks()
          ? new HoldsNewer(merged.version())
          : Stored.INSTANCE;
    }

    private static boolean hasPromised(@Nullable Record raw, @Nullable Version promise) {
      return promise == null || (raw != null && raw.hasPromisedAsMuchAs(promise));
    }

    /**
     * The ballot below which this replica takes no register, if the one that has come is; else
     * null. Of a proposer that is below what has been accepted, too; what anything else brings is
     * no news then.
     */
    private @Nullable Version floor(@Nullable Record raw, @Nullable Record held, Record record) {
      if (raw == null || !record.isOfRegister()) {
        return null;
      }
      boolean isHeld = held != null && !held.isBelow(record.version());
      if (!cause.asksForNewer() && (isHeld || !raw.hasPromise())) {
        return null;
      }
      Version promised = rules.keepsPromises(cause) ? raw.promised() : raw.version();
      return record.isBelow(promised) ? promised : null;
    }

    private @Nullable Record stamp(@Nullable RecordHeader held) {
      Record record = stamper.stamp(held, purgeView.promised(partition));
      if (record == null) {
        callback.accept(new Refused("given up while it waited"));
      }
      return record;
    }

    /** Whether a ballot that is to be promised is refused. */
    private boolean isRefused(Version promise, @Nullable RecordHeader held) {
      return isRefused(brought ? stamps.refusal(promise, held) : null);
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

    private @Nullable Refused refusal(
        RecordModel model, Record record, @Nullable RecordHeader held) {
      return model.isOf(record)
          ? stamps.refusal(record.version(), held)
          : new Refused("the record is not of the model of its tenant, which is " + model);
    }

    /**
     * Takes note that a record is offered which is not stored. Returns whether its version has to
     * be remembered, as one that is older than what is held, before the write is answered.
     */
    private boolean beginsNote(KeyWrites at, Version offered, boolean isOlder) {
      if (!owned.mayWriteOnce(key.tenant())) {
        return false;
      }
      notes.offered(partition, offered);
      if (!isOlder || !notes.isNeededOfOlder(partition, offered, cause)) {
        return false;
      }
      writes = at;
      at.noteBegun();
      return true;
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
      long promised = purgeView.promised(partition);
      if (cause.isFresh() && model.isWithinPromise(record, promised)) {
        events.accept(new ReplicaEvent.BelowPromiseRefused());
        callback.accept(new BelowPromise(promised));
        return;
      }
      if (cause.isFresh()
          && held != null
          && model.hasRanks()
          && isAheadOfItsTime(record.version(), held)) {
        events.accept(ReplicaEvent.Window.FENCED_BEFORE_ITS_TIME);
        callback.accept(new BelowPromise(held.version().hlc()));
        return;
      }
      if (cause == Cause.FENCED && mayHaveForgottenFence(partition, held)) {
        events.accept(ReplicaEvent.Window.FENCE_FORGOTTEN);
        callback.accept(FenceForgotten.INSTANCE);
        return;
      }
      if (at.isPutting()) {
        events.accept(ReplicaEvent.Window.MERGED_WITH_UNSYNCED);
      }
      if (owned.mayWriteOnce(key.tenant())) {
        notes.offered(partition, record.version());
        if (held != null && !held.version().equals(merged.version())) {
          notes.overtaken(partition, held.version(), cause);
        }
      }
      Record toStore = storing == null ? merged : storing;
      writes = at;
      putting = merged;
      storing = toStore;
      at.putBegun(toStore);
      at.answerWhenDurable(outcome, callback);
      store.put(partition, key, toStore, this);
    }

    @Override
    public void stored() {
      if (writes != null && putting != null && storing != null) {
        RecordHeader before = accepted(writes.becameDurable(storing));
        if (rules.isTold(cause)) {
          listeners.stored(partition, key, before, putting);
        }
      }
      ended(null);
    }

    @Override
    public void failed(StorageFault fault) {
      if (putting != null) {
        listeners.doubted(partition);
      }
      if (writes == null) {
        callback.accept(Damage.refusal(fault)); // the key could not be read: nothing was stored
      } else {
        ended(Damage.refusal(fault));
      }
    }

    private void ended(@Nullable WriteOutcome failure) {
      if (writes != null) {
        if (failure != null && !writes.isLastPut()) {
          events.accept(ReplicaEvent.Window.FAILED_WITH_ANOTHER);
        }
        writes.putEnded(failure);
        memory.forgetIfIdle(partition, key, writes);
      }
    }
  }

  /** A promise, which is stored beside what has been accepted. */
  private final class Promise implements KeyWrites.Arrival, RecordStore.PutCallback {
    private final int partition;
    private final Key key;
    private final Version ballot;
    private final Consumer<? super PrepareOutcome> callback;
    private final Consumer<WriteOutcome> ended;
    private @Nullable Record accepted;
    private @Nullable KeyWrites writes;
    private @Nullable Record putting;

    Promise(int partition, Key key, Version ballot, Consumer<? super PrepareOutcome> callback) {
      this.partition = partition;
      this.key = key;
      this.ballot = ballot;
      this.callback = callback;
      this.ended = epochAdmission.lease(partition, this::answer);
    }

    @Override
    public void merge(KeyWrites at) {
      at.recordWanted();
      Record held = at.newest();
      Refused refusal = stamps.refusal(ballot, held);
      if (refusal != null) {
        ended.accept(refusal);
        return;
      }
      if (held != null && held.hasPromise() && held.promised().equals(ballot)) {
        accepted = purgeView.present(partition, purgeView.model(key), held);
        at.answerWhenDurable(Stored.INSTANCE, ended); // asked again, since its answer was lost
        return;
      }
      if (held != null && held.hasPromisedAsMuchAs(ballot)) {
        events.accept(ReplicaEvent.Window.PREPARED_BELOW_PROMISE);
        ended.accept(new PromisedHigher(held.promised()));
        return;
      }
      accepted = purgeView.present(partition, purgeView.model(key), held);
      if (!rules.storesPromises()) {
        at.answerWhenDurable(Stored.INSTANCE, ended);
        return;
      }
      writes = at;
      putting = Record.promising(held, ballot);
      at.putBegun(putting);
      at.answerWhenDurable(Stored.INSTANCE, ended);
      store.put(partition, key, putting, this);
    }

    private void answer(WriteOutcome outcome) {
      switch (outcome) {
        case Stored stored -> callback.accept(new Promised(accepted));
        case PromisedHigher higher -> callback.accept(higher);
        case Refused refused -> callback.accept(refused);
        case NotTaken not -> callback.accept(new Refused(not.reason()));
        default -> callback.accept(new Refused("it is being filled, and promises nothing"));
      }
    }

    /** No listener is told: what counts of the record is the same as before. */
    @Override
    public void stored() {
      if (writes != null && putting != null) {
        RecordHeader unused = writes.becameDurable(putting);
        end(writes, null);
      }
    }

    @Override
    public void failed(StorageFault fault) {
      if (writes == null) {
        ended.accept(Damage.refusal(fault)); // the key could not be read
      } else {
        listeners.doubted(partition);
        end(writes, Damage.refusal(fault));
      }
    }

    private void end(KeyWrites at, @Nullable WriteOutcome failure) {
      at.putEnded(failure);
      memory.forgetIfIdle(partition, key, at);
    }
  }

  /** A mark, which becomes a part of the record of its key. */
  private final class Mark implements KeyWrites.Arrival, RecordStore.PutCallback {
    private final int partition;
    private final Key key;
    private final Version mark;
    private final boolean isHeld;
    private final Consumer<? super PrepareOutcome> callback;
    private final Consumer<WriteOutcome> ended;
    private @Nullable Record under;
    private @Nullable KeyWrites writes;
    private @Nullable Record putting;

    Mark(Prepare request, Consumer<? super PrepareOutcome> callback) {
      this.partition = request.partition();
      this.key = request.key();
      this.mark = request.ballot();
      this.isHeld = request.mark() == ReplicaMessage.Mark.HELD;
      this.callback = callback;
      this.ended = epochAdmission.lease(partition, this::answer);
    }

    @Override
    public void merge(KeyWrites at) {
      at.recordWanted();
      RecordModel model = purgeView.model(key);
      Record held = purgeView.present(partition, model, at.newest());
      WriteOutcome refusal = refusal(held);
      if (refusal != null) {
        ended.accept(refusal);
        return;
      }
      under = held == null ? null : held.unmarked();
      boolean isAskedAgain = held != null && held.version().equals(mark); // its answer was lost
      if (isAskedAgain || isFresh(held) || !rules.storesMarks()) {
        at.answerWhenDurable(Stored.INSTANCE, ended);
        return;
      }
      if (at.isPutting()) {
        events.accept(ReplicaEvent.Window.MERGED_WITH_UNSYNCED);
      }
      writes = at;
      putting = Record.marked(mark, under);
      at.putBegun(putting);
      at.answerWhenDurable(Stored.INSTANCE, ended);
      store.put(partition, key, putting, this);
    }

    /** What was written under the token holds back all that the mark would. */
    private boolean isFresh(@Nullable Record held) {
      return held != null && held.version().rank() == FenceRank.freshAbove(mark.rank());
    }

    private @Nullable WriteOutcome refusal(@Nullable Record held) {
      if (!purgeView.model(key).hasRanks()) {
        return new Refused(
            "it does not know the tenant yet, or as one whose records have no marks");
      }
      if (!FenceRank.isRaised(mark.rank())) {
        return new Refused("the mark has no token of a lock");
      }
      Refused tooFar = stamps.refusal(mark, held);
      if (tooFar != null) {
        return tooFar;
      }
      if (isFresh(held)) {
        return null;
      }
      long promised = purgeView.promised(partition);
      if (Long.compareUnsigned(mark.hlc(), promised) <= 0) {
        events.accept(new ReplicaEvent.BelowPromiseRefused());
        return new PromisedHigher(new Version(0, promised, mark.node(), 0));
      }
      boolean isHeldAlready =
          held != null && held.isMarked() && held.version().equals(mark); // its answer was lost
      if (held != null && !isHeldAlready && (!held.isBelow(mark) || isAheadOfItsTime(mark, held))) {
        events.accept(ReplicaEvent.Window.MARKED_BELOW_ANOTHER);
        return new PromisedHigher(held.version());
      }
      if (!isHeld && mayHaveForgottenFence(partition, held)) {
        events.accept(ReplicaEvent.Window.FENCE_FORGOTTEN);
        return FenceForgotten.INSTANCE;
      }
      return null;
    }

    private void answer(WriteOutcome outcome) {
      switch (outcome) {
        case Stored stored -> callback.accept(new Promised(under));
        case PromisedHigher higher -> callback.accept(higher);
        case Refused refused -> callback.accept(refused);
        case FenceForgotten forgotten -> callback.accept(forgotten);
        case NotTaken not -> callback.accept(new Refused(not.reason()));
        default -> callback.accept(new Refused("it is being filled, and its mark does not count"));
      }
    }

    @Override
    public void stored() {
      if (writes != null && putting != null) {
        RecordHeader before = accepted(writes.becameDurable(putting));
        if (rules.isTold(Cause.FRESH)) {
          listeners.stored(partition, key, before, putting);
        }
        end(writes, null);
      }
    }

    @Override
    public void failed(StorageFault fault) {
      if (writes == null) {
        ended.accept(Damage.refusal(fault)); // the key could not be read
      } else {
        listeners.doubted(partition);
        end(writes, Damage.refusal(fault));
      }
    }

    private void end(KeyWrites at, @Nullable WriteOutcome failure) {
      at.putEnded(failure);
      memory.forgetIfIdle(partition, key, at);
    }
  }

  /** Some records that were admitted together. */
  private final class MergeAll implements RecordStore.GetAllCallback {
    private final int partition;
    private final List<RecordStore.Entry> entries;
    private final Consumer<WritesOutcome> callback;
    private final List<WriteOutcome> outcomes;
    private int awaited;

    /** Keys of which nothing is in memory, with their writes. */
    private final List<Key> unread = new ArrayList<>();

    private final List<KeyWrites> loading = new ArrayList<>();

    MergeAll(int partition, List<RecordStore.Entry> entries, Consumer<WritesOutcome> callback) {
      this.partition = partition;
      this.entries = entries;
      this.callback = callback;
      this.outcomes = new ArrayList<>(Collections.nCopies(entries.size(), Stored.INSTANCE));
      this.awaited = entries.size();
    }

    void begin() {
      if (entries.isEmpty()) {
        callback.accept(new Merged(List.of()));
        return;
      }
      for (int i = 0; i < entries.size(); i++) {
        int place = i;
        RecordStore.Entry entry = entries.get(i);
        Merge merge =
            leased(
                partition,
                entry.key(),
                (held, promised) -> rules.brought(entry.record()),
                Cause.REPAIR,
                true,
                true,
                outcome -> ended(place, outcome));
        KeyWrites writes = memory.enter(partition, entry.key(), merge);
        if (writes != null) {
          unread.add(entry.key());
          loading.add(writes);
        }
      }
      if (!unread.isEmpty()) {
        store.getAll(partition, unread, this);
      }
    }

    private void ended(int place, WriteOutcome outcome) {
      outcomes.set(place, outcome);
      awaited--;
      if (awaited == 0) {
        callback.accept(new Merged(outcomes));
      }
    }

    @Override
    public void found(List<@Nullable Record> records) {
      for (int i = 0; i < records.size(); i++) {
        loading.get(i).loaded(records.get(i));
        memory.forgetIfIdle(partition, unread.get(i), loading.get(i));
      }
    }

    @Override
    public void failed(StorageFault fault) {
      damage.readFailed(partition, fault);
      for (int i = 0; i < loading.size(); i++) {
        loading.get(i).loadFailed(fault);
        memory.forgetIfIdle(partition, unread.get(i), loading.get(i));
      }
    }
  }

  /** Takes a record off the disk that counts as nothing, unless there is another by now. */
  private final class Drop implements KeyWrites.Arrival, RecordStore.PutCallback {
    private final int partition;
    private final Key key;
    private final Predicate<Record> mayGo;
    private final Consumer<Dropped> ended;
    private @Nullable KeyWrites writes;
    private long bytes;

    Drop(int partition, Key key, Predicate<Record> mayGo, Consumer<Dropped> ended) {
      this.partition = partition;
      this.key = key;
      this.mayGo = mayGo;
      this.ended = ended;
    }

    @Override
    public void merge(KeyWrites at) {
      Record held = at.newest();
      if (held == null || !mayGo.test(held)) {
        events.accept(ReplicaEvent.Window.DROP_CAME_TOO_LATE);
        ended.accept(Dropped.CAME_TOO_LATE);
        return;
      }
      writes = at;
      bytes = key.bytes().length + (long) held.bytes().length;
      at.putBegun(null);
      store.remove(partition, key, this);
    }

    @Override
    public void stored() {
      if (writes != null) {
        listeners.dropped(partition, key, accepted(writes.becameDurable(null)));
        events.accept(new ReplicaEvent.Dropped(bytes));
        end(writes, null);
      }
    }

    @Override
    public void failed(StorageFault fault) {
      listeners.doubted(partition);
      if (writes == null) {
        ended.accept(Dropped.FAILED); // the key could not be read
      } else {
        end(writes, Damage.refusal(fault));
      }
    }

    private void end(KeyWrites at, @Nullable WriteOutcome failure) {
      at.putEnded(failure);
      memory.forgetIfIdle(partition, key, at);
      ended.accept(failure == null ? Dropped.GONE : Dropped.FAILED);
    }
  }
}
