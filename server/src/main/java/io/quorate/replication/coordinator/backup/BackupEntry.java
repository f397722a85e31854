package io.quorate.replication.coordinator.backup;

import io.quorate.model.Invariant;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.BackgroundEvent;
import io.quorate.replication.background.BackgroundEvent.BackupStep;
import io.quorate.replication.coordinator.backup.SealedCut.Images;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.event.Bound;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.replica.Replica;
import io.quorate.storage.RecordStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where pages of backups and records of restores begin, each in its turn: as background work does,
 * they make way for what clients ask of this node and of the replicas.
 */
public final class BackupEntry implements BackupPlane {
  /** Pieces of work that wait here or are under way, at most: more is refused. */
  private static final int PIECES_MAX = 4_096;

  /** Of these, how many are under way at a time. */
  private static final int UNDER_WAY_MAX = 32;

  /** Whose time has not come, and that others of other partitions pass, at most. */
  private static final int PASSED_MAX = 64;

  /** Encoding, decoding or merging more records at once would hold up a lane. */
  private static final int TOGETHER_MAX = 16;

  private static final int TOGETHER_BYTES_MAX = 64 << 10;

  private static final byte[] NO_KEY = {};

  private final Context context;
  private final RestoreWrite.Shared shared;
  private final BackgroundBudget budget;

  /** Why nothing is begun that is to end by a deadline; null if it may be. */
  private final LongFunction<@Nullable Failure> refusal;

  /** Told that there is something to look after. */
  private final Runnable added;

  private final SealedCut sealed;
  private final Deque<Piece> waiting = new ArrayDeque<>();

  /** Those in front of them, while the others are looked at: their time has not come. */
  private final Deque<Piece> passed = new ArrayDeque<>();

  private int underWay;
  private boolean beginning;

  /** A page, or records of one partition, that wait for their turn. */
  private abstract class Piece {
    final Tenant tenant;
    final int partition;
    final long deadlineNanos;
    private boolean begun;

    Piece(Tenant tenant, int partition, long deadlineNanos) {
      this.tenant = tenant;
      this.partition = partition;
      this.deadlineNanos = deadlineNanos;
    }

    /** Why it cannot be carried out now, beside what stands against all; null if it can. */
    @Nullable Failure refusal() {
      return null;
    }

    /** At which it is carried out. */
    Level level(Plan plan) {
      return usual(plan);
    }

    /** Whether this node knows all that it has to know for it. */
    boolean isDue(Plan plan) {
      return true;
    }

    /** Why it cannot be carried out where there is no plan: its tenant is gone. */
    Failure refusalOfTheGone() {
      return Failure.unknownTenant(tenant.name());
    }

    /** By which it is carried out; null if its tenant is gone. */
    @Nullable Plan plan() {
      return context.plans().plan(tenant.id(), partition);
    }

    final void begin(Plan plan, Level level) {
      begun = true;
      underWay++;
      carryOut(plan, level);
    }

    /** {@link #failed} or {@link #ended} follows, once. */
    abstract void carryOut(Plan plan, Level level);

    /** It has failed, be it begun or not. */
    abstract void failed(Failure failure);

    final void ended() {
      if (begun) {
        underWay--;
        goOn();
      }
    }
  }

  /**
   * @param own the replica of this node
   * @param budget how much may be read for backups, and written for restores
   * @param refusal why nothing is begun that is to end by a deadline; null if it may be
   * @param added told that there is something to look after
   */
  public BackupEntry(
      Context context,
      Replica own,
      MissedWrites hints,
      BackgroundBudget budget,
      LongFunction<@Nullable Failure> refusal,
      Runnable added) {
    this.added = added;
    this.context = context;
    this.shared = new RestoreWrite.Shared(context, own, hints);
    this.budget = budget;
    this.refusal = refusal;
    this.sealed = new SealedCut(context.plans().placements());
  }

  public void placementsChanged(Placements next) {
    sealed.placementsChanged(next);
  }

  @Override
  public void read(Tenant tenant, Part part, long deadlineNanos, PageCallback callback) {
    int partition = part.partition();
    int partitions = context.plans().placements().partitions().size();
    if (partition < 0 || partition >= partitions) {
      callback.failed(
          Failure.refused(
              Failure.Reason.INVALID,
              "there is no partition %d: the cluster has %d, which count from 0"
                  .formatted(partition, partitions)));
    } else if (tenant.isBeingRestored()) {
      callback.failed(Failures.beingRestored(tenant));
    } else {
      add(
          List.of(
              part.cut() == 0
                  ? new Page(tenant, part, deadlineNanos, callback)
                  : new PageOfCut(tenant, part, deadlineNanos, callback)),
          callback::failed);
    }
  }

  @Override
  public void look(
      Tenant tenant, int partition, long epoch, long deadlineNanos, LookCallback callback) {
    look(tenant, Part.of(partition, NO_KEY, 0), epoch, deadlineNanos, callback);
  }

  private void look(
      Tenant tenant, Part part, long epoch, long deadlineNanos, LookCallback callback) {
    add(List.of(new Look(tenant, part, epoch, deadlineNanos, callback)), callback::failed);
  }

  @Override
  public void store(Tenant tenant, List<Item> items, long deadlineNanos, StoreCallback callback) {
    int partitions = context.plans().placements().partitions().size();
    Map<Integer, List<RecordStore.Entry>> byPartition = new TreeMap<>();
    for (Item item : items) {
      Key key = new Key(tenant.id(), item.key());
      byPartition
          .computeIfAbsent(key.partition(partitions), none -> new ArrayList<>())
          .add(new RecordStore.Entry(key, item.record()));
    }
    Batch batch = new Batch(callback);
    List<Records> pieces = new ArrayList<>();
    byPartition.forEach(
        (partition, entries) ->
            together(entries)
                .forEach(
                    some ->
                        pieces.add(new Records(tenant, partition, some, deadlineNanos, batch))));
    batch.awaited = pieces.size();
    if (pieces.isEmpty()) {
      callback.stored();
    } else {
      add(pieces, callback::failed);
    }
  }

  /** Cuts records into parts that are sent together. */
  private static List<List<RecordStore.Entry>> together(List<RecordStore.Entry> entries) {
    List<List<RecordStore.Entry>> parts = new ArrayList<>();
    List<RecordStore.Entry> part = new ArrayList<>();
    long bytes = 0;
    for (RecordStore.Entry entry : entries) {
      if (part.size() == TOGETHER_MAX || bytes > TOGETHER_BYTES_MAX) {
        parts.add(part);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(entry);
      bytes += entry.record().bytes().length;
    }
    parts.add(part);
    return parts;
  }

  private void add(List<? extends Piece> pieces, Consumer<Failure> refused) {
    if (passed.size() + waiting.size() + underWay + pieces.size() > PIECES_MAX) {
      context.events().accept(Bound.OPERATIONS.overloaded());
      refused.accept(Failures.overloaded(PIECES_MAX + " parts of backups and restores"));
      return;
    }
    waiting.addAll(pieces);
    goOn();
    added.run();
  }

  /** Whether something waits for its turn. */
  public boolean isWaiting() {
    return !waiting.isEmpty() || !passed.isEmpty();
  }

  /**
   * Begins what is in turn, as far as clients leave time for it. What waits for one partition,
   * whose replicas have no budget, say, holds up what is behind it of that partition alone: the
   * order within a partition stays.
   */
  public void goOn() {
    if (beginning) {
      return; // one has ended at once
    }
    beginning = true;
    Set<Integer> heldUp = new HashSet<>();
    while (underWay < UNDER_WAY_MAX && passed.size() < PASSED_MAX && mayPass()) {
      Piece next = waiting.poll();
      if (next == null) {
        break;
      }
      if (heldUp.contains(next.partition) || !isTaken(next)) {
        passed.add(next);
        heldUp.add(next.partition);
      }
    }
    while (!passed.isEmpty()) {
      waiting.addFirst(passed.removeLast());
    }
    beginning = false;
  }

  /** Whether any piece can be begun that is behind one that cannot. */
  private boolean mayPass() {
    return passed.isEmpty() || !context.table().isCrowded();
  }

  /** Whether it was begun, or is not to be; else its time has not come. */
  private boolean isTaken(Piece piece) {
    Plan plan = piece.plan();
    Failure failure = refusal.apply(piece.deadlineNanos);
    failure = failure == null ? piece.refusal() : failure;
    if (failure == null && plan == null) {
      failure = piece.refusalOfTheGone();
    }
    if (failure != null || plan == null) {
      piece.failed(Invariant.present(failure, "a tenant that is gone is refused"));
      return true;
    }
    if (!piece.isDue(plan)
        || context.table().isCrowded()
        || !plan.replicas().stream().allMatch(budget::isOpen)) {
      return false;
    }
    Level level = piece.level(plan);
    if (!plan.stage().canReach(level)) {
      piece.failed(Failures.unreachableLevel(plan, level));
      return true;
    }
    piece.begin(plan, level);
    return true;
  }

  /** Such that it meets reads and writes at QUORUM, and at LOCAL_QUORUM in each region. */
  private static Level usual(Plan plan) {
    return plan.tenant().replication().goal().isByRegion() ? Level.EACH_QUORUM : Level.QUORUM;
  }

  private void took(Plan plan, int records, long bytes) {
    for (NodeId replica : plan.replicas()) {
      budget.took(replica, records);
      if (!replica.equals(context.self())) {
        budget.carried(replica, bytes);
      }
    }
  }

  /** A page of a partition. */
  private class Page extends Piece implements PageCallback {
    private final Part part;
    private final PageCallback callback;

    Page(Tenant tenant, Part part, long deadlineNanos, PageCallback callback) {
      super(tenant, part.partition(), deadlineNanos);
      this.part = part;
      this.callback = callback;
    }

    @Nullable Images images() {
      return null;
    }

    @Override
    final void carryOut(Plan plan, Level level) {
      took(plan, BackupRead.LOOKS_MAX, 0); // else as many pages as there are begin at once
      new BackupRead(
              context,
              plan,
              level,
              images(),
              this,
              looked -> took(plan, looked - BackupRead.LOOKS_MAX, 0))
          .start(part, deadlineNanos);
    }

    @Override
    public void page(List<Item> items, byte @Nullable [] next, boolean potentiallyStale) {
      context.events().accept(new BackgroundEvent.OfBackup(BackupStep.READ, items.size()));
      callback.page(items, next, potentiallyStale);
      ended();
    }

    @Override
    public void failed(Failure failure) {
      callback.failed(failure);
      ended();
    }
  }

  /** A page of which the first key is enough; at all replicas, and page after page. */
  private final class Look extends Page {
    private final long epoch;

    Look(Tenant tenant, Part part, long epoch, long deadlineNanos, LookCallback callback) {
      super(
          tenant,
          part,
          deadlineNanos,
          new Looking(BackupEntry.this, tenant, part, epoch, deadlineNanos, callback));
      this.epoch = epoch;
    }

    @Override
    Level level(Plan plan) {
      return context.rules().toFindEmpty();
    }

    /** Before, replicas may still take what a client was acknowledged after the look. */
    @Override
    boolean isDue(Plan plan) {
      return plan.epoch() >= epoch;
    }
  }

  /** What becomes of a page that was looked at. */
  private record Looking(
      BackupEntry entry,
      Tenant tenant,
      Part part,
      long epoch,
      long deadlineNanos,
      LookCallback callback)
      implements PageCallback {
    @Override
    public void page(List<Item> items, byte @Nullable [] next, boolean potentiallyStale) {
      if (!items.isEmpty()) {
        callback.found(items.getFirst().key());
      } else if (potentiallyStale) {
        callback.failed(BackupFailures.notSeen(tenant, part.partition()));
      } else if (next == null) {
        callback.empty();
      } else if (callback.isAwaited()) {
        entry.look(tenant, Part.of(part.partition(), next, 0), epoch, deadlineNanos, callback);
      }
    }

    @Override
    public void failed(Failure failure) {
      callback.failed(failure);
    }
  }

  /** A page of a partition as of a cut. */
  private final class PageOfCut extends Page {
    private final long cut;

    PageOfCut(Tenant tenant, Part part, long deadlineNanos, PageCallback callback) {
      super(tenant, part, deadlineNanos, callback);
      this.cut = part.cut();
    }

    @Override
    @Nullable Failure refusal() {
      return sealed.refusal(cut, tenant);
    }

    @Override
    @Nullable Images images() {
      return sealed.images(cut, tenant, partition);
    }

    @Override
    @Nullable Plan plan() {
      Images images = images();
      return images == null ? null : images.plan();
    }
  }

  /** What was asked to be stored at once. */
  private static final class Batch {
    private final StoreCallback callback;
    private int awaited;
    private @Nullable Failure failure;

    Batch(StoreCallback callback) {
      this.callback = callback;
    }

    void ended(@Nullable Failure why) {
      awaited--;
      failure = failure == null ? why : failure;
      if (awaited == 0) {
        if (failure == null) {
          callback.stored();
        } else {
          callback.failed(failure);
        }
      }
    }
  }

  /** Records of a batch that are of one partition. */
  private final class Records extends Piece implements StoreCallback {
    private final List<RecordStore.Entry> entries;
    private final Batch batch;

    Records(
        Tenant tenant,
        int partition,
        List<RecordStore.Entry> entries,
        long deadlineNanos,
        Batch batch) {
      super(tenant, partition, deadlineNanos);
      this.entries = entries;
      this.batch = batch;
    }

    /** The id went with the restore, when that was given up. */
    @Override
    Failure refusalOfTheGone() {
      return BackupFailures.notBeingRestored(tenant);
    }

    @Override
    void carryOut(Plan plan, Level level) {
      Failure refusal = batch.failure == null ? RestoreWrite.refusal(plan, tenant) : batch.failure;
      if (refusal != null) {
        failed(refusal);
        return;
      }
      long bytes = 0;
      for (RecordStore.Entry entry : entries) {
        bytes += entry.key().bytes().length + (long) entry.record().bytes().length;
      }
      took(plan, entries.size(), bytes);
      new RestoreWrite(shared, plan, entries, level, deadlineNanos, this).start();
    }

    @Override
    public void stored() {
      context.events().accept(new BackgroundEvent.OfBackup(BackupStep.STORED, entries.size()));
      batch.ended(null);
      ended();
    }

    @Override
    public void failed(Failure failure) {
      batch.ended(failure);
      ended();
    }
  }
}
