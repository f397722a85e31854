package io.quorate.replication.move;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Recurring;
import io.quorate.replication.repair.RepairContext;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Clock;
import io.quorate.storage.RecordStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands over what can be read of damaged partitions that have left this node: it may lie nowhere
 * else, and the device may become worse. The move waits for this node all the same, since the rest
 * is kept ({@link io.quorate.replication.repair.DamageRepair}). Of one that left while this node
 * was away, and for which no move waits, the rest is dropped after that. One partition at a time.
 * Lives on one lane.
 */
public final class DamagedHandOver {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final NodeId self;
  private final Replica replica;
  private final Leftovers leftovers;
  private final HandingOver.With with;
  private final Clock clock;
  private final Consumer<Event> events;
  private final Recurring ticks;
  private Placements placements;

  /** By partition: the epoch under which all that can be read was handed over. */
  private final Map<Integer, Long> handedOver = new TreeMap<>();

  private int lastBegun = -1;

  /** Null while none is under way. */
  private @Nullable HandingOver handing;

  private long notBeforeNanos;

  public DamagedHandOver(
      RepairContext context,
      RecordStore store,
      Leftovers leftovers,
      BackgroundBudget budget,
      Placements placements) {
    this.self = context.self();
    this.replica = context.replica();
    this.leftovers = leftovers;
    this.with =
        new HandingOver.With(store, context.peers(), context.isLive(), budget, replica::readFailed);
    this.clock = context.time().clock();
    this.events = context.events();
    this.placements = placements;
    this.notBeforeNanos = clock.nanos();
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

  private long tick() {
    if (handing == null && replica.damaged() > 0 && clock.nanos() - notBeforeNanos >= 0) {
      begin();
    }
    if (handing != null) {
      handing.goOn();
    }
    return handing == null ? IDLE_NANOS : EVERY_NANOS;
  }

  private void begin() {
    int partitions = placements.partitions().size();
    for (int i = 1; i <= partitions; i++) { // in turn: one that cannot end holds up no other
      int partition = (lastBegun + i) % partitions;
      if (isDue(partition)) {
        begin(partition);
        return;
      }
      if (replica.isDamaged(partition) && leftovers.mayHandOver(partition)) {
        beginLeftovers(partition);
        return;
      }
    }
  }

  /** Whether the move waits for this node, which cannot read all that it is to hand over. */
  private boolean isDue(int partition) {
    PartitionPlacement placement = placements.partitions().get(partition);
    return placement.move() != null
        && replica.isDamaged(partition)
        && replica.isServed(partition)
        && !placements.isFilling(self, partition)
        && handedOver.getOrDefault(partition, 0L) < placement.epoch()
        && Task.of(placements, partition, self).kind() == Task.Kind.HANDS_OVER;
  }

  private void begin(int partition) {
    lastBegun = partition;
    long epoch = placements.epoch(partition);
    List<Integer> tenants =
        Task.of(placements, partition, self).tenants().values().stream()
            .flatMap(List::stream)
            .toList();
    handing =
        new HandingOver(
            with,
            partition,
            tenants,
            placements,
            HandingOver.Extent.READABLE,
            ended -> onEnded(ended, () -> handedOver.put(partition, epoch), () -> {}));
  }

  /**
   * What the replicas may have purged since is left out: it is not swept, and goes with the rest.
   */
  private void beginLeftovers(int partition) {
    lastBegun = partition;
    List<Integer> tenants = leftovers.tenants(partition);
    handing =
        new HandingOver(
            with,
            partition,
            tenants,
            placements,
            HandingOver.Extent.READABLE_NOT_PURGED,
            ended ->
                onEnded(
                    ended,
                    () -> leftovers.readableHandedOver(partition, tenants),
                    () -> leftovers.readableNotHandedOver(partition)));
  }

  private void onEnded(HandingOver.Ended ended, Runnable whenComplete, Runnable whenNot) {
    handing = null;
    if (ended.records() > 0) {
      events.accept(MoveEvent.Window.READABLE_HANDED_OVER);
    }
    if (ended.complete()) {
      whenComplete.run();
    } else {
      whenNot.run();
      notBeforeNanos = clock.nanos() + RETRY_NANOS;
    }
  }
}
