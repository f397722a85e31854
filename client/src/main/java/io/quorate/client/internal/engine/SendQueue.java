package io.quorate.client.internal.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait until their node takes more; bounded by the time for which they would wait, since
 * the same number of calls is a moment at one node and a minute at another. Owned by the loop.
 *
 * <p>A line is good for a burst, which is gone after a while. One that has been {@link
 * #STANDING_NANOS standing} serves no call sooner and makes all of them later (Nichols and
 * Jacobson, <i>Controlling Queue Delay</i>, 2012): from then on it takes a call only if that would
 * soon be sent. Until then it takes what can be sent in half the time that the call has. A call
 * that it does not take waits in the {@link WaitingRoom}, while that is of use, or fails.
 *
 * <p>Calls that a thread waits for are taken in as long as they will probably be sent in time:
 * there are no more of them than threads that wait, and while these wait they ask for nothing else.
 *
 * <p>First come, first sent. Newest first would be in time for more of them, but would turn round
 * what one caller writes to one key. And who was taken in is not put out again for others: their
 * number is bounded by the rule above, and they are given up at their deadline.
 */
final class SendQueue {
  static final long STANDING_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /**
   * The longest wait in a line that has been standing. It is the default of {@code
   * limits.wait_max}, for which a node lets requests wait in a line that has been standing there.
   */
  static final long WAIT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final double SHARE_OF_ONE = 0.5;

  /** Of the time that a call has, what may go by before it is sent, if a thread waits for it. */
  private static final double SHARE_WAITED = 0.75;

  private final ArrayDeque<Call<?>> calls = new ArrayDeque<>();

  /** Since when a call has always been waiting; meaningless while it is empty. */
  private long standingSinceNanos;

  /** Time from one that is sent to the next, as seen lately while calls waited. */
  private double nanosPerCall;

  /** Sent since {@link #pacedNanos}. */
  private int sent;

  private long pacedNanos;

  boolean isEmpty() {
    return calls.isEmpty();
  }

  int size() {
    return calls.size();
  }

  /** Counts the calls here without this one, which may be here or not. */
  int others(Call<?> call) {
    return call.queued ? calls.size() - 1 : calls.size();
  }

  void add(Call<?> call, long nowNanos) {
    if (calls.isEmpty()) {
      restart(nowNanos);
    }
    call.queuedNanos = nowNanos;
    call.queued = true;
    calls.add(call);
  }

  /** Until now nothing could be sent: how long that took says nothing of the node. */
  void restart(long nowNanos) {
    standingSinceNanos = nowNanos;
    pacedNanos = nowNanos;
    sent = 0;
  }

  /**
   * Takes out the call to be sent next; those that were given up meanwhile are left out.
   *
   * @param bytesMax null is returned, too, if the next is larger
   */
  @Nullable Call<?> next(long nowNanos, long bytesMax) {
    Call<?> call = calls.peek();
    while (call != null && call.done) {
      removeFirst();
      call = calls.peek();
    }
    if (call != null && call.bytes > bytesMax) {
      return null;
    }
    if (call != null) {
      removeFirst();
      sent++;
    }
    if (nowNanos - pacedNanos >= PACE_NANOS && sent > 0) {
      double pace = (double) (nowNanos - pacedNanos) / sent;
      nanosPerCall += (pace - nanosPerCall) * (nanosPerCall == 0 ? 1 : SHARE_OF_ONE);
      pacedNanos = nowNanos;
      sent = 0;
    }
    return call;
  }

  private void removeFirst() {
    calls.remove().queued = false;
  }

  /** How long one that comes now waits, as far as that can be told. */
  long waitNanos(long nowNanos) {
    if (calls.isEmpty()) {
      return 0;
    }
    long stalled = sent == 0 ? nowNanos - pacedNanos : 0;
    return (long) (calls.size() * nanosPerCall) + stalled;
  }

  /** Whether there is no place for one that has so much time left. */
  boolean refuses(Patience patience, long leftNanos, long nowNanos) {
    return !calls.isEmpty()
        && patience != Patience.PACED
        && waitNanos(nowNanos) > mostWaitNanos(patience, leftNanos, nowNanos);
  }

  private long mostWaitNanos(Patience patience, long leftNanos, long nowNanos) {
    if (patience == Patience.WAITS) {
      return (long) (leftNanos * SHARE_WAITED);
    }
    boolean standing = nowNanos - standingSinceNanos > STANDING_NANOS;
    return standing ? Math.min(WAIT_NANOS_MAX, leftNanos / 2) : leftNanos / 2;
  }

  /** Empties it; all that waited. */
  Collection<Call<?>> takeAll() {
    List<Call<?>> all = List.copyOf(calls);
    all.forEach(each -> each.queued = false);
    calls.clear();
    return all;
  }
}
