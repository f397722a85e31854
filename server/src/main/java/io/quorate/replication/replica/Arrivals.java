package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Copying;
import io.quorate.placement.Factor;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import io.quorate.storage.ArrivalStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that come to this node: before it serves one of them it takes away what it still holds
 * of it, from a time when it was a replica before, up to what was purged since. It would vote, or
 * come back (docs/design/purge.md#f9).
 *
 * <p>Invariants: a lease is held on the partition from the moment on that the placement is known
 * until that is done, so nothing is acknowledged before. It is done once: the epoch is remembered,
 * durably, before any is served, so a restart takes nothing away that came since.
 *
 * <p>The same for a replica that is being filled and that this start did not know as one: it may
 * have been away while the partition left it and came back. What such a one said to be full of, it
 * said under an epoch that it had remembered; so what it takes away under another one, nobody
 * counts on.
 */
final class Arrivals {
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** So many partitions are looked through at the same time. */
  private static final int PARALLEL = 4;

  private final RecordStore store;
  private final ArrivalStore remembered;
  private final Clock clock;
  private final Consumer<Event> events;
  private final ReplicaRules rules;
  private final OwnedPartitions owned;
  private final Trees trees;
  private final Damage damage;
  private final EpochAdmission epochAdmission;
  private final Merging merging;

  /** By partition: the epoch remembered. */
  private final TreeMap<Integer, Long> epochs;

  /** By partition: those that are held up. */
  private final TreeMap<Integer, Arrival> underWay = new TreeMap<>();

  /** Before those that are known now; null at the start. */
  private @Nullable Placements last;

  private int running;

  /** A partition that is held up. */
  private final class Arrival {
    final int partition;

    /** Whether what lies there may be from a time before. */
    boolean doubted;

    boolean busy;
    long notBeforeNanos = clock.nanos();

    Arrival(int partition) {
      this.partition = partition;
    }
  }

  Arrivals(
      ReplicaContext context,
      ArrivalStore remembered,
      OwnedPartitions owned,
      Trees trees,
      Damage damage,
      EpochAdmission epochAdmission,
      Merging merging) {
    this.store = context.store();
    this.remembered = remembered;
    this.clock = context.clock();
    this.events = context.events();
    this.rules = context.rules();
    this.owned = owned;
    this.trees = trees;
    this.damage = damage;
    this.epochAdmission = epochAdmission;
    this.merging = merging;
    this.epochs = new TreeMap<>(remembered.load());
  }

  /** The duties have changed. Called before any of their epochs is served. */
  void placementsChanged(Placements next) {
    for (int partition = 0; partition < next.partitions().size(); partition++) {
      PartitionPlacement placement = next.partitions().get(partition);
      Arrival known = underWay.get(partition);
      if (known != null) {
        known.doubted |= !wasInCharge(partition) || isNew(placement, partition);
      } else if (isDue(placement, partition)) {
        Arrival arrival = new Arrival(partition);
        arrival.doubted = !wasInCharge(partition) || isNew(placement, partition);
        underWay.put(partition, arrival);
        epochAdmission.hold(partition);
      }
    }
    last = next;
  }

  private boolean wasInCharge(int partition) {
    Placements before = last;
    return before != null && before.partitions().get(partition).isInCharge(owned.self());
  }

  /** Whether something may have to go, or at least to be remembered, before it is served. */
  private boolean isDue(PartitionPlacement placement, int partition) {
    if (placement.purge().purged() == 0 || !rules.dropsAtArrival()) {
      return false; // nothing was purged that could come back
    }
    return isNew(placement, partition)
        || (placement.isInCharge(owned.self())
            && placement.filling().contains(owned.self())
            && epoch(partition) != placement.epoch());
  }

  private long epoch(int partition) {
    return epochs.getOrDefault(partition, 0L);
  }

  /** Whether it has come in a move of which nothing is remembered. */
  private boolean isNew(PartitionPlacement placement, int partition) {
    return placement.move() != null
        && epoch(partition) < placement.move().begunEpoch()
        && owned.placements().factors(partition).stream()
            .anyMatch(factor -> arrives(placement, factor));
  }

  private boolean arrives(PartitionPlacement placement, Factor factor) {
    Copying copying = Copying.of(placement, factor, owned.self());
    return copying != null && copying.arrives();
  }

  /** Goes on with what is held up. Called a few times a second, and when the duties change. */
  void tick() {
    long now = clock.nanos();
    for (Arrival arrival : List.copyOf(underWay.values())) {
      boolean due = !arrival.busy && now - arrival.notBeforeNanos >= 0;
      if (due && running < PARALLEL && !damage.isDamaged(arrival.partition)) {
        goOn(arrival);
      }
    }
  }

  private void goOn(Arrival arrival) {
    int partition = arrival.partition;
    PartitionPlacement placement = owned.placements().partitions().get(partition);
    if (!isDue(placement, partition)) {
      underWay.remove(partition);
      epochAdmission.letGo(partition);
    } else if (arrival.doubted) {
      sweep(arrival, placement);
    } else {
      remember(arrival, placement.epoch());
    }
  }

  private void sweep(Arrival arrival, PartitionPlacement placement) {
    busy(arrival, true);
    arrival.doubted = false; // unless the duties change meanwhile
    events.accept(ReplicaEvent.Window.ARRIVAL_WAITED_FOR_LEFTOVERS);
    new Sweep(
            store,
            merging,
            arrival.partition,
            placement.purge().purged(),
            tenants(placement, arrival.partition),
            owned::model,
            tenant -> true, // nothing is stored there before this has ended
            ended -> onSwept(arrival, ended))
        .readOn();
  }

  /** Those whose records others count on this node for only from now on. */
  private List<Integer> tenants(PartitionPlacement placement, int partition) {
    NodeId self = owned.self();
    List<Integer> tenants = new ArrayList<>();
    for (Factor factor : owned.placements().factors(partition)) {
      boolean filled = placement.filling().contains(self);
      if (arrives(placement, factor) || (filled && placement.replicas(factor).contains(self))) {
        tenants.addAll(owned.placements().tenantsOf(partition, factor));
      }
    }
    return tenants;
  }

  private void onSwept(Arrival arrival, Sweep.Ended ended) {
    busy(arrival, false);
    int partition = arrival.partition;
    if (ended.dropped() > 0) {
      trees.doubt(partition);
      events.accept(ReplicaEvent.Window.LEFTOVERS_DROPPED_AT_ARRIVAL);
      events.accept(new ReplicaEvent.LeftoversDropped(partition, ended.dropped()));
    }
    if (ended.fault() != null) {
      damage.readFailed(partition, ended.fault());
    }
    if (ended.complete()) {
      goOn(arrival);
    } else {
      arrival.doubted = true;
      arrival.notBeforeNanos = clock.nanos() + RETRY_NANOS;
    }
  }

  private void remember(Arrival arrival, long epoch) {
    busy(arrival, true);
    remembered.save(
        arrival.partition,
        epoch,
        new RecordStore.PutCallback() {
          @Override
          public void stored() {
            busy(arrival, false);
            epochs.put(arrival.partition, epoch);
            goOn(arrival);
          }

          @Override
          public void failed(StorageFault fault) {
            busy(arrival, false);
            arrival.notBeforeNanos = clock.nanos() + RETRY_NANOS;
          }
        });
  }

  private void busy(Arrival arrival, boolean busy) {
    arrival.busy = busy;
    running += busy ? 1 : -1;
  }
}
