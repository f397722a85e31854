package io.quorate.client.internal.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one tenant that are held back. Those that have waited for as long as their node
 * asked for stand in line, first come, first sent. Owned by the loop.
 */
final class WaitingLine {
  private final Throttle throttle;

  /** Calls that may be sent as soon as the throttle lets them through; some are done meanwhile. */
  private final ArrayDeque<Call<?>> due = new ArrayDeque<>();

  /** Calls here that are not done, due or not, and their bytes. */
  private int calls;

  private long bytes;

  /** When the throttle was asked last. */
  private long askedNanos;

  /** When it was last looked for calls that have waited for too long. */
  private long sweptNanos;

  WaitingLine(Throttle throttle, long nowNanos) {
    this.throttle = throttle;
    this.askedNanos = nowNanos;
    this.sweptNanos = nowNanos;
  }

  boolean isEmpty() {
    return calls == 0 && due.isEmpty();
  }

  /**
   * Whether this tenant may have another call wait: it may use as much as it leaves to the others
   * (Choudhury and Hahne, <i>Dynamic Queue Length Thresholds</i>, 1998). So a tenant that is
   * refused gets half of what a client may have unanswered, two get a third each, and the calls of
   * all other tenants are admitted.
   */
  boolean hasPlaceFor(Call<?> call, Admission admission) {
    return calls < admission.callsLeft() && bytes + call.bytes <= admission.bytesLeft();
  }

  void enter(Call<?> call) {
    call.waitingBytes = call.bytes;
    calls++;
    bytes += call.waitingBytes;
  }

  /** It is sent, or done. */
  void leave(Call<?> call) {
    calls--;
    bytes -= call.waitingBytes;
    call.waitingBytes = 0;
  }

  void standInLine(Call<?> call) {
    due.add(call);
  }

  /** How many of those in line may be sent now. */
  int letThrough(double draw, long nowNanos) {
    long since = nowNanos - askedNanos;
    askedNanos = nowNanos;
    return due.isEmpty() ? 0 : throttle.letThrough(due.size(), since, draw, nowNanos);
  }

  /** Takes out the first in line; null if there is none. */
  @Nullable Call<?> next() {
    Call<?> call = due.poll();
    while (call != null && call.done) {
      call = due.poll();
    }
    return call;
  }

  /**
   * Takes out those that wait no longer, and those that are done. There may be very many, so they
   * are looked at no more often than the throttle changes.
   *
   * @param ends whether a call waits no longer
   */
  List<Call<?>> takeEnded(Predicate<Call<?>> ends, long nowNanos) {
    if (nowNanos - sweptNanos < Throttle.FOLD_NANOS) {
      return List.of();
    }
    sweptNanos = nowNanos;
    List<Call<?>> ended = new ArrayList<>();
    due.removeIf(
        call -> {
          boolean over = !call.done && ends.test(call);
          if (over) {
            ended.add(call);
          }
          return over || call.done;
        });
    return ended;
  }

  Throttle throttle() {
    return throttle;
  }
}
