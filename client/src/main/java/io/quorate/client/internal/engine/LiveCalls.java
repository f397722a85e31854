package io.quorate.client.internal.engine;

import java.util.ArrayList;
import java.util.List;
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

  /** Returns all. */
  List<Call<?>> all() {
    List<Call<?>> all = new ArrayList<>();
    for (Call<?> call = first; call != null; call = call.after) {
      all.add(call);
    }
    return all;
  }

  /** Returns those whose time is over. The end of one may be the end of others of them. */
  List<Call<?>> expired(long now) {
    if (now < earliestDeadlineNanos) {
      return List.of();
    }
    earliestDeadlineNanos = Long.MAX_VALUE;
    List<Call<?>> expired = new ArrayList<>();
    for (Call<?> call = first; call != null; call = call.after) {
      if (now < call.deadlineNanos) {
        earliestDeadlineNanos = Math.min(earliestDeadlineNanos, call.deadlineNanos);
      } else {
        expired.add(call);
      }
    }
    return expired;
  }
}
