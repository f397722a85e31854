package io.quorate.replication.admission;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.event.RequestEvent;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where writes wait that come for a partition while it moves, if an operator asked for that. They
 * wait before they are let in, so they hold no place that others could have, and what they waited
 * for is not taken for slowness. Reads pass; so do writes that were let in before, which the ladder
 * carries through like any other: nothing but their number depends on this room.
 */
public final class BlockedWrites implements DataPlane {
  private final DataPlane next;
  private final Lane lane;
  private final Clock clock;
  private final AdmissionConfig config;
  private final Consumer<Event> events;

  /** In order of arrival. */
  private final Set<Waiting> waiting = new LinkedHashSet<>();

  private final BitSet blocked = new BitSet();
  private Placements placements;
  private long bytes;

  /**
   * @param next takes what need not wait, and what has waited
   */
  public BlockedWrites(
      DataPlane next,
      Lane lane,
      Clock clock,
      Placements placements,
      AdmissionConfig config,
      Consumer<Event> events) {
    this.next = next;
    this.lane = lane;
    this.clock = clock;
    this.placements = placements;
    this.config = config;
    this.events = events;
    placements.all().forEach(this::look);
  }

  /** Writes that wait. */
  public int waiting() {
    return waiting.size();
  }

  /** Bytes of them. */
  public long waitingBytes() {
    return bytes;
  }

  /** Lets in those whose partition has arrived. */
  public void placementsChanged(Placements placementsNow) {
    Placements before = placements;
    placements = placementsNow;
    placementsNow.changedSince(before).forEach(this::look);
    for (Waiting each : List.copyOf(waiting)) {
      if (partitionIfBlocked(each.operation) < 0) {
        each.end();
        next.submit(each.operation, each.deadlineNanos, each.callback);
      }
    }
  }

  private void look(int partition) {
    blocked.set(partition, placements.partitions().get(partition).blocksWrites());
  }

  @Override
  public void submit(Operation operation, long deadlineNanos, OutcomeCallback callback) {
    int partition = partitionIfBlocked(operation);
    if (partition < 0) {
      next.submit(operation, deadlineNanos, callback);
      return;
    }
    if (waiting.size() >= config.waitingMax() || bytes >= config.waitingBytesMax()) {
      events.accept(new RequestEvent.Overloaded("blocked_writes"));
      callback.done(
          new Outcome.Failed(
              Failure.overloaded(
                  ("partition %d takes no writes while it moves, and %d writes wait for that here"
                          + " already. Nothing was applied")
                      .formatted(partition, waiting.size()),
                  RetryAfter.millis(config.waitNanosMax()))));
      return;
    }
    events.accept(AdmissionEvent.Window.WRITE_WAITED_FOR_MOVE);
    new Waiting(operation, partition, deadlineNanos, callback).begin();
  }

  @Override
  public void scan(ScanRequest request, long deadlineNanos, ScanCallback callback) {
    next.scan(request, deadlineNanos, callback);
  }

  /** -1: it need not wait. */
  private int partitionIfBlocked(Operation operation) {
    if (blocked.isEmpty() || operation instanceof Operation.Get) {
      return -1;
    }
    Tenant tenant = placements.tenant(operation.tenant());
    if (tenant == null) {
      return -1; // who comes next knows what to say
    }
    int partition = new Key(tenant.id(), operation.key()).partition(placements.partitions().size());
    return blocked.get(partition) ? partition : -1;
  }

  private static int size(Operation operation) {
    int value = operation instanceof Operation.Put put ? put.value().length : 0;
    return operation.key().length + value;
  }

  private final class Waiting {
    private final Operation operation;
    private final int partition;
    private final long deadlineNanos;
    private final OutcomeCallback callback;
    private Lane.@Nullable Timer timer;

    Waiting(Operation operation, int partition, long deadlineNanos, OutcomeCallback callback) {
      this.operation = operation;
      this.partition = partition;
      this.deadlineNanos = deadlineNanos;
      this.callback = callback;
    }

    void begin() {
      waiting.add(this);
      bytes += size(operation);
      timer = lane.schedule(Math.max(0, deadlineNanos - clock.nanos()), this::expire);
    }

    void end() {
      waiting.remove(this);
      bytes -= size(operation);
      if (timer != null) {
        timer.cancel();
      }
    }

    private void expire() {
      if (!waiting.contains(this)) {
        return;
      }
      end();
      events.accept(new RequestEvent.Expired(RequestEvent.Stage.WAITING));
      callback.done(
          new Outcome.Failed(
              Failure.refused(
                  Failure.Reason.DEADLINE_EXCEEDED,
                  ("partition %d takes no writes while it moves, as was asked for with"
                          + " --block-writes, and had not arrived by the deadline. Nothing was"
                          + " applied: ask again, or say 'quorate cluster cancel'")
                      .formatted(partition))));
    }
  }
}
