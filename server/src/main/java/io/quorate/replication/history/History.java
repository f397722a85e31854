package io.quorate.replication.history;

import io.quorate.event.Event;
import io.quorate.model.Invariant;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Copying;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.runtime.Clock;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.HistoryStore.Kept;
import io.quorate.storage.HistoryStore.KeptPage;
import io.quorate.storage.HistoryStore.Place;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the versions that something takes the place of at this replica, for as long as their tenant
 * says. So it is known what lay here at any moment since the mark of a place, which is a partition
 * of a tenant (docs/design/history.md). Lives on the lane of the records.
 *
 * <p>Invariant: of each moment at or after the mark of a place, and of each key, the last version
 * up to it that was ever stored here lies here, or is kept, unless it counts as nothing; and so
 * does one that is not older than any that had been acknowledged before this replica counted, or
 * shown.
 *
 * <p>What is kept is handed to the disk before what takes its place: a crash that loses the first
 * loses both.
 */
public final class History {
  /** What is kept lies in this number of buckets, each of which is taken away whole. */
  private static final int BUCKETS = 24;

  /** What is too old is taken away of this number of places at a time, if no more wait. */
  private static final int FORGOTTEN_AT_ONCE = 32;

  /** If more places wait, each time this part of them is served: one in eight. */
  private static final int WAITING_FOR_EACH = 8;

  /** Each removes a range, which costs the disk; where more fall due, all wait longer. */
  private static final int FORGOTTEN_AT_ONCE_MAX = 256;

  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * A history that is not wanted any more goes after this time. A node that has just started has
   * the last state that it acted upon, and hears the newest once there is a leader: in that, the
   * history may be wanted again.
   */
  private static final long ENDS_AFTER_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final NodeId self;
  private final HistoryStore store;
  private final Clock clock;
  private final HybridClock hybridClock;
  private final HistoryRules rules;
  private final Consumer<Event> events;

  /** By place: the hybrid time of its mark. */
  private final TreeMap<Place, Long> marks;

  /** Marks whose tenant has no history, as far as this node knows; since when, on the clock. */
  private final TreeMap<Place, Long> unwanted = new TreeMap<>();

  /** Marks of histories that end, until that is durable. */
  private final TreeMap<Place, Long> ending = new TreeMap<>();

  /** For how long each tenant with a history has what is kept, in milliseconds. */
  private Map<Integer, Long> lengths = new TreeMap<>();

  /**
   * Up to here what was replaced has been taken away since the start; by place, a hybrid time. Not
   * of tenants that were dropped, which have no history any more.
   */
  private final TreeMap<Place, Long> forgotten = new TreeMap<>();

  /** Of which something was taken away last; the next in turn come behind it. */
  private @Nullable Place served;

  /** For how long the place that has waited longest has, in milliseconds. */
  private long overdueMillis;

  /** Partitions to which others' histories may be on their way. */
  private BitSet brought = new BitSet();

  private @Nullable Placements last;
  private long lookNanos;

  public History(
      NodeId self,
      HistoryStore store,
      Clock clock,
      HybridClock hybridClock,
      HistoryRules rules,
      Consumer<Event> events) {
    this.self = self;
    this.store = store;
    this.clock = clock;
    this.hybridClock = hybridClock;
    this.rules = rules;
    this.events = events;
    this.marks = new TreeMap<>(store.load());
    this.lookNanos = clock.nanos() + LOOK_NANOS;
  }

  /** The duties have changed. Called before anything is stored under them. */
  public void placementsChanged(Placements next) {
    last = next;
    lengths = lengths(next);
    brought = marks.isEmpty() && lengths.isEmpty() ? new BitSet() : brought(next);
    for (int tenant : lengths.keySet()) {
      for (int partition = 0; partition < next.partitions().size(); partition++) {
        Place place = new Place(partition, tenant);
        if (!marks.containsKey(place) && next.isOwner(self, partition)) {
          mark(place, now(), HistoryEvent.BEGUN, Unawaited.INSTANCE);
        }
      }
    }
    for (Place place : marks.keySet()) {
      if (isUnwanted(next, place)) {
        unwanted.putIfAbsent(place, clock.nanos());
      } else {
        unwanted.remove(place);
      }
    }
    forgotten.keySet().removeIf(place -> next.tenants().dropped().contains(place.tenant()));
  }

  private BitSet brought(Placements placements) {
    BitSet found = new BitSet();
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      found.set(partition, placements.isFilling(self, partition) || arrives(placements, partition));
    }
    return found;
  }

  private boolean arrives(Placements placements, int partition) {
    PartitionPlacement placement = placements.partitions().get(partition);
    return placement.move() != null
        && placements.factors(partition).stream()
            .map(factor -> Copying.of(placement, factor, self))
            .anyMatch(copying -> copying != null && copying.arrives());
  }

  private static Map<Integer, Long> lengths(Placements placements) {
    Map<Integer, Long> lengths = new TreeMap<>();
    for (Tenant tenant : placements.tenants().values()) {
      long millis = tenant.get(TenantSetting.HISTORY_MILLIS);
      if (millis != 0) {
        lengths.put(tenant.id(), millis);
      }
    }
    return lengths;
  }

  private boolean isUnwanted(Placements placements, Place place) {
    if (place.partition() >= placements.partitions().size()) {
      return false; // of a cluster of which nothing was heard yet
    }
    boolean isGone = placements.tenants().dropped().contains(place.tenant());
    boolean isKnown = placements.tenant(place.tenant()) != null;
    return isGone
        || (isKnown && !lengths.containsKey(place.tenant()))
        || !placements.isOwner(self, place.partition());
  }

  /**
   * Whether what is replaced is kept: then the whole of it has to be known. It is, for as long as
   * the place has a mark.
   */
  public boolean keeps(int partition, int tenant) {
    return !marks.isEmpty()
        && marks.containsKey(new Place(partition, tenant))
        && (rules.goesOnKeeping() || lengths.containsKey(tenant));
  }

  /**
   * A record that was offered has been merged with what lay under its key, and the merge lies there
   * or is about to: keeps what of the two does not.
   *
   * @param held what lay there, as it lay there; null for nothing
   * @param offered what came
   * @param merged what lies there from now on
   * @param isStored whether the merge is handed to the disk, behind what is kept
   * @param late told when what came is durable, if it is kept though the merge is not stored
   * @return whether {@code late} will be told
   */
  public boolean merged(
      int partition,
      Key key,
      @Nullable Record held,
      Record offered,
      Record merged,
      boolean isStored,
      PutCallback late) {
    if (!keeps(partition, key.tenant())) {
      return false;
    }
    Record lies = merged.unmarked();
    if (lies == null) {
      return false;
    }
    Record replaced = held == null ? null : held.unmarked();
    if (replaced != null && rules.keepsReplaced() && isBefore(replaced, lies)) {
      keep(partition, key, replaced, lies.version().hlc(), HistoryEvent.KEPT, Unawaited.INSTANCE);
    }
    Record came = offered.unmarked();
    if (came == null || !rules.keepsLate() || !isBefore(came, lies)) {
      return false;
    }
    keep(
        partition,
        key,
        came,
        lies.version().hlc(),
        HistoryEvent.KEPT_LATE,
        isStored ? Unawaited.INSTANCE : late);
    return !isStored;
  }

  /** Whether there is a moment of which the first of two is the last one. */
  private static boolean isBefore(Record record, Record by) {
    return Long.compareUnsigned(record.version().hlc(), by.version().hlc()) < 0;
  }

  /**
   * A record is about to be taken off the disk, since it counts as nothing.
   *
   * @param purged up to where it does
   */
  public void dropped(int partition, Key key, Record held, long purged) {
    Record gone = held.unmarked();
    if (gone != null
        && !gone.isTombstone()
        && keeps(partition, key.tenant())
        && rules.keepsExpired()
        && Long.compareUnsigned(gone.version().hlc(), purged) < 0) {
      keep(partition, key, gone, purged, HistoryEvent.KEPT_EXPIRED, Unawaited.INSTANCE);
    }
  }

  private void keep(
      int partition, Key key, Record record, long until, HistoryEvent why, PutCallback told) {
    long width = width(lengths.getOrDefault(key.tenant(), TimeUnit.HOURS.toMillis(1)));
    long bucketEnd = (Hlc.millis(until) / width + 1) * width;
    store.keep(partition, key, record.asWritten(), until, bucketEnd, told);
    events.accept(why);
    if (why != HistoryEvent.COPIED && brought.get(partition)) {
      events.accept(HistoryEvent.KEPT_WHILE_COPYING);
    }
  }

  /**
   * Reads a page of what is kept of a tenant in a partition, for another replica.
   *
   * @param from where it begins, as the page before has said; empty for the first
   */
  public void read(
      int partition,
      int tenant,
      byte[] from,
      int versionsMax,
      int bytesMax,
      BiConsumer<KeptPage, Long> page,
      Consumer<StorageFault> failed) {
    Place place = new Place(partition, tenant);
    store.read(
        place,
        from,
        versionsMax,
        bytesMax,
        new HistoryStore.ReadCallback() {
          @Override
          public void page(KeptPage read) {
            // The mark of now: it was raised before anything that this page lacks was taken away.
            page.accept(read, marks.getOrDefault(place, Hlc.END));
          }

          @Override
          public void failed(StorageFault fault) {
            failed.accept(fault);
          }
        });
  }

  /** Tenants whose histories this replica has in a partition. */
  public List<Integer> tenants(int partition) {
    return marks.keySet().stream()
        .filter(place -> place.partition() == partition)
        .map(Place::tenant)
        .toList();
  }

  /**
   * Keeps what another replica has kept: in addition to what is kept here, be it of the same
   * version with another end.
   *
   * @param callback told whether all of it is durable
   */
  public void copied(int partition, List<Kept> versions, Consumer<Boolean> callback) {
    if (versions.isEmpty()) {
      callback.accept(true);
      return;
    }
    All all = new All(versions.size(), callback);
    for (Kept each : versions) {
      keep(partition, each.key(), each.record(), each.until(), HistoryEvent.COPIED, all);
    }
  }

  private static long width(long length) {
    return Math.max(1, length / BUCKETS);
  }

  /** Whether it is known here what some tenants had in a partition at a moment. */
  public boolean reachesBack(int partition, Collection<Integer> tenants, long moment) {
    boolean reaches = Long.compareUnsigned(since(partition, tenants), moment) <= 0;
    if (!reaches) {
      events.accept(HistoryEvent.ASKED_TOO_EARLY);
    }
    return reaches || !rules.looksSinceWhen();
  }

  /** The first moment of which that is known; the end of time if there is none. */
  public long since(int partition, Collection<Integer> tenants) {
    long since = 0;
    for (int tenant : tenants) {
      Long mark = marks.get(new Place(partition, tenant));
      since = Hlc.later(since, mark == null ? Hlc.END : mark);
    }
    return since;
  }

  /**
   * This replica was brought what others hold. Where it was brought what they keep, too, its mark
   * is the latest of theirs, behind all of that on the disk; elsewhere what it keeps begins again.
   *
   * @param concerned which tenants
   * @param taken by tenant: the marks of the replicas, once all that each of them keeps had been
   *     kept here, durably
   * @param callback told whether that is durable; it must not count before
   */
  public void broughtTo(
      int partition,
      IntPredicate concerned,
      Map<Integer, ? extends Collection<Long>> taken,
      Consumer<Boolean> callback) {
    List<Place> places =
        marks.keySet().stream()
            .filter(place -> place.partition() == partition && concerned.test(place.tenant()))
            .toList();
    if (places.isEmpty() || !rules.beginsAgain()) {
      callback.accept(true);
      return;
    }
    All all = new All(places.size(), callback);
    for (Place place : places) {
      Collection<Long> theirs = taken.get(place.tenant());
      long since = theirs == null || theirs.isEmpty() ? Hlc.END : rules.since(theirs);
      if (Hlc.isBeyondEnd(since)) {
        mark(place, now(), HistoryEvent.BEGUN_AGAIN, all);
      } else {
        mark(place, Hlc.later(since, forgotten.getOrDefault(place, 0L)), HistoryEvent.TAKEN, all);
      }
    }
  }

  private long now() {
    return hybridClock.read(clock.wallMillis());
  }

  private void mark(Place place, long since, HistoryEvent why, PutCallback told) {
    marks.put(place, since);
    store.mark(place, since, told);
    events.accept(why);
  }

  /** All that lay in a partition was taken away, with what was kept; or of some tenants. */
  public void cleared(int partition, @Nullable Set<Integer> tenants) {
    marks.keySet().stream()
        .filter(each -> isOf(each, partition, tenants))
        .forEach(each -> forgottenUpTo(each, now()));
    marks.keySet().removeIf(each -> isOf(each, partition, tenants));
    ending.keySet().removeIf(each -> isOf(each, partition, tenants));
    unwanted.keySet().removeIf(each -> isOf(each, partition, tenants));
    if (last != null) {
      placementsChanged(last);
    }
  }

  private static boolean isOf(Place place, int partition, @Nullable Set<Integer> tenants) {
    return place.partition() == partition && (tenants == null || tenants.contains(place.tenant()));
  }

  /** What is too old goes. Called a few times a second. */
  public void tick() {
    long nanos = clock.nanos();
    if (marks.isEmpty() || nanos - lookNanos < 0) {
      return;
    }
    lookNanos = nanos + LOOK_NANOS;
    overdueMillis = 0;
    // What goes because this clock was ahead for a moment does not come back.
    long wallMillis = hybridClock.earlierMillis(clock.wallMillis());
    List<Place> due = new ArrayList<>();
    marks.forEach(
        (place, since) -> {
          long overdue = overdueMillis(place, since, nanos, wallMillis);
          if (overdue > 0) {
            due.add(place);
            overdueMillis = Math.max(overdueMillis, overdue);
          }
        });
    inTurn(due).forEach(place -> forget(place, wallMillis));
  }

  /**
   * Those of the places that are due whose turn it is. If the lowest always came first, the others
   * would not be served at all once the lowest are due again before these have been.
   */
  private List<Place> inTurn(List<Place> due) {
    int count = Math.clamp(due.size() / WAITING_FOR_EACH, FORGOTTEN_AT_ONCE, FORGOTTEN_AT_ONCE_MAX);
    if (due.size() <= count) {
      return due;
    }
    int at = served == null ? 0 : Collections.binarySearch(due, served);
    Collections.rotate(due, -(at < 0 ? -at - 1 : at + 1));
    served = due.get(count - 1);
    return due.subList(0, count);
  }

  /**
   * For how long the place has been due that has waited longest, at the last look; 0 if none is.
   */
  public long overdueMillis() {
    return marks.isEmpty() ? 0 : overdueMillis;
  }

  /** For how long something has been due to go of a place; not above 0 if nothing is. */
  private long overdueMillis(Place place, long since, long nanos, long wallMillis) {
    if (brought.get(place.partition()) && rules.staysWhileBrought()) {
      return 0; // what is taken of others must be here when the mark says so
    }
    Long unwantedSince = unwanted.get(place);
    if (unwantedSince != null) {
      long overdue = nanos - unwantedSince - ENDS_AFTER_NANOS;
      return overdue < 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(overdue) + 1;
    }
    Long length = lengths.get(place.tenant());
    return length == null ? 0 : wallMillis - length - width(length) - Hlc.millis(since);
  }

  private void forget(Place place, long wallMillis) {
    Long length = lengths.get(place.tenant());
    if (unwanted.containsKey(place) || length == null) {
      end(place);
    } else {
      long horizon = wallMillis - length;
      long since = Hlc.of(horizon, 0);
      marks.put(place, since);
      forgottenUpTo(place, since);
      store.forget(place, horizon, since, Unawaited.INSTANCE);
      events.accept(HistoryEvent.FORGOTTEN);
    }
  }

  private void end(Place place) {
    unwanted.remove(place);
    long since = Invariant.present(marks.remove(place), "a history without a mark ends");
    ending.put(place, since);
    forgottenUpTo(place, now());
    store.clear(
        place,
        new PutCallback() {
          @Override
          public void stored() {
            ending.remove(place, since);
          }

          @Override
          public void failed(StorageFault fault) {
            if (ending.remove(place, since)) {
              endLater(place, since);
            }
          }
        });
    events.accept(HistoryEvent.ENDED);
  }

  /**
   * The mark still lies on the disk, and would be believed by the next start: so it is true here,
   * too. What was handed to the disk behind the end has failed with it, a newer mark included; so
   * nothing was replaced meanwhile.
   */
  private void endLater(Place place, long since) {
    marks.put(place, since);
    if (last != null && isUnwanted(last, place)) {
      unwanted.put(place, clock.nanos());
    }
  }

  private void forgottenUpTo(Place place, long since) {
    if (last == null || !last.tenants().dropped().contains(place.tenant())) {
      forgotten.put(place, since);
    }
  }

  /** Places of which it is remembered up to where something was taken away. */
  Set<Place> remembered() {
    return Collections.unmodifiableSet(forgotten.keySet());
  }

  /** Nothing waits for it: what comes behind it on the disk fails with it. */
  private enum Unawaited implements PutCallback {
    INSTANCE;

    @Override
    public void stored() {}

    @Override
    public void failed(StorageFault fault) {}
  }

  /** Told when all of some writes are durable, or one is not. */
  private static final class All implements PutCallback {
    private final Consumer<Boolean> callback;
    private int awaited;
    private boolean failed;

    All(int awaited, Consumer<Boolean> callback) {
      this.awaited = awaited;
      this.callback = callback;
    }

    @Override
    public void stored() {
      ended();
    }

    @Override
    public void failed(StorageFault fault) {
      failed = true;
      ended();
    }

    private void ended() {
      awaited--;
      if (awaited == 0) {
        callback.accept(!failed);
      }
    }
  }
}
