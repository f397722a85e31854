package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.placement.Cut;
import io.quorate.replication.history.History;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import java.time.Instant;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A replica's part in cuts: it keeps what was replaced since one was armed, fixes an image of each
 * partition as that is closed, and stores nothing afresh up to the time of a cut from then on
 * (docs/design/cuts.md).
 *
 * <p>Invariant: what is kept, and up to where nothing is taken afresh, is as of the epoch served.
 * What was admitted under an epoch before has ended, so it is in the image or nowhere here.
 *
 * <p>All of it is in memory. A replica that was started again has no image, and others do.
 */
final class CutView {
  /** Of what is kept, on one node: beyond, images are void rather than the heap full. */
  static final long KEPT_BYTES_MAX = 64L << 20;

  private final OwnedPartitions owned;
  private final ReplicaContext context;
  private final HybridClock hybridClock;
  private final History history;
  private final HeldBack heldBack;

  /** By partition: null if it is not part of a cut. */
  private final @Nullable PartitionCut[] cuts;

  /** By partition: no stamp up to here is taken afresh. */
  private final long[] floors;

  /** The sum of what all of them keep. */
  private long keptBytes;

  /** The newest cut that is known of, and the latest time at which a partition was armed for it. */
  private long newest;

  private long latestTime;
  private long lastReadNanos;

  CutView(OwnedPartitions owned, ReplicaContext context, HybridClock hybridClock, History history) {
    this.owned = owned;
    this.context = context;
    this.hybridClock = hybridClock;
    this.history = history;
    this.heldBack = new HeldBack(context.clock());
    this.cuts = new PartitionCut[owned.partitions()];
    this.floors = new long[owned.partitions()];
  }

  /** A new epoch of a partition is served; nothing is under way of those before it. */
  void serve(int partition) {
    Cut cut = owned.cut();
    follow(cut);
    floors[partition] = cut.floor();
    PartitionCut known = cuts[partition];
    if (known != null && !known.isOf(cut)) {
      end(partition, known);
      known = null;
    }
    if (cut.step() == Cut.Step.ARMED && known == null && owned.isOwner(partition)) {
      arm(partition, cut);
    } else if (cut.isOfPast() && known == null && owned.isOwner(partition)) {
      look(partition, cut);
    } else if (cut.step() == Cut.Step.CLOSED && known != null && known.isKeeping()) {
      known.close(context.store().image(), owned.purge(partition).purged());
      lastReadNanos = context.clock().nanos();
      context.events().accept(ReplicaEvent.Window.IMAGE_FIXED);
    } else if (known != null) {
      endKeeping(known, cut);
    }
  }

  /** When partitions were armed for a cut says nothing of another one. */
  private void follow(Cut cut) {
    if (cut.id() != newest) {
      newest = cut.id();
      latestTime = 0;
    }
  }

  /** The seal came before this replica had closed: what it has does not count. */
  private void endKeeping(PartitionCut known, Cut now) {
    if (now.step() == Cut.Step.SEALED && known.isKeeping()) {
      makeVoid(known, "it was sealed before this replica had closed it");
    }
  }

  private void makeVoid(PartitionCut cut, String why) {
    keptBytes -= cut.keptBytes();
    cut.makeVoid(why);
  }

  private void end(int partition, PartitionCut cut) {
    keptBytes -= cut.keptBytes();
    cut.end();
    cuts[partition] = null;
  }

  private void arm(int partition, Cut cut) {
    cuts[partition] = new PartitionCut(cut, owned::model);
    long now = hybridClock.read(context.clock().wallMillis());
    latestTime = Hlc.later(latestTime, now);
    if (!cut.covers(now)) {
      context.events().accept(ReplicaEvent.Window.ARMED_TOO_LATE);
    }
  }

  /** What lay here at a time that is over lies here, or is kept. */
  private void look(int partition, Cut cut) {
    PartitionCut known = new PartitionCut(cut, owned::model);
    cuts[partition] = known;
    lastReadNanos = context.clock().nanos();
    if (history.reachesBack(partition, cut.tenants(), cut.time())) {
      known.close(context.store().image(), owned.purge(partition).purged());
      context.events().accept(ReplicaEvent.Window.IMAGE_FIXED);
    } else {
      makeVoid(known, keptSince(history.since(partition, cut.tenants())));
    }
  }

  private static String keptSince(long since) {
    return since == 0 || Hlc.isBeyondEnd(since)
        ? "no history is kept there"
        : "its history begins at " + Instant.ofEpochMilli(Hlc.millis(since));
  }

  /** A cut has come further, or has ended, which gives no partition a new epoch. */
  void placementsChanged() {
    Cut cut = owned.cut();
    follow(cut);
    boolean isOver = cut.step() == Cut.Step.ENDED;
    for (int partition = 0; partition < cuts.length; partition++) {
      PartitionCut known = cuts[partition];
      if (known != null && (isOver || known.id() != cut.id())) {
        end(partition, known);
      } else if (known != null) {
        endKeeping(known, cut);
      }
    }
    if (isOver) {
      latestTime = 0;
    }
    if (cut.step() != Cut.Step.CLOSED) {
      heldBack.release();
    }
  }

  /** What was held back for too long goes on. */
  void tick() {
    heldBack.expire();
  }

  /**
   * Up to here no fresh stamp of a model is taken in a partition: a cut was closed at that time. Of
   * models without moments none is refused, for no image is judged by their times.
   */
  long floor(int partition, RecordModel model) {
    return model.hasMoments() ? context.rules().floorOfCut(floors[partition]) : 0;
  }

  /**
   * Whether a record is stamped where nothing is taken afresh, whatever is held: even one that is
   * held could be acknowledged now, and is in no image (docs/design/cuts.md#close).
   */
  boolean isBelowFloor(int partition, RecordModel model, Cause cause, Record record) {
    long floor = floors[partition];
    return floor != 0
        && cause.isFresh()
        && model.hasMoments()
        && model.isWithinPromise(record, floor)
        && context.rules().closesWhateverIsHeld();
  }

  /** Whether the whole of what is held of a tenant has to be known when something is merged. */
  boolean needsRecords(int partition, int tenant) {
    PartitionCut cut = cuts[partition];
    return cut != null && cut.isOfTenant(tenant) && (cut.isKeeping() || isClosing(cut));
  }

  private boolean isClosing(PartitionCut cut) {
    Cut now = owned.cut();
    return cut.isClosed() && now.step() == Cut.Step.CLOSED && cut.isOf(now);
  }

  /**
   * Two records have been merged, and the merge lies under their key or is about to. Of models
   * without moments nothing is kept: their image is what lies here at the close.
   *
   * @param held what lay there; null for nothing
   */
  void merged(
      int partition,
      RecordModel model,
      Key key,
      @Nullable Record held,
      Record arriving,
      Record merged) {
    PartitionCut cut = cuts[partition];
    if (cut == null
        || !model.hasMoments()
        || !cut.isKeeping()
        || !cut.isOfTenant(key.tenant())
        || !cut.isAboveTime(merged)) {
      return;
    }
    Record replaced = cut.upToTime(held);
    Record late = cut.upToTime(arriving);
    if (replaced != null) {
      context.events().accept(ReplicaEvent.Window.KEPT_FOR_CUT);
      keep(cut, key, context.rules().keptForCut(replaced));
    } else if (!cut.knows(key) && (held == null || held.unmarked() == null)) {
      keep(cut, key, late);
    } else if (late != null && cut.knows(key) && context.rules().keepsLateForCut()) {
      context.events().accept(ReplicaEvent.Window.CAME_LATE_FOR_CUT);
      Record before = cut.before(key);
      keep(cut, key, before == null ? late : model.merge(before, late));
    }
  }

  private void keep(PartitionCut cut, Key key, @Nullable Record record) {
    long before = cut.keptBytes();
    cut.keep(key, record);
    keptBytes += cut.keptBytes() - before;
    if (keptBytes > KEPT_BYTES_MAX) {
      makeVoid(cut, "more was written meanwhile than a node keeps in memory");
    }
  }

  /**
   * Whether a record is to wait that was brought: once it is answered it may be shown, and is in no
   * image (docs/design/cuts.md#seal). So does one that lies below something later here: who brings
   * it counts this replica. It waits for the seal, and not for long. Records of models without
   * moments never wait: of what a read shows of them after the close nothing is promised.
   *
   * @param held what lies there; null for nothing
   * @param hasWaited whether it was held back before
   * @param again does once more what led here
   */
  boolean isHeldBack(
      int partition,
      RecordModel model,
      Key key,
      Cause cause,
      Record record,
      @Nullable Record held,
      boolean hasWaited,
      Runnable again) {
    PartitionCut cut = cuts[partition];
    if (cut == null
        || !model.hasMoments()
        || cause.isFresh()
        || !isClosing(cut)
        || !cut.isOfTenant(key.tenant())
        || !cut.lacks(model, key, record, held)) {
      return false;
    }
    if (!hasWaited && context.rules().waitsForSeal() && heldBack.add(again)) {
      context.events().accept(ReplicaEvent.Window.WAITED_FOR_SEAL);
      return true;
    }
    if (context.rules().voidsImages()) {
      context.events().accept(ReplicaEvent.Window.IMAGE_VOID);
      makeVoid(cut, "a record up to its time was brought after it was fixed");
    }
    return false;
  }

  /** It is not known what lies in a partition. */
  void doubted(int partition) {
    PartitionCut cut = cuts[partition];
    if (cut != null) {
      makeVoid(cut, "the disk did not store a record");
    }
  }

  /** Reads a page of an image, or says that there is none. */
  void read(ReadImage request, Consumer<RangeOutcome> callback) {
    lastReadNanos = context.clock().nanos();
    int partition = request.partition();
    PartitionCut cut = partition < 0 || partition >= cuts.length ? null : cuts[partition];
    ImagePage.read(cut, request, context.rules(), callback);
  }

  /** What has become here of the newest cut. */
  CutStanding standing() {
    Cut now = owned.cut();
    BitSet armed = new BitSet(cuts.length);
    BitSet closed = new BitSet(cuts.length);
    BitSet voids = new BitSet(cuts.length);
    String whyVoid = "";
    long since = 0;
    for (int partition = 0; partition < cuts.length; partition++) {
      PartitionCut cut = cuts[partition];
      if (cut != null && cut.isOf(now)) {
        since = now.past() ? Hlc.later(since, history.since(partition, now.tenants())) : 0;
        armed.set(partition);
        closed.set(partition, cut.isWhole());
        String why = cut.whyVoid();
        if (why != null) {
          voids.set(partition);
          whyVoid = whyVoid.isEmpty() ? why : whyVoid;
        }
      }
    }
    return new CutStanding(
        now.id(), now.time(), armed, closed, latestTime, since, lastReadNanos, voids, whyVoid);
  }
}
