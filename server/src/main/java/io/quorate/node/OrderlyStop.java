package io.quorate.node;

import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes what is under way before a node ends: clients are told to go elsewhere, another node is
 * handed what this one leads, and requests that have come are answered.
 */
final class OrderlyStop {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  /** Another node leads within a few round trips and syncs; else it is elected as after a crash. */
  private static final long HAND_OVER_NANOS = 200_000_000L;

  private static final long LOOK_NANOS = 1_000_000L;
  private static final Duration LANE_ANSWERS_WITHIN = Duration.ofSeconds(5);

  private final IntSupplier underWay;
  private final BooleanSupplier leads;
  private final Draining draining;
  private final Lane lane;
  private final Clock clock;

  /**
   * Asks for what is left to do on the lane.
   *
   * @param underWay requests of clients under way
   * @param leads whether the node leads something that another node could
   */
  OrderlyStop(
      IntSupplier underWay, BooleanSupplier leads, Draining draining, Lane lane, Clock clock) {
    this.underWay = underWay;
    this.leads = leads;
    this.draining = draining;
    this.lane = lane;
    this.clock = clock;
  }

  /** Waits until nothing is under way, or for no longer than is given. Not on the lane. */
  void finish(Duration atMost) {
    CompletableFuture<Integer> finished = new CompletableFuture<>();
    lane.execute(() -> begin(atMost, finished));
    try {
      int left = finished.get(atMost.plus(LANE_ANSWERS_WITHIN).toMillis(), TimeUnit.MILLISECONDS);
      if (left > 0) {
        log.warn("stopping with {} requests under way that took longer than {}", left, atMost);
      }
    } catch (TimeoutException | ExecutionException | InterruptedException laneIsStuck) {
      log.warn("stopping without waiting for what is under way: the lane does not answer");
    }
  }

  /**
   * Takes the node out of service. On the lane.
   *
   * @param finished completed with the number of requests that are still under way
   */
  void begin(Duration atMost, CompletableFuture<Integer> finished) {
    draining.drainWithin(atMost.toNanos() / 2);
    long now = clock.nanos();
    waitUntilNothingIsUnderWay(finished, now + HAND_OVER_NANOS, now + atMost.toNanos());
  }

  /** What the node leads is handed over once its clients were told, however long that takes. */
  private void waitUntilNothingIsUnderWay(
      CompletableFuture<Integer> finished, long leadsUntilNanos, long untilNanos) {
    long now = clock.nanos();
    long leadsUntil = draining.isTelling() ? now + HAND_OVER_NANOS : leadsUntilNanos;
    boolean isHandingOver = leads.getAsBoolean() && now - leadsUntil < 0;
    boolean isDone = underWay.getAsInt() == 0 && !isHandingOver && !draining.isTelling();
    if (isDone || now - untilNanos >= 0) {
      boolean unused = finished.complete(underWay.getAsInt());
    } else {
      var unused =
          lane.schedule(
              LOOK_NANOS, () -> waitUntilNothingIsUnderWay(finished, leadsUntil, untilNanos));
    }
  }
}
