package io.quorate.replication.move;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.repair.Peers;
import io.quorate.replication.replica.Replica;
import io.quorate.storage.PagedReading;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has each register that this node holds, once it was copied, accepted by as many replicas as a
 * write asks for under the epoch of the move: a register that the old set has chosen need not be
 * held by a majority of the new one, which reads it from then on
 * (docs/design/linearizable.md#moves). A few keys at a time.
 */
final class Settling {
  private static final int PAGE_RECORDS = 64;
  private static final int PAGE_BYTES = 1 << 20;
  private static final int PARALLEL = 8;
  private static final int TIMEOUT_MILLIS = 5_000;

  private final Replica replica;
  private final Peers peers;
  private final Peers.Place place;
  private final long begunEpoch;
  private final Consumer<Boolean> ended;
  private final PagedReading<Integer> pages;
  private final Deque<Key> due = new ArrayDeque<>();
  private int underWay;
  private boolean reading;
  private boolean isOver;

  /**
   * @param tenants whose keys are registers, by id
   * @param ended told whether all of them are settled
   */
  Settling(
      Replica replica,
      Peers peers,
      Peers.Place place,
      long begunEpoch,
      Collection<Integer> tenants,
      Consumer<Boolean> ended) {
    this.replica = replica;
    this.peers = peers;
    this.place = place;
    this.begunEpoch = begunEpoch;
    this.ended = ended;
    this.pages = new PagedReading<>(tenants);
  }

  /** What comes of what is under way has no effect any more. */
  void abandon() {
    isOver = true;
  }

  /** Goes on, as far as answers are there. */
  void goOn() {
    while (!isOver && !due.isEmpty() && underWay < PARALLEL) {
      underWay++;
      peers.settle(place, due.remove(), begunEpoch, this::onSettled);
    }
    if (isOver || reading || !due.isEmpty()) {
      return;
    }
    @Nullable Integer tenant = pages.tenant();
    if (tenant != null) {
      reading = true;
      replica.readOwnRaw(
          new ReadRange(
              0,
              place.epoch(),
              pages.next(place.partition(), tenant, PAGE_RECORDS, PAGE_BYTES),
              TIMEOUT_MILLIS),
          this::onPage);
    } else if (underWay == 0) {
      end(true);
    }
  }

  private void onPage(RangeOutcome outcome) {
    reading = false;
    if (isOver) {
      return;
    }
    if (outcome instanceof Records page) {
      page.entries().forEach(entry -> due.add(entry.key()));
      pages.turn(page.reached());
      goOn();
    } else {
      end(false);
    }
  }

  private void onSettled(boolean settled) {
    underWay--;
    if (isOver) {
      return;
    }
    if (settled) {
      goOn();
    } else {
      end(false);
    }
  }

  private void end(boolean settled) {
    isOver = true;
    ended.accept(settled);
  }
}
