package io.quorate.replication.repair;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.HandOver;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.replication.background.Recurring;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Clock;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Sees to it that what this replica cannot read comes back from the others. The order is what keeps
 * a promise at each step: the partition is out of service from the moment on that the damage is
 * found; enough others show all that they hold; the cluster takes note, under a new epoch, that
 * this replica is being filled, so that no quorum counts it; only then what is damaged is dropped,
 * and the {@link Filler} begins.
 *
 * <p>Nothing of this is kept over a restart. No hash tree is left of what was found damaged, so the
 * next start reads the partition, and finds the damage again. And a partition is dropped only under
 * an epoch that this start has asked for: {@code Filled}, said by an earlier one of what it had
 * then, has no effect under that.
 *
 * <p>While too few others are known to hold what this one held, what it holds is kept and not
 * served; it is looked at again now and then, for it may have been the way to the device that
 * failed. So is what this node has yet to hand over, of a partition that has left it: it may lie
 * nowhere else. Once no move waits for that any more, be it that it ended while the node was away,
 * the rest goes when what can be read is handed over. Lives on one lane.
 */
public final class DamageRepair {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Until it is tried again to drop what still has writes under way. */
  private static final long DROP_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final NodeId self;
  private final Replica replica;
  private final Filler filler;
  private final Peers peers;
  private final Predicate<NodeId> isLive;
  private final Request request;
  private final Clock clock;
  private final long retryNanos;
  private final Consumer<Event> events;
  private final RepairRules rules;
  private final Recurring ticks;
  private Placements placements;

  private Owed owed = new Owed(partition -> false, partition -> false);

  /** By partition: all that are damaged. */
  private final TreeMap<Integer, Entry> entries = new TreeMap<>();

  /** Asks the cluster to take note that this replica is to be filled. */
  @FunctionalInterface
  public interface Request {
    /**
     * @param place with the epoch that it is filled under now, or was not; filling begins under the
     *     next
     * @param callback told whether the cluster has taken note of this very request; once
     */
    void refill(Peers.Place place, Consumer<Boolean> callback);
  }

  /**
   * What can be read of partitions is still to be handed over, though no move waits for it.
   *
   * @param isOwed by partition
   * @param waits by partition: whether that cannot be done for now, and not only has its turn yet
   *     to come
   */
  public record Owed(IntPredicate isOwed, IntPredicate waits) {}

  /** A damaged partition. */
  private static final class Entry {
    final int partition;

    /** The cluster took note of a request made under this epoch; 0 if it has not. */
    long notedEpoch;

    boolean asked;
    boolean busy;
    long notBeforeNanos;

    Entry(int partition, long now) {
      this.partition = partition;
      this.notBeforeNanos = now;
    }
  }

  public DamageRepair(
      RepairContext context,
      Filler filler,
      Request request,
      RepairConfig config,
      Placements placements) {
    this(context, filler, request, config, placements, new RepairRules());
  }

  DamageRepair(
      RepairContext context,
      Filler filler,
      Request request,
      RepairConfig config,
      Placements placements,
      RepairRules rules) {
    this.self = context.self();
    this.replica = context.replica();
    this.filler = filler;
    this.peers = context.peers();
    this.isLive = context.isLive();
    this.request = request;
    this.clock = context.time().clock();
    this.placements = placements;
    this.retryNanos = config.retryNanos();
    this.events = context.events();
    this.rules = rules;
    this.ticks = new Recurring(context.time().lane(), this::tick);
  }

  public void start() {
    ticks.start();
  }

  public void stop() {
    ticks.stop();
  }

  public void placementsChanged(Placements next) {
    placements = next;
  }

  /** Learns where to ask what is still to be handed over, and is kept until then. */
  public void keepWhile(Owed owed) {
    this.owed = owed;
  }

  /** A partition was found damaged, and is out of service. */
  public void found(int partition) {
    filler.hold(partition);
    entries.put(partition, new Entry(partition, clock.nanos()));
  }

  private long tick() {
    for (Entry entry : List.copyOf(entries.values())) {
      if (!entry.busy && clock.nanos() - entry.notBeforeNanos >= 0) {
        goOn(entry);
      }
    }
    return entries.isEmpty() ? IDLE_NANOS : EVERY_NANOS;
  }

  private void goOn(Entry entry) {
    int partition = entry.partition;
    boolean counts =
        placements.partitions().get(partition).isInCharge(self) && rules.askedBeforeDropped();
    if (isToHandOver(partition) || owesReadable(partition)) {
      lookAgain(entry);
    } else if (!counts) {
      drop(entry); // whatever is left from a time when it did must not come back
      // (docs/design/purge.md#f9)
    } else if (entry.notedEpoch == 0) {
      lookAtSources(entry);
    } else if (placements.epoch(partition) > entry.notedEpoch) {
      if (placements.isFilling(self, partition)) {
        drop(entry);
      } else {
        entry.notedEpoch = 0; // the others were given up meanwhile: here may be the last copy
      }
    }
  }

  /**
   * Whether the partition has left this node, for tenants of some factor, and the move waits for
   * what this node holds of it. To drop it would let the move end without what can be read.
   */
  private boolean isToHandOver(int partition) {
    PartitionPlacement placement = placements.partitions().get(partition);
    return rules.keepsWhatIsToBeHandedOver()
        && !placement.filling().contains(self)
        && placements.factors(partition).stream()
            .anyMatch(factor -> HandOver.of(placement, factor, self) != null);
  }

  /** It left while this node was away, and no move waits any more: so others wait for it here. */
  private boolean owesReadable(int partition) {
    return rules.keepsWhatIsToBeHandedOver() && owed.isOwed().test(partition);
  }

  private void lookAtSources(Entry entry) {
    Peers.Place place = new Peers.Place(entry.partition, placements.epoch(entry.partition));
    entry.busy = true;
    Consumer<Boolean> answer =
        enough -> {
          entry.busy = false;
          if (enough) {
            ask(entry, place);
          } else {
            lookAgain(entry);
          }
        };
    new SourceCheck(self, place, placements, peers, isLive, answer).goOn();
  }

  private void ask(Entry entry, Peers.Place place) {
    if (entry.asked) {
      events.accept(RepairEvent.Window.REFILL_ASKED_AGAIN);
    }
    entry.asked = true;
    entry.busy = true;
    request.refill(
        place,
        noted -> {
          entry.busy = false;
          if (noted) {
            entry.notedEpoch = place.epoch();
          } else {
            lookAgain(entry);
          }
        });
  }

  private void drop(Entry entry) {
    entry.busy = true;
    replica.dropDamaged(
        entry.partition,
        gone -> {
          entry.busy = false;
          if (gone) {
            end(entry);
          } else {
            entry.notBeforeNanos = clock.nanos() + DROP_AGAIN_NANOS;
          }
        });
  }

  private void lookAgain(Entry entry) {
    entry.busy = true;
    replica.lookAgain(
        entry.partition,
        readable -> {
          entry.busy = false;
          if (readable) {
            replica.damageGone(entry.partition);
            end(entry);
          } else {
            tellKept(entry);
            entry.notBeforeNanos = clock.nanos() + retryNanos;
          }
        });
  }

  private void tellKept(Entry entry) {
    int partition = entry.partition;
    if (isToHandOver(partition)) {
      events.accept(new RepairEvent.DamageNotHandedOver(partition));
    } else if (!owesReadable(partition)) {
      events.accept(new RepairEvent.DamageKept(partition));
    } else if (owed.waits().test(partition)) {
      events.accept(new RepairEvent.DamagedLeftoversKept(partition));
    }
  }

  private void end(Entry entry) {
    entries.remove(entry.partition, entry);
    filler.release(entry.partition);
  }
}
