package io.quorate.client.internal.engine;

import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.internal.net.Loop;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Where calls wait that are held back: those that have a thread waiting for them, until what is
 * unanswered is within the bounds; and all that wait for room at the nodes ({@link
 * Retries#waitsForRoom}), until the throttle of their tenant lets them through. Owned by the loop.
 */
final class WaitingRoom {

  private final Loop loop;
  private final Admission admission;
  private final Retries retries;
  private final RandomGenerator random;
  private final CallCounts counts;
  private final Consumer<Call<?>> route;
  private final BiConsumer<Call<?>, QuorateException> fail;

  /** Calls that wait until what is unanswered is within the bounds again. */
  private final ArrayDeque<Call<?>> forRoom = new ArrayDeque<>();

  /**
   * @param route what becomes of a call that is held back no more
   * @param fail what becomes of one for which waiting is hopeless
   */
  WaitingRoom(
      Loop loop,
      Admission admission,
      Retries retries,
      RandomGenerator random,
      CallCounts counts,
      Consumer<Call<?>> route,
      BiConsumer<Call<?>, QuorateException> fail) {
    this.loop = loop;
    this.admission = admission;
    this.retries = retries;
    this.random = random;
    this.counts = counts;
    this.route = route;
    this.fail = fail;
  }

  /** Takes a call that was not admitted, as too much is unanswered. */
  void add(Call<?> call) {
    call.heldBack = Failures.noRoom(call, admission);
    forRoom.add(call);
  }

  /** Lets those in that wait for room here, as far as there is room again. */
  void letIn() {
    for (Call<?> call = forRoom.peek(); call != null; call = forRoom.peek()) {
      if (!call.done && !admission.admit(call)) {
        return;
      }
      forRoom.remove();
      if (!call.done) {
        call.heldBack = null;
        routeWhenAllowed(call);
      }
    }
  }

  /** Holds back a call that a node refused as too much, until it may be sent again. */
  void refused(Call<?> call, OverloadedException refusal, long waitNanos) {
    call.heldBack = refusal;
    later(call, waitNanos);
  }

  /** Routes a call as soon as it is let through. */
  void routeWhenAllowed(Call<?> call) {
    long now = loop.nanos();
    boolean waited = call.heldBack != null;
    OverloadedException refusal = retries.holdsBack(call, now);
    call.heldBack = refusal;
    if (refusal == null) {
      route.accept(call);
      return;
    }
    long wait = RetryRule.askedToWait(refusal.retryAfter().toNanos(), random);
    if (retries.waitsForRoom(call, wait, now)) {
      later(call, wait);
    } else {
      counts.onHeldBack();
      String within = " within " + TimeUnit.NANOSECONDS.toMillis(now - call.startNanos) + " ms";
      fail.accept(call, waited ? Failures.heldBack(call, within, refusal) : refusal);
    }
  }

  private void later(Call<?> call, long askedNanos) {
    // Of those for which no thread waits there may be very many; the throttle changes no faster.
    long waitNanos =
        call.patience == Patience.NONE
            ? Math.max(askedNanos, RetryRule.askedToWait(Throttle.FOLD_NANOS, random))
            : askedNanos;
    loop.schedule(
        () -> {
          if (!call.done) {
            routeWhenAllowed(call);
          }
        },
        waitNanos);
  }
}
