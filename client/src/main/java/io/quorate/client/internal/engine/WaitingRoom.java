package io.quorate.client.internal.engine;

import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.update.KeyName;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where calls wait that are held back: those that have a thread waiting for them, until what is
 * unanswered is within the bounds; and all that wait for room at the nodes ({@link
 * Retries#waitsForRoom}), until the throttle of their tenant lets them through. One sweep looks
 * after all of them, and there is no timer for each. Owned by the loop.
 */
final class WaitingRoom {
  private static final String LEFT = " before the thread that waited for it was interrupted";

  private final Loop loop;
  private final Admission admission;
  private final Throttles throttles;
  private final Retries retries;
  private final RandomGenerator random;
  private final CallCounts counts;
  private final Consumer<Call<?>> route;
  private final BiConsumer<Call<?>, QuorateException> fail;

  /** Calls that wait until what is unanswered is within the bounds again. */
  private final ArrayDeque<Call<?>> forRoom = new ArrayDeque<>();

  /** Calls that wait for as long as their node asked for; then they stand in {@link #lines}. */
  private final PriorityQueue<NotYet> notYet =
      new PriorityQueue<>(Comparator.comparingLong(NotYet::dueNanos));

  /** By tenant, of those that have calls held back. */
  private final Map<String, WaitingLine> lines = new LinkedHashMap<>();

  /**
   * Keys of which changes are held back whose callers do not wait: what such a caller asks for
   * later is to be made after those. A thread that waits for a change asks for nothing meanwhile;
   * if it is interrupted, the change is not sent any more ({@link #isLeft}).
   */
  private final Map<KeyName, HeldKey> heldKeys = new HashMap<>();

  /** A call that may be sent from a time on. */
  private record NotYet(Call<?> call, long dueNanos) {}

  /** A key of which such changes are held back. */
  static final class HeldKey {
    private final KeyName name;
    private int changes;

    /** Why the last of them is. */
    private OverloadedException why;

    private HeldKey(KeyName name, OverloadedException why) {
      this.name = name;
      this.why = why;
    }
  }

  /**
   * @param route what becomes of a call that is held back no more
   * @param fail what becomes of one for which waiting is hopeless
   */
  WaitingRoom(
      Loop loop,
      Admission admission,
      Throttles throttles,
      Retries retries,
      RandomGenerator random,
      CallCounts counts,
      Consumer<Call<?>> route,
      BiConsumer<Call<?>, QuorateException> fail) {
    this.loop = loop;
    this.admission = admission;
    this.throttles = throttles;
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

  /**
   * Whether a call is a change of a key of which an earlier one is held back, and may be of its
   * caller.
   */
  boolean holdsEarlierOf(Call<?> call) {
    return call instanceof ChangeCall change && heldKeys.containsKey(change.name);
  }

  /**
   * Routes a call if it need not wait for an earlier change of its key and the throttle lets it
   * through, and else holds it back or fails it.
   */
  void routeWhenAllowed(Call<?> call) {
    long now = loop.nanos();
    OverloadedException refusal = refusal(call, now);
    if (refusal == null) {
      call.heldBack = null;
      route.accept(call);
      return;
    }
    // In line it may be let through at once. Where nodes want to be left alone for longer than it
    // has time, it would hardly be.
    long asked = RetryRule.askedToWait(refusal.retryAfter().toNanos(), random);
    if (!retries.waitsForRoom(call, asked, now) || !hold(call, refusal, 0)) {
      counts.onHeldBack();
      fail.accept(call, refusal);
    }
  }

  private @Nullable OverloadedException refusal(Call<?> call, long now) {
    HeldKey earlier = call instanceof ChangeCall change ? heldKeys.get(change.name) : null;
    if (earlier == null) {
      return retries.throttled(call, now);
    }
    OverloadedException latest = retries.whyHeldBack(call, now);
    return latest == null ? Failures.another(earlier.why) : latest;
  }

  /**
   * Holds back a call that is to wait for room at the nodes.
   *
   * @param why it is not sent now
   * @param waitNanos until it may be sent, if the throttle lets it through then
   * @return false if too many calls of its tenant wait already, so that its caller is to be told
   */
  boolean hold(Call<?> call, OverloadedException why, long waitNanos) {
    long now = loop.nanos();
    WaitingLine line =
        lines.computeIfAbsent(call.tenant, tenant -> new WaitingLine(throttles.of(tenant), now));
    if (retries.mayBeTurnedAway(call) && !line.hasPlaceFor(call, admission)) {
      return false;
    }
    call.heldBack = why;
    line.enter(call);
    if (call instanceof ChangeCall change && change.patience != Patience.WAITS) {
      isHeld(change, why);
    }
    if (waitNanos == 0) {
      line.standInLine(call);
    } else {
      // At its deadline it is done, and what refers to it is to go.
      notYet.add(new NotYet(call, Math.min(now + waitNanos, call.deadlineNanos)));
    }
    return true;
  }

  private void isHeld(ChangeCall change, OverloadedException why) {
    HeldKey key = heldKeys.get(change.name);
    if (key == null) {
      KeyName own = KeyName.of(change.tenant, change.key.clone());
      key = new HeldKey(own, why);
      heldKeys.put(own, key);
    }
    key.changes++;
    key.why = why;
    change.heldKey = key;
  }

  private void leave(WaitingLine line, Call<?> call) {
    line.leave(call);
    if (call instanceof ChangeCall change && change.heldKey != null) {
      HeldKey key = change.heldKey;
      change.heldKey = null;
      key.changes--;
      if (key.changes == 0) {
        heldKeys.remove(key.name);
      }
    }
  }

  /** A call is done, whether it was held back or not. */
  void onDone(Call<?> call) {
    WaitingLine line = call.waitingBytes == 0 ? null : lines.get(call.tenant);
    if (line != null) {
      leave(line, call);
    }
  }

  /** Lets go of those that need not wait any longer. To be called a hundred times a second. */
  void sweep() {
    letIn();
    long now = loop.nanos();
    for (NotYet next = notYet.peek(); next != null && next.dueNanos <= now; next = notYet.peek()) {
      notYet.remove();
      WaitingLine line = lines.get(next.call.tenant);
      if (line != null && !next.call.done) {
        line.standInLine(next.call);
      }
    }
    for (WaitingLine line : List.copyOf(lines.values())) { // as others may be held back meanwhile
      giveUpEnded(line, now);
      letThrough(line, now);
    }
    lines.values().removeIf(WaitingLine::isEmpty);
  }

  /** Lets those in that wait for room here, as far as there is room again. */
  private void letIn() {
    for (Call<?> call = forRoom.peek(); call != null; call = forRoom.peek()) {
      boolean left = isLeft(call);
      if (!call.done && !left && !admission.admit(call)) {
        return;
      }
      forRoom.remove();
      if (left) {
        giveUp(call, LEFT);
      } else if (!call.done) {
        routeWhenAllowed(call);
      }
    }
  }

  /**
   * Whether the thread that waited for a change was interrupted. What the thread asks for next may
   * have been sent, so the change would take effect out of order.
   */
  private static boolean isLeft(Call<?> call) {
    return call instanceof ChangeCall && call.patience == Patience.WAITS && call.future.isDone();
  }

  private void giveUpEnded(WaitingLine line, long now) {
    boolean momentary = line.throttle().isMomentary(now);
    for (Call<?> call :
        line.takeEnded(each -> !retries.waitsForRoom(each, momentary, 0, now), now)) {
      giveUp(call, " within " + TimeUnit.NANOSECONDS.toMillis(now - call.startNanos) + " ms");
    }
  }

  /**
   * Ends a call that is held back.
   *
   * @param when it could not be sent, within a sentence
   */
  private void giveUp(Call<?> call, String when) {
    OverloadedException why = call.heldBack;
    if (why != null && !call.done) { // the end of one may be the end of others
      counts.onHeldBack();
      fail.accept(call, Failures.heldBack(call, when, why));
    }
  }

  private void letThrough(WaitingLine line, long now) {
    for (int left = line.letThrough(random.nextDouble(), now); left > 0; left--) {
      Call<?> call = line.next();
      if (call == null) {
        return;
      }
      if (isLeft(call)) {
        giveUp(call, LEFT);
      } else if (retries.mayLeave(call, now)) {
        leave(line, call);
        call.heldBack = null;
        route.accept(call);
      } else {
        notYet.add(new NotYet(call, now + RetryRule.askedToWait(Throttle.FOLD_NANOS, random)));
      }
    }
  }
}
