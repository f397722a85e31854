package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.history.History;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.Mark;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadHistory;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.replica.EpochAdmission.Admissible;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.replication.replica.memory.KeysInMemory;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import io.quorate.storage.ArrivalStore;
import io.quorate.storage.HistoryStore.Kept;
import io.quorate.storage.NoteStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The records this node holds of its partitions. Merges each write that comes in with the newest
 * record of its key, and answers it once the merge is durable, whether this write or another one
 * stored it. Lives on one lane.
 *
 * <p>Every request passes the {@link EpochAdmission} first; writes go on to {@link Merging},
 * questions to {@link Answering}.
 */
public final class Replica implements OwnReplica {
  private final Clock clock;
  private final HybridClock hybridClock;
  private final ReplicaRules rules;
  private final OwnedPartitions owned;
  private final KeysInMemory memory;
  private final Trees trees;
  private final History history;
  private final CutView cuts;
  private final PurgeView purgeView;
  private final Notes notes;
  private final Tenures tenures;
  private final Damage damage;
  private final EpochAdmission epochAdmission;
  private final Arrivals arrivals;
  private final PurgedLeftovers remains;
  private final Clearing clearing;
  private final Completing completing;
  private final VersionConflicts conflicts;
  private final StampBound stamps;
  private final Merging merging;
  private final Answering answering;

  /**
   * What it works with.
   *
   * @param listeners told of each change, in this order, after the hash trees
   */
  public record Collaborators(
      NodeId self,
      RecordStore store,
      ArrivalStore arrivals,
      NoteStore notes,
      Clock clock,
      HybridClock hybridClock,
      CacheSizes cacheSizes,
      NoteLimits noteLimits,
      Consumer<Event> events,
      List<ReplicaListener> listeners) {
    public Collaborators {
      listeners = List.copyOf(listeners);
    }

    /** Of a replica whose hash trees alone are told of changes. */
    public Collaborators(
        NodeId self,
        RecordStore store,
        ArrivalStore arrivals,
        NoteStore notes,
        Clock clock,
        HybridClock hybridClock,
        CacheSizes cacheSizes,
        NoteLimits noteLimits,
        Consumer<Event> events) {
      this(
          self,
          store,
          arrivals,
          notes,
          clock,
          hybridClock,
          cacheSizes,
          noteLimits,
          events,
          List.of());
    }

    /** Adds a listener of changes, told after the others. */
    public Collaborators and(ReplicaListener listener) {
      List<ReplicaListener> all = new ArrayList<>(listeners);
      all.add(listener);
      return new Collaborators(
          self, store, arrivals, notes, clock, hybridClock, cacheSizes, noteLimits, events, all);
    }

    /** Returns these with notes that are kept elsewhere. */
    public Collaborators with(NoteStore other) {
      return new Collaborators(
          self,
          store,
          arrivals,
          other,
          clock,
          hybridClock,
          cacheSizes,
          noteLimits,
          events,
          listeners);
    }
  }

  public Replica(Collaborators with, Placements placements) {
    this(with, placements, new ReplicaRules());
  }

  Replica(Collaborators with, Placements placements, ReplicaRules rules) {
    var context = new ReplicaContext(with.store(), with.clock(), rules, with.events());
    clock = with.clock();
    hybridClock = with.hybridClock();
    this.rules = rules;
    owned = new OwnedPartitions(with.self(), placements);
    memory = new KeysInMemory(owned.partitions(), with.cacheSizes());
    trees = new Trees(with.store(), new HeldHere(rules), clock, placements);
    history =
        new History(with.self(), with.store().history(), clock, hybridClock, rules, with.events());
    cuts = new CutView(owned, context, hybridClock, history);
    purgeView = new PurgeView(owned, rules, trees, cuts);
    notes =
        new Notes(
            context,
            with.notes(),
            with.hybridClock(),
            with.noteLimits(),
            purgeView,
            owned.partitions());
    tenures = new Tenures(with.self(), owned.partitions());
    List<ReplicaListener> told = new ArrayList<>(with.listeners());
    told.addFirst(tenures);
    told.addFirst(new HistoryCleared(history));
    TreeUpdates treeUpdates = new TreeUpdates(trees, purgeView, rules);
    ReplicaListener listeners = new Listeners(treeUpdates, told);
    damage = new Damage(context, owned, memory, listeners);
    epochAdmission = new EpochAdmission(context, owned, purgeView, cuts, damage);
    conflicts = new VersionConflicts(owned, with.events());
    stamps = new StampBound(owned, context, hybridClock);
    merging =
        new Merging(
            new MergeParts(
                context.store(),
                context.events(),
                conflicts,
                stamps,
                context.rules(),
                owned,
                purgeView,
                cuts,
                history,
                notes,
                memory,
                listeners,
                treeUpdates,
                damage,
                epochAdmission));
    answering = new Answering(context, purgeView, notes, memory, trees, damage);
    arrivals =
        new Arrivals(context, with.arrivals(), owned, trees, damage, epochAdmission, merging);
    remains = new PurgedLeftovers(context, owned, trees, damage, merging);
    clearing = new Clearing(with.store(), owned, memory, listeners, damage, epochAdmission);
    completing = new Completing(context, hybridClock, owned, stamps, notes, history);
    placementsChanged(placements);
  }

  /** What the trees are told of what is held, and how they have it taken away. */
  private final class HeldHere implements Trees.Held {
    private final ReplicaRules rules;

    HeldHere(ReplicaRules rules) {
      this.rules = rules;
    }

    @Override
    public @Nullable RecordHeader reported(int partition, Key key, Record read) {
      RecordHeader durable = memory.durableOr(key, read);
      return durable == null || purgeView.mayDrop(partition, key, durable)
          ? null
          : purgeView.present(partition, purgeView.model(key), durable);
    }

    @Override
    public boolean isDamaged(int partition) {
      return damage.isDamaged(partition);
    }

    @Override
    public boolean isWriting(int partition) {
      return memory.isWriting(partition);
    }

    @Override
    public boolean trusts(int leftByBoot, int boot) {
      return rules.trustsTree(leftByBoot, boot);
    }

    @Override
    public long keptUpTo(long told, long handedIn) {
      return rules.keepsUpTo(told, handedIn);
    }

    @Override
    public boolean forgets() {
      return rules.forgetsTrees();
    }

    @Override
    public void unreadable(int partition, StorageFault fault) {
      damage.readFailed(partition, fault);
    }

    @Override
    public boolean mayDrop(int partition, Key key, Record record) {
      return purgeView.mayDrop(partition, key, record);
    }

    @Override
    public void drop(int partition, Key key, Runnable ended) {
      merging.drop(partition, key, held -> mayDrop(partition, key, held), dropped -> ended.run());
    }
  }

  /**
   * From now on a partition that cannot be read is out of service at once, and {@code mender} is
   * told of it, once, until it is in service again.
   */
  public void onDamage(IntConsumer mender) {
    damage.onDamage(mender);
  }

  /** Learns where everything lives; requests that waited for that are served. */
  public void placementsChanged(Placements next) {
    owned.placementsChanged(next);
    history.placementsChanged(next);
    tenures.placementsChanged(next);
    trees.placementsChanged(next);
    arrivals.placementsChanged(next);
    epochAdmission.placementsChanged(next);
    cuts.placementsChanged();
    arrivals.tick();
  }

  @Override
  public int tenure(int partition) {
    return tenures.of(partition);
  }

  /** Whether a partition is served at the epoch of the newest placements. */
  public boolean isServed(int partition) {
    return epochAdmission.isServed(partition);
  }

  /** What has become here of the newest cut. */
  public CutStanding cutStanding() {
    return cuts.standing();
  }

  /** For how long what histories keep has been too old, at most, in milliseconds. */
  public long historyOverdueMillis() {
    return history.overdueMillis();
  }

  /** What the replica holds, hashed. */
  public Trees trees() {
    return trees;
  }

  /** Requests that gave up waiting for their epoch are let go. Called a few times a second. */
  public void tick() {
    arrivals.tick();
    epochAdmission.tick();
    cuts.tick();
    history.tick();
    notes.tick();
  }

  /** Ballots are ahead of clocks, and would move them. */
  private void observe(Record record) {
    if (!record.isOfRegister()) {
      hybridClock.observe(record.version().hlc(), clock.wallMillis());
    }
  }

  @Override
  public void write(Write request, Consumer<WriteOutcome> callback) {
    observe(request.record());
    epochAdmission.admitWrite(
        Admissible.of(request),
        () ->
            merging.mergeBrought(
                request.partition(), request.key(), request.record(), request.cause(), callback),
        callback);
  }

  /**
   * Merges finished records that this replica lacked when it was compared; answers when all of them
   * are durable or refused. What is held of them is read together.
   */
  public void writeAll(WriteRecords request, Consumer<WritesOutcome> callback) {
    for (RecordStore.Entry entry : request.entries()) {
      observe(entry.record());
    }
    epochAdmission.admit(
        Admissible.of(request),
        () -> merging.mergeAll(request.partition(), request.entries(), callback),
        callback,
        callback);
  }

  @Override
  public void writeFresh(
      int partition,
      long epoch,
      int timeoutMillis,
      Key key,
      Stamper stamper,
      Consumer<WriteOutcome> callback) {
    admitOwn(
        new Admissible(partition, epoch, timeoutMillis),
        () -> merging.merge(partition, key, stamper, Cause.FRESH, callback),
        callback);
  }

  @Override
  public void writeFenced(
      int partition,
      long epoch,
      int timeoutMillis,
      Key key,
      Stamper stamper,
      Consumer<WriteOutcome> callback) {
    admitOwn(
        new Admissible(partition, epoch, timeoutMillis),
        () -> merging.merge(partition, key, stamper, Cause.FENCED, callback),
        callback);
  }

  @Override
  public void writeAgain(Write request, Consumer<WriteOutcome> callback) {
    observe(request.record());
    Stamper finished = (held, promised) -> request.record();
    admitOwn(
        Admissible.of(request),
        () ->
            merging.merge(request.partition(), request.key(), finished, request.cause(), callback),
        callback);
  }

  private void admitOwn(Admissible request, Runnable serve, Consumer<WriteOutcome> callback) {
    if (rules.fencesOwnWrites()) {
      epochAdmission.admit(request, serve, callback, callback);
    } else {
      serve.run();
    }
  }

  @Override
  public void read(Read request, Consumer<ReadOutcome> callback) {
    hybridClock.observe(request.hlc(), clock.wallMillis());
    epochAdmission.admitQuestion(
        request, () -> answering.read(request, callback), callback, callback);
  }

  @Override
  public void probe(Probe request, Consumer<ProbeOutcome> callback) {
    epochAdmission.admitQuestion(
        request, () -> answering.probe(request, callback), callback, callback);
  }

  @Override
  public void prepare(Prepare request, Consumer<PrepareOutcome> callback) {
    if (request.mark() != Mark.NONE) {
      // A replica that is being filled stores a mark, as it does with records.
      hybridClock.observe(request.ballot().hlc(), clock.wallMillis());
      epochAdmission.admit(
          Admissible.of(request), () -> merging.mark(request, callback), callback, callback);
      return;
    }
    epochAdmission.admitQuestion(
        request,
        () -> merging.promise(request.partition(), request.key(), request.ballot(), callback),
        callback,
        callback);
  }

  /** Does as {@link #read} for this node itself, which knows whether it is being filled. */
  public void readOwn(Read request, Consumer<ReadOutcome> callback) {
    epochAdmission.admit(
        Admissible.of(request), () -> answering.read(request, callback), callback, callback);
  }

  @Override
  public void readRange(ReadRange request, Consumer<RangeOutcome> callback) {
    epochAdmission.admitQuestion(
        request, () -> answering.readRange(request, callback), callback, callback);
  }

  @Override
  public void readImage(ReadImage request, Consumer<RangeOutcome> callback) {
    cuts.read(request, callback);
  }

  /** Reads a page for this node itself as it lies on the disk, with what it has promised. */
  public void readOwnRaw(ReadRange request, Consumer<RangeOutcome> callback) {
    epochAdmission.admit(
        Admissible.of(request), () -> answering.readRaw(request, callback), callback, callback);
  }

  /** Reads a page of the versions that are kept here since they were replaced. */
  public void readHistory(ReadHistory request, Consumer<RangeOutcome> callback) {
    epochAdmission.admitQuestion(
        request, () -> answering.readHistory(request, history, callback), callback, callback);
  }

  /** Tenants of which this replica keeps what is replaced in a partition. */
  public List<Integer> tenantsWithHistory(int partition) {
    return history.tenants(partition);
  }

  /**
   * Keeps versions that another replica has kept since they were replaced.
   *
   * @param callback told whether all of them are durable here
   */
  public void keepCopied(int partition, List<Kept> versions, Consumer<Boolean> callback) {
    completing.keep(partition, versions, callback);
  }

  /** Reads what is durable here under some keys. */
  public void readRecords(ReadRecords request, Consumer<RangeOutcome> callback) {
    epochAdmission.admitQuestion(
        request, () -> answering.readRecords(request, callback), callback, callback);
  }

  /** The same for this node itself, which knows whether it is being filled. */
  public void readOwnRecords(ReadRecords request, Consumer<RangeOutcome> callback) {
    epochAdmission.admit(
        Admissible.of(request), () -> answering.readRecords(request, callback), callback, callback);
  }

  /** Compares what is durable here with the asker's hash tree. */
  public void compareTree(CompareTree request, Consumer<TreeOutcome> callback) {
    epochAdmission.admitQuestion(
        request, () -> answering.compareTree(request, callback), callback, callback);
  }

  /** Says which versions are durable here of the keys of some leaves of the hash tree. */
  public void readVersions(ReadVersions request, Consumer<VersionsOutcome> callback) {
    epochAdmission.admitQuestion(
        request, () -> answering.readVersions(request, callback), callback, callback);
  }

  /** The same for this node itself, which knows whether it is being filled. */
  public void readOwnVersions(ReadVersions request, Consumer<VersionsOutcome> callback) {
    epochAdmission.admit(
        Admissible.of(request),
        () -> answering.readVersions(request, callback),
        callback,
        callback);
  }

  /**
   * Takes away what lies in a partition of tenants of which this node is no replica there, as far
   * as the replicas may have purged it since.
   *
   * @param callback told whether nothing of that is left
   */
  public void sweepRemains(int partition, List<Integer> tenants, Consumer<Boolean> callback) {
    remains.sweep(partition, tenants, callback);
  }

  /**
   * Takes away all that lies in a partition that this node has left, unless it is this node's
   * again, or something of it is under way.
   *
   * @param callback told whether it is gone, durably
   */
  public void dropRemains(int partition, Consumer<Boolean> callback) {
    clearing.clear(partition, callback);
  }

  /**
   * The same of all that some tenants have in a partition, unless this node has to keep it.
   *
   * @param callback told whether it is gone, durably
   */
  public void dropRemains(int partition, List<Integer> tenants, Consumer<Boolean> callback) {
    clearing.clear(partition, tenants, callback);
  }

  /** Another part of this node could not read something of a partition. */
  public void readFailed(int partition, StorageFault fault) {
    damage.readFailed(partition, fault);
  }

  /** Whether a write of some tenants in a partition is under way. */
  public boolean isWriting(int partition, IntPredicate tenants) {
    return memory.isWriting(partition, tenants);
  }

  /**
   * This replica of the set that a partition moves to holds what a majority of the set before held.
   * It does not count as complete before it counts as forgotten what those were offered, and before
   * its history begins again or reaches as far back as theirs, if others have one that it lacks.
   *
   * @param offered the highest hybrid time that any of them was offered, see {@code SameTree}; this
   *     replica is not among them
   * @param stays whether it was of the set before
   * @param histories of others that were taken: their marks by tenant
   * @param callback told whether that is durable
   */
  public void copied(
      int partition,
      long offered,
      boolean stays,
      Map<Integer, ? extends Collection<Long>> histories,
      Consumer<Boolean> callback) {
    completing.moved(partition, offered, stays, histories, callback);
  }

  /**
   * Does the same for a replica that was filled from a majority of the others.
   *
   * @param offered the highest hybrid time that any of them was offered
   * @param histories of others that were taken: their marks by tenant
   * @param callback told whether that is durable
   */
  public void filled(
      int partition,
      long offered,
      Map<Integer, ? extends Collection<Long>> histories,
      Consumer<Boolean> callback) {
    completing.filled(partition, offered, histories, callback);
  }

  /**
   * Syncs all that is durable here, where that is done later.
   *
   * @param callback told whether it is
   */
  public void sync(Consumer<Boolean> callback) {
    completing.sync(callback);
  }

  /** Records of one version that met here since the start, by the process that stamped them. */
  public List<VersionConflicts.Of> versionConflicts() {
    return conflicts.list();
  }

  /** Records refused since the start, for no clock can have stamped them. */
  public long stampsRefused() {
    return stamps.refused();
  }

  /** Partitions out of service, since something in them cannot be read. */
  public int damaged() {
    return damage.count();
  }

  public boolean isDamaged(int partition) {
    return damage.isDamaged(partition);
  }

  /** Whether a damaged partition can be read after all; it is not served before it is said so. */
  public void lookAgain(int partition, Consumer<Boolean> callback) {
    damage.lookAgain(partition, callback);
  }

  /** A damaged partition can be read: whatever was acknowledged lies there, so it is served. */
  public void damageGone(int partition) {
    damage.gone(partition);
  }

  /**
   * Takes away all that lies in a damaged partition, if nothing of it is under way, and serves it
   * again: as one that is filled.
   *
   * @param callback told whether it is gone, durably
   */
  public void dropDamaged(int partition, Consumer<Boolean> callback) {
    damage.drop(partition, callback);
  }
}
