package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldVersion;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.KeyVersion;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.NoTree;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Request;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.RecordHash;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.HybridClock;
import io.quorate.version.PurgeRule;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The records this node holds of its partitions. Merges what comes in, and answers once the newest
 * record of the key is durable, whoever brought it. Lives on one lane.
 */
public final class Replica {
  private final NodeId self;
  private final RecordStore store;
  private final Clock clock;
  private final HybridClock hybridClock;
  private final Consumer<Fact> facts;
  private final EpochGate gate;
  private final Parking parking;
  private final RecordCache cache;
  private final Rules rules;
  private final Trees trees;

  private Placements placements;

  /**
   * By partition: the marks of the epoch served. What was admitted under the epoch before is not
   * judged by those of the next, which waits until it has ended.
   */
  private final PurgeMarks[] marks;

  /** By partition: this replica does not hold what it must. */
  private boolean[] filling = {};

  /** By partition: something in it cannot be read, so nothing of it is served. */
  private final boolean[] damaged;

  /** By partition: keys with writes under way. */
  private final int[] keysWriting;

  /** Who sees to it that what is damaged is mended; without one, nothing is out of service. */
  private @Nullable IntConsumer mender;

  /** Keys with writes under way. Only looked up by key: its order is never seen. */
  private final Map<Key, KeyWrites> writing = new HashMap<>();

  /** Makes the record of a fresh write, once it is known what the replica holds. */
  public interface Stamper {
    /**
     * @param held version of the newest record here, not necessarily durable; null if there is none
     * @param promised hybrid time that the stamp must be above
     * @return the record; or null if the write was given up while it waited, and must have no
     *     effect
     */
    @Nullable Record stamp(@Nullable Version held, long promised);
  }

  /**
   * What it works with.
   *
   * @param cacheBytes how much memory records used lately may take
   */
  public record Collaborators(
      NodeId self,
      RecordStore store,
      Clock clock,
      HybridClock hybridClock,
      long cacheBytes,
      Consumer<Fact> facts) {}

  public Replica(Collaborators with, Placements placements) {
    this(with, placements, new Rules());
  }

  Replica(Collaborators with, Placements placements, Rules rules) {
    this.self = with.self();
    this.store = with.store();
    this.clock = with.clock();
    this.hybridClock = with.hybridClock();
    this.facts = with.facts();
    this.placements = placements;
    this.gate = new EpochGate(placements.partitions().size(), rules);
    this.parking = new Parking(clock, facts);
    this.cache = new RecordCache(with.cacheBytes());
    this.rules = rules;
    this.marks = new PurgeMarks[placements.partitions().size()];
    Arrays.fill(marks, PurgeMarks.NONE);
    this.damaged = new boolean[placements.partitions().size()];
    this.keysWriting = new int[placements.partitions().size()];
    this.trees = new Trees(store, new HeldHere(), clock, placements);
    placementsChanged(placements);
  }

  /**
   * From now on a partition that cannot be read is out of service at once, and {@code mender} is
   * told of it, once, until it is in service again.
   */
  public void mendedBy(IntConsumer mender) {
    this.mender = mender;
    store.onUnreadable(
        partition -> foundDamaged(partition, "something in it, found when all was read"));
  }

  /** Learns where everything lives; requests that waited for that are served. */
  public void placementsChanged(Placements next) {
    placements = next;
    trees.placementsChanged(next);
    filling = new boolean[next.partitions().size()];
    for (int partition = 0; partition < filling.length; partition++) {
      filling[partition] = next.isFilling(self, partition) && !rules.countsWhileFilling();
    }
    for (int partition = 0; partition < next.partitions().size(); partition++) {
      if (gate.raise(partition, next.epoch(partition))) {
        serve(partition);
      }
    }
  }

  /** A new epoch is served, for nothing is under way of those before it. */
  private void serve(int partition) {
    PurgeMarks next = placements.purge(partition);
    if (!next.equals(marks[partition])) {
      marks[partition] = next;
      trees.marksChanged(partition, next);
    }
    parking.resume(partition);
  }

  /** Whether a partition is served at the epoch of the newest placements. */
  public boolean isServed(int partition) {
    return gate.admit(partition, placements.epoch(partition)) == EpochGate.Admission.SERVE;
  }

  /** What a reader finds: nothing, if it is gone. */
  private @Nullable Record present(int partition, @Nullable Record record) {
    return record == null || PurgeRule.isGone(record, marks[partition].purged()) ? null : record;
  }

  /** What the replica holds, hashed. */
  public Trees trees() {
    return trees;
  }

  /** Requests that gave up waiting for their epoch are let go. Called a few times a second. */
  public void tick() {
    parking.expire();
  }

  /** Merges a finished record: from another node, or a write of this one that is sent again. */
  public void write(Write request, Consumer<WriteOutcome> callback) {
    hybridClock.observe(request.record().version().hlc(), clock.wallMillis());
    Stamper finished = (held, promised) -> request.record();
    store(
        new Admissible(request.partition(), request.epoch(), request.timeoutMillis()),
        request.key(),
        finished,
        request.cause(),
        callback);
  }

  /**
   * Merges finished records that this replica lacked when it was compared; answers when all of them
   * are durable or refused. What is held of them is read together.
   */
  public void writeAll(WriteRecords request, Consumer<WritesOutcome> callback) {
    for (RecordStore.Entry entry : request.entries()) {
      hybridClock.observe(entry.record().version().hlc(), clock.wallMillis());
    }
    admit(
        Admissible.of(request),
        () -> new MergeAll(request, callback).begin(),
        callback,
        reason -> callback.accept(new Refused(reason)));
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

    MergeAll(WriteRecords request, Consumer<WritesOutcome> callback) {
      this.partition = request.partition();
      this.entries = request.entries();
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
                (held, promised) -> entry.record(),
                Cause.REPAIR,
                outcome -> ended(place, outcome));
        KeyWrites writes = enter(partition, entry.key(), merge, false);
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
        forgetIfIdle(partition, unread.get(i), loading.get(i));
      }
    }

    @Override
    public void failed(StorageFault fault) {
      readFailed(partition, fault);
      for (int i = 0; i < loading.size(); i++) {
        loading.get(i).loadFailed(fault);
        forgetIfIdle(partition, unread.get(i), loading.get(i));
      }
    }
  }

  /**
   * Stamps and merges a fresh write that this node coordinates. The stamper is called only if the
   * epoch is served, and before any answer; it is not called if the write is refused before.
   */
  public void writeFresh(
      int partition,
      long epoch,
      int timeoutMillis,
      Key key,
      Stamper stamper,
      Consumer<WriteOutcome> callback) {
    store(new Admissible(partition, epoch, timeoutMillis), key, stamper, Cause.FRESH, callback);
  }

  /** What a request must say of itself to pass the gate. */
  private record Admissible(int partition, long epoch, int timeoutMillis) {
    static Admissible of(Request request) {
      return new Admissible(request.partition(), request.epoch(), request.timeoutMillis());
    }
  }

  private void store(
      Admissible request, Key key, Stamper stamper, Cause cause, Consumer<WriteOutcome> callback) {
    admit(
        request,
        () -> lease(request.partition(), key, stamper, cause, callback),
        callback,
        reason -> callback.accept(new Refused(reason)));
  }

  /** Serves a request of the epoch served here; answers or keeps any other. */
  private void admit(
      Admissible request,
      Runnable serve,
      Consumer<? super StaleEpoch> stale,
      Consumer<String> refuse) {
    int partition = request.partition();
    if (partition < 0 || partition >= placements.partitions().size()) {
      refuse.accept("there is no partition " + partition);
      return;
    }
    switch (gate.admit(partition, request.epoch())) {
      case STALE -> {
        if (rules.refusesEndedEpochs()) {
          facts.accept(new Fact.StaleEpochRefused());
          stale.accept(new StaleEpoch(gate.current(partition)));
        } else {
          serve.run();
        }
      }
      case AHEAD ->
          parking.park(
              partition,
              request.timeoutMillis(),
              () -> admit(request, serve, stale, refuse),
              refuse);
      case SERVE -> {
        if (damaged[partition] && !rules.servesDamaged()) {
          facts.accept(Fact.Window.ASKED_WHILE_DAMAGED);
          refuse.accept(
              "its disk does not give back all of partition " + partition + "; it is mended");
        } else if (placements.partitions().get(partition).preferenceList().contains(self)) {
          serve.run();
        } else {
          refuse.accept("node " + self + " holds no replica of partition " + partition);
        }
      }
    }
  }

  /** Admits a write: its lease comes back when it is durable or refused, before it is answered. */
  private void lease(
      int partition, Key key, Stamper stamper, Cause cause, Consumer<WriteOutcome> callback) {
    arrive(partition, key, leased(partition, key, stamper, cause, callback));
  }

  private Merge leased(
      int partition, Key key, Stamper stamper, Cause cause, Consumer<WriteOutcome> callback) {
    gate.lease(partition);
    Consumer<WriteOutcome> returningLease =
        outcome -> {
          if (gate.release(partition)) {
            serve(partition);
          }
          callback.accept(filling[partition] ? uncounted(outcome) : outcome);
        };
    return new Merge(partition, key, stamper, cause, returningLease);
  }

  private static WriteOutcome uncounted(WriteOutcome outcome) {
    return outcome instanceof Stored || outcome instanceof HoldsNewer
        ? StoredWhileFilling.INSTANCE
        : outcome;
  }

  /**
   * Has something take its turn among the writes of its key; gives those if what is held has to be
   * read first.
   *
   * @param used whether the key is one that clients use now
   */
  private @Nullable KeyWrites enter(
      int partition, Key key, KeyWrites.Arrival arrival, boolean used) {
    KeyWrites known = writing.get(key);
    if (known != null) {
      known.arrive(arrival, used);
      return null;
    }
    KeyWrites loading = new KeyWrites();
    writing.put(key, loading);
    keysWriting[partition]++;
    loading.arrive(arrival, used); // before the read, which may answer at once
    Record cached = cache.get(key);
    if (cached != null) {
      loading.loaded(cached);
      forgetIfIdle(partition, key, loading);
      return null;
    }
    return loading;
  }

  private void arrive(int partition, Key key, KeyWrites.Arrival arrival) {
    KeyWrites loading = enter(partition, key, arrival, true);
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
            forgetIfIdle(partition, key, loading);
          }

          @Override
          public void failed(StorageFault fault) {
            readFailed(partition, fault);
            loading.loadFailed(fault);
            forgetIfIdle(partition, key, loading);
          }
        });
  }

  /** What the trees are told of what is held, and how they have it taken away. */
  private final class HeldHere implements Trees.Held {
    @Override
    public @Nullable Record reported(int partition, Key key, Record read) {
      KeyWrites writes = writing.get(key);
      Record durable = writes == null ? read : writes.durableOr(read);
      return durable == null || mayDrop(partition, key, durable) ? null : durable;
    }

    @Override
    public boolean isDamaged(int partition) {
      return damaged[partition];
    }

    @Override
    public boolean isWriting(int partition) {
      return keysWriting[partition] > 0;
    }

    @Override
    public boolean trusts(int leftByBoot, int boot) {
      return rules.trustsTree(leftByBoot, boot);
    }

    @Override
    public void unreadable(int partition, StorageFault fault) {
      readFailed(partition, fault);
    }

    @Override
    public boolean mayDrop(int partition, Key key, Record record) {
      return Replica.this.mayDrop(partition, key, record);
    }

    @Override
    public void drop(int partition, Key key, Runnable ended) {
      arrive(partition, key, new Drop(partition, key, ended));
    }
  }

  /**
   * What counts as nothing; and what is left from a time when this node was a replica, which must
   * not vote or come back (MODEL-CHECK F9).
   */
  private boolean mayDrop(int partition, Key key, Record record) {
    long purged = marks[partition].purged();
    return PurgeRule.isUpTo(record, purged)
        && (PurgeRule.isGone(record, purged)
            || (rules.dropsLeftovers() && !isReplica(partition, key.tenant())));
  }

  /**
   * False only of a tenant that there is: what one held that is gone is not for a purge to take.
   */
  private boolean isReplica(int partition, int tenantId) {
    for (Tenant tenant : placements.tenants().values()) {
      if (tenant.id() == tenantId) {
        return placements.stage(partition, tenant).replicas().contains(self);
      }
    }
    return true;
  }

  /** Takes a record off the disk that counts as nothing, unless there is another by now. */
  private final class Drop implements KeyWrites.Arrival, RecordStore.PutCallback {
    private final int partition;
    private final Key key;
    private final Runnable ended;
    private @Nullable KeyWrites writes;
    private long bytes;

    Drop(int partition, Key key, Runnable ended) {
      this.partition = partition;
      this.key = key;
      this.ended = ended;
    }

    @Override
    public void merge(KeyWrites at) {
      Record held = at.newest();
      if (held == null || !mayDrop(partition, key, held)) {
        facts.accept(Fact.Window.DROP_CAME_TOO_LATE);
        ended.run();
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
        Record unused = writes.becameDurable(null);
        // To the trees it has been nothing since the purge was served.
        trees.changed(partition, key, null, null);
        facts.accept(new Fact.Dropped(bytes));
        end(writes, null);
      }
    }

    @Override
    public void failed(StorageFault fault) {
      trees.doubt(partition);
      if (writes == null) {
        ended.run(); // the key could not be read
      } else {
        end(writes, refusal(fault));
      }
    }

    private void end(KeyWrites at, @Nullable WriteOutcome failure) {
      at.putEnded(failure);
      forgetIfIdle(partition, key, at);
      ended.run();
    }
  }

  private void forgetIfIdle(int partition, Key key, KeyWrites writes) {
    if (writes.isIdle() && writing.remove(key, writes)) {
      keysWriting[partition]--;
      Record durable = writes.durable();
      if (durable == null) {
        cache.remove(key);
      } else if (writes.isUsed() || cache.holds(key)) {
        cache.put(key, durable);
      }
    }
  }

  /** One write that has been admitted, and waits for the key's record. */
  private final class Merge implements KeyWrites.Arrival, RecordStore.PutCallback {
    private final int partition;
    private final Key key;
    private final Stamper stamper;
    private final Cause cause;
    private final Consumer<WriteOutcome> callback;
    private @Nullable KeyWrites writes;
    private @Nullable Record putting;

    Merge(int partition, Key key, Stamper stamper, Cause cause, Consumer<WriteOutcome> callback) {
      this.partition = partition;
      this.key = key;
      this.stamper = stamper;
      this.cause = cause;
      this.callback = callback;
    }

    @Override
    public void merge(KeyWrites at) {
      writes = at;
      Record held = present(partition, at.newest());
      long promised = rules.promised(marks[partition]);
      Record record = stamper.stamp(held == null ? null : held.version(), promised);
      if (record == null) {
        callback.accept(new Refused("given up while it waited"));
        return;
      }
      if (held != null && rules.includes(held, record, cause)) {
        // Also a version that is held already waits until it is durable: whoever brought it first
        // may not have been answered yet.
        boolean newer = held.version().isAfter(record.version());
        if (!at.isIdle()) {
          facts.accept(Fact.Window.WAITED_FOR_SYNC_OF_ANOTHER);
        }
        at.answerWhenDurable(
            newer && cause == Cause.FRESH ? new HoldsNewer(held.version()) : Stored.INSTANCE,
            callback);
        return;
      }
      if (cause == Cause.FRESH && PurgeRule.isUpTo(record, promised)) {
        facts.accept(new Fact.BelowPromiseRefused());
        callback.accept(new BelowPromise(promised));
        return;
      }
      if (!at.isIdle()) {
        facts.accept(Fact.Window.MERGED_WITH_UNSYNCED);
      }
      putting = record;
      at.putBegun(record);
      at.answerWhenDurable(Stored.INSTANCE, callback);
      store.put(partition, key, record, this);
    }

    @Override
    public void stored() {
      if (writes != null && putting != null) {
        Record before = present(partition, writes.becameDurable(putting));
        if (rules.entersTree(cause)) {
          trees.changed(partition, key, before, present(partition, putting));
        }
      }
      ended(null);
    }

    @Override
    public void failed(StorageFault fault) {
      if (putting != null) {
        trees.doubt(partition);
      }
      if (writes == null) {
        callback.accept(refusal(fault)); // the key could not be read: nothing was stored
      } else {
        ended(refusal(fault));
      }
    }

    private void ended(@Nullable WriteOutcome failure) {
      if (writes != null) {
        if (failure != null && !writes.isLastPut()) {
          facts.accept(Fact.Window.FAILED_WITH_ANOTHER);
        }
        writes.putEnded(failure);
        forgetIfIdle(partition, key, writes);
      }
    }
  }

  /** Compares what is durable here with what the asker knows. */
  public void read(Read request, Consumer<ReadOutcome> callback) {
    hybridClock.observe(request.hlc(), clock.wallMillis());
    answer(request, () -> look(request, callback), callback, callback);
  }

  /** The same for this node itself, which knows whether it is being filled. */
  public void readOwn(Read request, Consumer<ReadOutcome> callback) {
    admit(
        Admissible.of(request),
        () -> look(request, callback),
        callback,
        reason -> callback.accept(new Refused(reason)));
  }

  /** Serves a question to a replica that holds what it must. */
  private void answer(
      Request request,
      Runnable serve,
      Consumer<? super StaleEpoch> stale,
      Consumer<? super Refused> refuse) {
    admit(
        Admissible.of(request),
        () -> {
          if (filling[request.partition()]) {
            facts.accept(Fact.Window.ASKED_WHILE_FILLING);
            refuse.accept(new Refused("it is being filled, and does not answer before it is full"));
          } else {
            serve.run();
          }
        },
        stale,
        reason -> refuse.accept(new Refused(reason)));
  }

  private void look(Read request, Consumer<ReadOutcome> callback) {
    Comparison comparison = new Comparison(request, callback);
    // While a write is under way, the cache may be behind what is durable.
    boolean beside = writing.containsKey(request.key());
    Record cached = beside ? null : cache.get(request.key());
    if (cached != null) {
      comparison.found(cached);
    } else {
      if (beside) {
        facts.accept(Fact.Window.READ_BESIDE_A_WRITE);
      }
      comparison.fresh = true;
      store.get(request.partition(), request.key(), comparison);
      comparison.fresh = false;
    }
  }

  /** Answers a read with the difference between what is held and what is known. */
  private final class Comparison implements RecordStore.GetCallback {
    private final Read request;
    private final Consumer<ReadOutcome> callback;
    private final long deadlineNanos;

    /** Whether what is found now is what is durable now; an answer that comes later may be old. */
    private boolean fresh;

    Comparison(Read request, Consumer<ReadOutcome> callback) {
      this.request = request;
      this.callback = callback;
      this.deadlineNanos = clock.nanos() + request.timeoutMillis() * 1_000_000L;
    }

    @Override
    public boolean isWanted() {
      return clock.nanos() - deadlineNanos < 0 || !rules.dropsExpiredReads();
    }

    @Override
    public void notRead() {
      facts.accept(new Fact.Expired(Fact.Stage.AT_REPLICA));
      callback.accept(new Refused("its deadline passed before the disk came to it"));
    }

    @Override
    public void found(@Nullable Record held) {
      if (held != null && fresh && !writing.containsKey(request.key())) {
        cache.put(request.key(), held);
      }
      callback.accept(compare(present(request.partition(), held)));
    }

    private ReadOutcome compare(@Nullable Record held) {
      Version known = request.known();
      if (held == null) {
        return known == null ? Same.INSTANCE : Nothing.INSTANCE;
      }
      int order = known == null ? 1 : held.version().compareTo(known);
      if (order == 0) {
        return Same.INSTANCE;
      }
      return order < 0 || request.versionOnly() ? new HeldVersion(held.version()) : new Held(held);
    }

    @Override
    public void failed(StorageFault fault) {
      readFailed(request.partition(), fault);
      callback.accept(refusal(fault));
    }
  }

  /** Reads a page of what is durable here. */
  public void readRange(ReadRange request, Consumer<RangeOutcome> callback) {
    answer(
        request,
        () -> store.scan(request.range(), new PageAnswer(request.partition(), callback)),
        callback,
        callback);
  }

  /** Reads what is durable here under some keys. */
  public void readRecords(ReadRecords request, Consumer<RangeOutcome> callback) {
    answer(request, () -> look(request, callback), callback, callback);
  }

  /** The same for this node itself, which knows whether it is being filled. */
  public void readOwnRecords(ReadRecords request, Consumer<RangeOutcome> callback) {
    admit(
        Admissible.of(request),
        () -> look(request, callback),
        callback,
        reason -> callback.accept(new Refused(reason)));
  }

  private void look(ReadRecords request, Consumer<RangeOutcome> callback) {
    store.getAll(
        request.partition(),
        request.keys(),
        new RecordStore.GetAllCallback() {
          @Override
          public void found(List<@Nullable Record> records) {
            callback.accept(fitting(request, records));
          }

          @Override
          public void failed(StorageFault fault) {
            readFailed(request.partition(), fault);
            callback.accept(refusal(fault));
          }
        });
  }

  /** As many of them as the asker takes at once. */
  private Records fitting(ReadRecords request, List<@Nullable Record> found) {
    List<RecordStore.Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < found.size(); i++) {
      Key key = request.keys().get(i);
      Record record = present(request.partition(), found.get(i));
      if (record != null) {
        entries.add(new RecordStore.Entry(key, record));
        bytes += key.bytes().length + (long) record.bytes().length;
      }
      if (bytes >= request.bytesMax() && i < found.size() - 1) {
        return new Records(entries, key);
      }
    }
    return new Records(entries, null);
  }

  /** Compares what is durable here with the asker's hash tree. */
  public void compareTree(CompareTree request, Consumer<TreeOutcome> callback) {
    answer(
        request,
        () -> {
          HashTree tree = trees.tree(request.partition(), request.factor());
          if (tree == null) {
            // Who asks again and again waits for it: then it is read on though all else is quiet.
            trees.build(List.of(request.partition()));
            trees.tick();
            callback.accept(NoTree.INSTANCE);
          } else {
            boolean same = tree.root() == request.root();
            callback.accept(same ? SameTree.INSTANCE : new OtherTree(HashTree.of(tree.leaves())));
          }
        },
        callback,
        callback);
  }

  /** Says which versions are durable here of the keys of some leaves of the hash tree. */
  public void readVersions(ReadVersions request, Consumer<VersionsOutcome> callback) {
    answer(
        request,
        () -> new VersionsAnswer(request, callback).readOn(request.range()),
        callback,
        callback);
  }

  /** The same for this node itself, which knows whether it is being filled. */
  public void readOwnVersions(ReadVersions request, Consumer<VersionsOutcome> callback) {
    admit(
        Admissible.of(request),
        () -> new VersionsAnswer(request, callback).readOn(request.range()),
        callback,
        reason -> callback.accept(new Refused(reason)));
  }

  /**
   * Answers with versions. Few of the keys that are looked at are asked for, so it looks at some
   * pages before it answers: a difference is found with few messages however much is held.
   */
  private final class VersionsAnswer implements RecordStore.ScanCallback {
    private static final int PAGES_MAX = 16;

    private final ReadVersions request;
    private final Consumer<VersionsOutcome> callback;
    private final List<KeyVersion> held = new ArrayList<>();
    private int pages;

    VersionsAnswer(ReadVersions request, Consumer<VersionsOutcome> callback) {
      this.request = request;
      this.callback = callback;
    }

    void readOn(RecordStore.Range range) {
      pages++;
      store.scan(range, this);
    }

    @Override
    public void page(RecordStore.Page page) {
      page.entries().stream()
          .filter(entry -> present(request.partition(), entry.record()) != null)
          .filter(entry -> request.leaves().get(HashTree.leafOf(RecordHash.ofKey(entry.key()))))
          .map(entry -> new KeyVersion(entry.key(), entry.record().version()))
          .forEach(held::add);
      Key reached = reached(page);
      RecordStore.Range range = request.range();
      if (reached == null || pages == PAGES_MAX || held.size() >= range.recordsMax() / 2) {
        callback.accept(new Versions(held, reached));
      } else {
        readOn(
            new RecordStore.Range(
                range.partition(),
                range.tenant(),
                range.prefix(),
                reached.bytes(),
                range.recordsMax(),
                range.bytesMax()));
      }
    }

    @Override
    public void failed(StorageFault fault) {
      readFailed(request.partition(), fault);
      callback.accept(refusal(fault));
    }
  }

  /** The last key of a page that was looked at; null if it was the last of the range. */
  private static @Nullable Key reached(RecordStore.Page page) {
    return page.complete() ? null : page.entries().getLast().key();
  }

  /** Answers with a page. */
  private final class PageAnswer implements RecordStore.ScanCallback {
    private final int partition;
    private final Consumer<RangeOutcome> callback;

    PageAnswer(int partition, Consumer<RangeOutcome> callback) {
      this.partition = partition;
      this.callback = callback;
    }

    @Override
    public void page(RecordStore.Page page) {
      List<RecordStore.Entry> entries =
          page.entries().stream()
              .filter(entry -> present(partition, entry.record()) != null)
              .toList();
      callback.accept(new Records(entries, reached(page)));
    }

    @Override
    public void failed(StorageFault fault) {
      readFailed(partition, fault);
      callback.accept(refusal(fault));
    }
  }

  /** Other replicas answer in place of this one, so nobody would notice unless it is said. */
  private void readFailed(int partition, StorageFault fault) {
    if (fault.kind() != StorageFault.Kind.CLOSED) {
      facts.accept(new Fact.ReadFailed(fault.message()));
    }
    if (fault.kind() == StorageFault.Kind.CORRUPT) {
      foundDamaged(partition, fault.message());
    }
  }

  private void foundDamaged(int partition, String why) {
    IntConsumer told = mender;
    if (told == null || partition >= damaged.length || damaged[partition]) {
      return;
    }
    damaged[partition] = true;
    trees.doubt(partition);
    if (placements.isFilling(self, partition)) {
      facts.accept(Fact.Window.DAMAGED_WHILE_FILLING);
    }
    facts.accept(new Fact.PartitionDamaged(partition, why));
    told.accept(partition);
  }

  /** Partitions out of service, since something in them cannot be read. */
  public int damaged() {
    int count = 0;
    for (boolean each : damaged) {
      count += each ? 1 : 0;
    }
    return count;
  }

  public boolean isDamaged(int partition) {
    return damaged[partition];
  }

  /** Whether a damaged partition can be read after all; it is not served before it is said so. */
  public void lookAgain(int partition, Consumer<Boolean> callback) {
    new Rereading(store, partition, placements, callback).readOn();
  }

  /** A damaged partition can be read: whatever was acknowledged lies there, so it is served. */
  public void damageGone(int partition) {
    damaged[partition] = false;
    facts.accept(new Fact.DamageGone(partition));
  }

  /**
   * Takes away all that lies in a damaged partition, if nothing of it is under way, and serves it
   * again: as one that is filled.
   *
   * @param callback told whether it is gone, durably
   */
  public void dropDamaged(int partition, Consumer<Boolean> callback) {
    if (keysWriting[partition] > 0) {
      callback.accept(false);
      return;
    }
    trees.doubt(partition);
    store.drop(
        partition,
        new RecordStore.PutCallback() {
          @Override
          public void stored() {
            cache.clear();
            trees.doubt(partition);
            damaged[partition] = false;
            facts.accept(new Fact.DamageDropped(partition));
            callback.accept(true);
          }

          @Override
          public void failed(StorageFault fault) {
            facts.accept(Fact.Window.DAMAGE_NOT_DROPPED);
            callback.accept(false);
          }
        });
  }

  private static Refused refusal(StorageFault fault) {
    return new Refused("disk: " + fault.message());
  }
}
