package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.placement.Placements;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Request;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in, or refuses them. A request is served if it was planned on the epoch that this
 * replica serves of its partition, and the partition is this node's and in service; one planned on
 * a later epoch waits.
 *
 * <p>Invariant: a write holds a lease from its admission until it is durable or refused, and no
 * epoch is served before all leases of those before it have come back, see {@link EpochGate}.
 */
final class EpochAdmission {
  /**
   * Each recovery of the metadata group numbers epochs on 2^36 further. A replica that missed a
   * thousand of them is not behind, but asked for nonsense.
   */
  private static final long EPOCHS_AHEAD_MAX = 1L << 46;

  private final OwnedPartitions owned;
  private final PurgeView purgeView;
  private final CutView cuts;
  private final Damage damage;
  private final Consumer<Event> events;
  private final ReplicaRules rules;
  private final EpochGate gate;
  private final Parking parking;

  /** By partition: this replica does not hold what it must, and its word does not count. */
  private final boolean[] filling;

  /** Null before the first. */
  private @Nullable Placements last;

  /** What a request must say of itself to pass the gate. */
  record Admissible(int partition, long epoch, int timeoutMillis) {
    static Admissible of(Request request) {
      return new Admissible(request.partition(), request.epoch(), request.timeoutMillis());
    }

    Admissible within(int millis) {
      return new Admissible(partition, epoch, millis);
    }
  }

  EpochAdmission(
      ReplicaContext context,
      OwnedPartitions owned,
      PurgeView purgeView,
      CutView cuts,
      Damage damage) {
    this.owned = owned;
    this.purgeView = purgeView;
    this.cuts = cuts;
    this.damage = damage;
    this.events = context.events();
    this.rules = context.rules();
    this.gate = new EpochGate(owned.partitions(), rules);
    this.filling = new boolean[owned.partitions()];
    this.parking = new Parking(context.clock(), context.events());
  }

  /** The duties have changed; requests that waited for that are served. */
  void placementsChanged(Placements next) {
    List<Integer> changed = last == null ? next.all() : next.changedSince(last);
    last = next;
    for (int partition : changed) {
      filling[partition] = owned.isFilling(partition) && !rules.countsWhileFilling();
    }
    for (int partition : changed) {
      if (gate.raise(partition, next.epoch(partition))) {
        serve(partition);
      }
    }
  }

  /** A new epoch is served, for nothing is under way of those before it. */
  private void serve(int partition) {
    purgeView.serve(partition);
    cuts.serve(partition);
    parking.resume(partition);
  }

  /** No new epoch of a partition is served until it is let go: once for each hold. */
  void hold(int partition) {
    gate.lease(partition);
  }

  void letGo(int partition) {
    if (gate.release(partition)) {
      serve(partition);
    }
  }

  /** Whether a partition is served at the epoch of the newest placements. */
  boolean isServed(int partition) {
    return gate.admit(partition, owned.epoch(partition)) == EpochGate.Admission.SERVE;
  }

  /** Requests that gave up waiting for their epoch are let go. */
  void tick() {
    parking.expire();
  }

  /** Serves a request of the epoch served here; answers or keeps any other. */
  void admit(
      Admissible request,
      Runnable serve,
      Consumer<? super StaleEpoch> stale,
      Consumer<? super Refused> refuse) {
    enter(request, serve, stale, refuse, reason -> refuse.accept(new Refused(reason)));
  }

  /** The same for a write. What this replica cannot serve yet says nothing about its record. */
  void admitWrite(Admissible request, Runnable serve, Consumer<WriteOutcome> callback) {
    enter(request, serve, callback, callback, reason -> callback.accept(new NotNow(reason)));
  }

  private void enter(
      Admissible request,
      Runnable serve,
      Consumer<? super StaleEpoch> stale,
      Consumer<? super Refused> refuse,
      Consumer<String> notNow) {
    int partition = request.partition();
    if (partition < 0 || partition >= owned.partitions()) {
      refuse.accept(new Refused("there is no partition " + partition));
      return;
    }
    switch (gate.admit(partition, request.epoch())) {
      case STALE -> {
        if (rules.refusesEndedEpochs()) {
          events.accept(new ReplicaEvent.StaleEpochRefused());
          stale.accept(new StaleEpoch(gate.current(partition)));
        } else {
          serve.run();
        }
      }
      case AHEAD -> {
        if (request.epoch() - gate.current(partition) > EPOCHS_AHEAD_MAX) {
          refuse.accept(new Refused(farAhead(request)));
          return;
        }
        parking.park(
            partition,
            request.timeoutMillis(),
            left -> enter(request.within(left), serve, stale, refuse, notNow),
            notNow);
      }
      case SERVE -> {
        if (damage.isDamaged(partition) && !rules.servesDamaged()) {
          events.accept(ReplicaEvent.Window.ASKED_WHILE_DAMAGED);
          notNow.accept(
              "its disk does not give back all of partition " + partition + "; it is mended");
        } else if (owned.isOwner(partition)) {
          serve.run();
        } else {
          refuse.accept(
              new Refused("node " + owned.self() + " holds no replica of partition " + partition));
        }
      }
    }
  }

  private String farAhead(Admissible request) {
    return "it was planned on epoch %d of partition %d, and the newest known here is %d"
        .formatted(request.epoch(), request.partition(), gate.current(request.partition()));
  }

  /** The same for another node's question, which only a replica that holds what it must answers. */
  void admitQuestion(
      Request request,
      Runnable serve,
      Consumer<? super StaleEpoch> stale,
      Consumer<? super Refused> refuse) {
    admit(
        Admissible.of(request),
        () -> {
          if (filling[request.partition()]) {
            events.accept(ReplicaEvent.Window.ASKED_WHILE_FILLING);
            refuse.accept(new Refused("it is being filled, and does not answer before it is full"));
          } else {
            serve.run();
          }
        },
        stale,
        refuse);
  }

  /**
   * Takes a lease for a write that has been admitted; it comes back when the write is durable or
   * refused, before that is answered.
   *
   * @return the callback to tell of the outcome, exactly once
   */
  Consumer<WriteOutcome> lease(int partition, Consumer<WriteOutcome> callback) {
    gate.lease(partition);
    return outcome -> {
      if (gate.release(partition)) {
        serve(partition);
      }
      callback.accept(filling[partition] ? uncounted(outcome) : outcome);
    };
  }

  private static WriteOutcome uncounted(WriteOutcome outcome) {
    return outcome instanceof Stored || outcome instanceof HoldsNewer
        ? StoredWhileFilling.INSTANCE
        : outcome;
  }
}
