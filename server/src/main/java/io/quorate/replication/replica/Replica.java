package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldVersion;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.KeyVersion;
import io.quorate.replication.message.ReplicaMessage.NoTree;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.RecordHash;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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

  /** Keys with writes under way. Only looked up by key: its order is never seen. */
  private final Map<Key, KeyWrites> writing = new HashMap<>();

  /** Makes the record of a fresh write, once it is known what the replica holds. */
  public interface Stamper {
    /**
     * @param held version of the newest record here, not necessarily durable; null if there is none
     * @return the record; or null if the write was given up while it waited, and must have no
     *     effect
     */
    @Nullable Record stamp(@Nullable Version held);
  }

  /**
   * @param cacheBytes how much memory records used lately may take
   */
  public Replica(
      NodeId self,
      RecordStore store,
      Clock clock,
      HybridClock hybridClock,
      Placements placements,
      long cacheBytes,
      Consumer<Fact> facts) {
    this(self, store, clock, hybridClock, placements, cacheBytes, facts, new Rules());
  }

  Replica(
      NodeId self,
      RecordStore store,
      Clock clock,
      HybridClock hybridClock,
      Placements placements,
      long cacheBytes,
      Consumer<Fact> facts,
      Rules rules) {
    this.self = self;
    this.store = store;
    this.clock = clock;
    this.hybridClock = hybridClock;
    this.facts = facts;
    this.placements = placements;
    this.gate = new EpochGate(placements.partitions().size(), rules);
    this.parking = new Parking(clock, facts);
    this.cache = new RecordCache(cacheBytes);
    this.rules = rules;
    this.trees = new Trees(store, this::reported, clock, placements);
    placementsChanged(placements);
  }

  /** Learns where everything lives; requests that waited for that are served. */
  public void placementsChanged(Placements next) {
    placements = next;
    trees.placementsChanged(next);
    for (int partition = 0; partition < next.partitions().size(); partition++) {
      if (gate.raise(partition, next.epoch(partition))) {
        parking.resume(partition);
      }
    }
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
    Stamper finished = held -> request.record();
    store(
        new Admissible(request.partition(), request.epoch(), request.timeoutMillis()),
        request.key(),
        finished,
        request.cause(),
        callback);
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
  private record Admissible(int partition, long epoch, int timeoutMillis) {}

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
        facts.accept(new Fact.StaleEpochRefused());
        stale.accept(new StaleEpoch(gate.current(partition)));
      }
      case AHEAD ->
          parking.park(
              partition,
              request.timeoutMillis(),
              () -> admit(request, serve, stale, refuse),
              refuse);
      case SERVE -> {
        if (placements.partitions().get(partition).preferenceList().contains(self)) {
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
    gate.lease(partition);
    Consumer<WriteOutcome> returningLease =
        outcome -> {
          if (gate.release(partition)) {
            parking.resume(partition);
          }
          callback.accept(outcome);
        };
    arrive(partition, key, new Merge(partition, key, stamper, cause, returningLease));
  }

  private void arrive(int partition, Key key, Merge merge) {
    KeyWrites known = writing.get(key);
    if (known != null) {
      known.arrive(merge);
      return;
    }
    KeyWrites loading = new KeyWrites();
    writing.put(key, loading);
    loading.arrive(merge); // before the read, which may answer at once
    Record cached = cache.get(key);
    if (cached != null) {
      loading.loaded(cached);
      forgetIfIdle(key, loading);
      return;
    }
    store.get(
        partition,
        key,
        new RecordStore.GetCallback() {
          @Override
          public void found(@Nullable Record record) {
            loading.loaded(record);
            forgetIfIdle(key, loading);
          }

          @Override
          public void failed(StorageFault fault) {
            readFailed(fault);
            loading.loadFailed(fault);
            forgetIfIdle(key, loading);
          }
        });
  }

  private @Nullable Record reported(Key key, Record read) {
    KeyWrites writes = writing.get(key);
    return writes == null ? read : writes.durableOr(read);
  }

  private void forgetIfIdle(Key key, KeyWrites writes) {
    if (writes.isIdle() && writing.remove(key, writes)) {
      Record durable = writes.durable();
      if (durable == null) {
        cache.remove(key);
      } else {
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
      Record held = at.newest();
      Record record = stamper.stamp(held == null ? null : held.version());
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
        trees.changed(partition, key, writes.becameDurable(putting), putting);
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
        forgetIfIdle(key, writes);
      }
    }
  }

  /** Compares what is durable here with what the asker knows. */
  public void read(Read request, Consumer<ReadOutcome> callback) {
    admit(
        new Admissible(request.partition(), request.epoch(), request.timeoutMillis()),
        () -> look(request, callback),
        callback,
        reason -> callback.accept(new Refused(reason)));
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

    /** Whether what is found now is what is durable now; an answer that comes later may be old. */
    private boolean fresh;

    Comparison(Read request, Consumer<ReadOutcome> callback) {
      this.request = request;
      this.callback = callback;
    }

    @Override
    public void found(@Nullable Record held) {
      if (held != null && fresh && !writing.containsKey(request.key())) {
        cache.put(request.key(), held);
      }
      callback.accept(compare(held));
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
      readFailed(fault);
      callback.accept(refusal(fault));
    }
  }

  /** Reads a page of what is durable here. */
  public void readRange(ReadRange request, Consumer<RangeOutcome> callback) {
    admit(
        new Admissible(request.partition(), request.epoch(), request.timeoutMillis()),
        () -> store.scan(request.range(), new PageAnswer(callback)),
        callback,
        reason -> callback.accept(new Refused(reason)));
  }

  /** Compares what is durable here with the asker's hash tree. */
  public void compareTree(CompareTree request, Consumer<TreeOutcome> callback) {
    admit(
        new Admissible(request.partition(), request.epoch(), request.timeoutMillis()),
        () -> {
          HashTree tree = trees.tree(request.partition(), request.factor());
          if (tree == null) {
            trees.build(List.of(request.partition()));
            callback.accept(NoTree.INSTANCE);
          } else {
            boolean same = tree.root() == request.root();
            callback.accept(same ? SameTree.INSTANCE : new OtherTree(HashTree.of(tree.leaves())));
          }
        },
        callback,
        reason -> callback.accept(new Refused(reason)));
  }

  /** Says which versions are durable here of the keys of some leaves of the hash tree. */
  public void readVersions(ReadVersions request, Consumer<VersionsOutcome> callback) {
    admit(
        new Admissible(request.partition(), request.epoch(), request.timeoutMillis()),
        () -> store.scan(request.range(), new VersionsAnswer(request.leaves(), callback)),
        callback,
        reason -> callback.accept(new Refused(reason)));
  }

  /** Answers with the versions of a page. */
  private final class VersionsAnswer implements RecordStore.ScanCallback {
    private final BitSet leaves;
    private final Consumer<VersionsOutcome> callback;

    VersionsAnswer(BitSet leaves, Consumer<VersionsOutcome> callback) {
      this.leaves = leaves;
      this.callback = callback;
    }

    @Override
    public void page(RecordStore.Page page) {
      List<KeyVersion> held =
          page.entries().stream()
              .filter(entry -> leaves.get(HashTree.leafOf(RecordHash.ofKey(entry.key()))))
              .map(entry -> new KeyVersion(entry.key(), entry.record().version()))
              .toList();
      callback.accept(new Versions(held, page.complete() ? null : page.entries().getLast().key()));
    }

    @Override
    public void failed(StorageFault fault) {
      readFailed(fault);
      callback.accept(refusal(fault));
    }
  }

  /** Answers with a page. */
  private final class PageAnswer implements RecordStore.ScanCallback {
    private final Consumer<RangeOutcome> callback;

    PageAnswer(Consumer<RangeOutcome> callback) {
      this.callback = callback;
    }

    @Override
    public void page(RecordStore.Page page) {
      callback.accept(new Records(page.entries(), page.complete()));
    }

    @Override
    public void failed(StorageFault fault) {
      readFailed(fault);
      callback.accept(refusal(fault));
    }
  }

  /** Other replicas answer in place of this one, so nobody would notice unless it is said. */
  private void readFailed(StorageFault fault) {
    if (fault.kind() != StorageFault.Kind.CLOSED) {
      facts.accept(new Fact.ReadFailed(fault.message()));
    }
  }

  private static Refused refusal(StorageFault fault) {
    return new Refused("disk: " + fault.message());
  }
}
