package io.quorate.replication.drop;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.DroppedTenants;
import io.quorate.placement.Placements;
import io.quorate.replication.repair.RepairContext;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.storage.RecordStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes away what lies on this node of tenants that were dropped, in the partitions that are its
 * own: of others it takes away everything anyway. Each partition is looked at once after a tenant
 * was dropped, after a start, and after it was placed otherwise; one at a time. Lives on one lane.
 *
 * <p>If values are encrypted, the keys of such tenants are forgotten once all of that is done, so
 * that what a file system keeps of deleted files, or a copy of the files, cannot be read. Should
 * the disk not take that, the next start does it.
 *
 * <p>The replica stores nothing of a tenant from the moment on at which it learns that it was
 * dropped. So what a look finds once no write of the tenant is under way is all that there is.
 */
public final class DroppedRecords {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final NodeId self;
  private final Replica replica;
  private final RecordStore store;
  private final Lane lane;
  private final Clock clock;
  private final Consumer<Event> events;
  private final Consumer<IntPredicate> forgetKeys;
  private Placements placements;

  /** Partitions that are to be looked at, and not before when. */
  private final TreeMap<Integer, Long> due = new TreeMap<>();

  /** Whether a partition is being looked at, or cleared. */
  private boolean busy;

  /** Whether the keys of dropped tenants are to be forgotten once nothing of theirs lies here. */
  private boolean keysLeft;

  private Lane.@Nullable Timer timer;
  private boolean started;
  private boolean stopped;

  /**
   * @param forgetKeys has the keys forgotten by which values of some tenants were encrypted
   */
  public DroppedRecords(
      RepairContext context,
      RecordStore store,
      Consumer<IntPredicate> forgetKeys,
      Placements placements) {
    this.self = context.self();
    this.replica = context.replica();
    this.store = store;
    this.lane = context.time().lane();
    this.clock = context.time().clock();
    this.events = context.events();
    this.forgetKeys = forgetKeys;
    this.placements = placements;
  }

  public void start() {
    started = true;
    if (!dropped().isEmpty()) {
      lookEverywhere();
    }
  }

  public void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  /** To be told after the replica. */
  public void placementsChanged(Placements next) {
    Placements before = placements;
    placements = next;
    if (!dropped().equals(before.tenants().dropped())) {
      lookEverywhere();
    } else if (!dropped().isEmpty()) {
      lookAt(placements.changedSince(before));
    }
  }

  private DroppedTenants dropped() {
    return placements.tenants().dropped();
  }

  private void lookEverywhere() {
    keysLeft = true;
    lookAt(placements.all());
  }

  private void lookAt(List<Integer> partitions) {
    long now = clock.nanos();
    for (int partition : partitions) {
      if (placements.isOwner(self, partition)) {
        due.put(partition, now);
      } else {
        due.remove(partition);
      }
    }
    goOn(EVERY_NANOS);
  }

  /** There is nothing to look at for most of a node's life: no timer runs then. */
  private void goOn(long nanos) {
    if (timer == null && started && !stopped && (keysLeft || !due.isEmpty())) {
      timer = lane.schedule(nanos, this::tick);
    }
  }

  private void tick() {
    timer = null;
    if (stopped) {
      return;
    }
    boolean goesOn = busy || lookAtNext();
    if (keysLeft && due.isEmpty()) {
      keysLeft = false;
      forgetKeys.accept(dropped()::contains);
    }
    goOn(goesOn ? EVERY_NANOS : RETRY_NANOS);
  }

  /** Returns false if there is none that can be looked at now. */
  private boolean lookAtNext() {
    for (Map.Entry<Integer, Long> each : due.entrySet()) {
      int partition = each.getKey();
      if (clock.nanos() - each.getValue() >= 0
          && replica.isServed(partition)
          && !replica.isDamaged(partition)) {
        look(partition);
        return true;
      }
    }
    return false;
  }

  private void look(int partition) {
    Placements then = placements;
    if (replica.isWriting(partition, then.tenants().dropped()::contains)) {
      events.accept(DropEvent.Window.LOOKED_LATER_FOR_A_WRITE);
      again(partition);
      return;
    }
    busy = true;
    store.tenants(partition, found -> onLooked(partition, then, found));
  }

  private void onLooked(int partition, Placements then, @Nullable List<Integer> found) {
    if (found == null) {
      ended(partition, then, false);
      return;
    }
    List<Integer> theirs = found.stream().filter(then.tenants().dropped()::contains).toList();
    if (theirs.isEmpty()) {
      ended(partition, then, true);
      return;
    }
    replica.dropRemains(
        partition,
        theirs,
        gone -> {
          if (gone) {
            events.accept(new DropEvent.Cleared(partition, theirs.size()));
          }
          ended(partition, then, gone);
        });
  }

  /** What was learned meanwhile is looked at once more. */
  private void ended(int partition, Placements then, boolean gone) {
    busy = false;
    if (!gone) {
      again(partition);
    } else if (then.tenants().dropped().equals(dropped())
        && then.partitions().get(partition).equals(placements.partitions().get(partition))) {
      due.remove(partition);
    }
  }

  private void again(int partition) {
    due.computeIfPresent(partition, (same, before) -> clock.nanos() + RETRY_NANOS);
  }
}
