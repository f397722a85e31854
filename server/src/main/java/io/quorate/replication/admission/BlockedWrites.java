package io.quorate.replication.admission;

import io.quorate.event.Event;
import io.quorate.placement.Placements;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.ClientScan;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.RequestHandler;
import io.quorate.replication.event.Bound;
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
 * carries through like any other: nothing but their number depends on this class.
 */
public final class BlockedWrites implements RequestHandler {
  private final RequestHandler next;
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
      RequestHandler next,
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

  /** Lets in those whose partition has arrived, or whose tenant is gone. */
  public void placementsChanged(Placements placementsNow) {
    Placements before = placements;
    placements = placementsNow;
    placementsNow.changedSince(before).forEach(this::look);
    for (Waiting each : List.copyOf(waiting)) {
      if (!isBlocked(each.request)) {
        each.end();
        next.submit(each.request, each.callback);
      }
    }
  }

  private void look(int partition) {
    blocked.set(partition, placements.partitions().get(partition).blocksWrites());
  }

  @Override
  public void submit(ClientRequest request, OutcomeCallback callback) {
    if (!isBlocked(request)) {
      next.submit(request, callback);
      return;
    }
    if (waiting.size() >= config.waitingMax() || bytes >= config.waitingBytesMax()) {
      events.accept(Bound.BLOCKED_WRITES.overloaded());
      callback.done(
          new Outcome.Failed(
              Failure.overloaded(
                  ("partition %d takes no writes while it moves, and %d writes wait for that here"
                          + " already. Nothing was applied")
                      .formatted(request.partition(), waiting.size()),
                  RetryAfter.millis(config.waitNanosMax()))));
      return;
    }
    events.accept(AdmissionEvent.Window.WRITE_WAITED_FOR_MOVE);
    new Waiting(request, callback).begin();
  }

  @Override
  public void scan(ClientScan scan, ScanCallback callback) {
    next.scan(scan, callback);
  }

  /** Not if its tenant is gone: the next handler knows what to say. */
  private boolean isBlocked(ClientRequest request) {
    return !blocked.isEmpty()
        && !request.isRead()
        && blocked.get(request.partition())
        && placements.tenant(request.key().tenant()) != null;
  }

  private final class Waiting {
    private final ClientRequest request;
    private final OutcomeCallback callback;
    private Lane.@Nullable Timer timer;

    Waiting(ClientRequest request, OutcomeCallback callback) {
      this.request = request;
      this.callback = callback;
    }

    void begin() {
      waiting.add(this);
      bytes += request.bytes();
      timer = lane.schedule(Math.max(0, request.deadlineNanos() - clock.nanos()), this::expire);
    }

    void end() {
      waiting.remove(this);
      bytes -= request.bytes();
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
                      .formatted(request.partition()))));
    }
  }
}
