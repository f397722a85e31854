package io.quorate.client.internal.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All calls that are not completed, in order of arrival; a list linked through the calls
 * themselves, so that coming and going costs no allocation and no search. Deadlines are looked at
 * together, and not by a timer per call. Owned by the loop.
 */
final class LiveCalls {
  private @Nullable Call<?> first;
  private @Nullable Call<?> last;

  /** No call here has an earlier deadline. */
  private long earliestDeadlineNanos = Long.MAX_VALUE;

  boolean isEmpty() {
    return first == null;
  }

  void add(Call<?> call) {
    call.before = last;
    if (last == null) {
      first = call;
    } else {
      last.after = call;
    }
    last = call;
    earliestDeadlineNanos = Math.min(earliestDeadlineNanos, call.deadlineNanos);
  }

  void remove(Call<?> call) {
    if (call.before == null) {
      first = call.after;
    } else {
      call.before.after = call.after;
    }
    if (call.after == null) {
      last = call.before;
    } else {
      call.after.before = call.before;
    }
    call.before = null;
    call.after = null;
  }

  /** Visits all; the visitor may remove the call it is given, and add others. */
  void forEach(Consumer<Call<?>> visitor) {
    Call<?> call = first;
    while (call != null) {
      Call<?> next = call.after;
      if (!call.done) { // a visitor before may have completed it
        visitor.accept(call);
      }
      call = next;
    }
  }

  /** Visits those whose time is over, as {@link #forEach} does. */
  void forEachExpired(long now, Consumer<Call<?>> visitor) {
    if (now < earliestDeadlineNanos) {
      return;
    }
    earliestDeadlineNanos = Long.MAX_VALUE;
    forEach(
        call -> {
          if (now < call.deadlineNanos) {
            earliestDeadlineNanos = Math.min(earliestDeadlineNanos, call.deadlineNanos);
          } else {
            visitor.accept(call);
          }
        });
  }
}
