package io.quorate.sim.check.linear;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The beginnings and ends of calls, in order, as a list from which calls are taken out and put back
 * in the reverse order ("dancing links"; Knuth, 2000). Places are numbers: 0 is before all, the
 * last one after all.
 */
final class Timeline {
  static final int HEAD = 0;

  /** The call that begins or ends at each place. */
  private final int[] calls;

  /** The places where each call begins, and where it ends, or 0 if it never does. */
  private final int[] begins;

  private final int[] ends;

  private final int[] next;
  private final int[] before;

  /** One end of one call. */
  private record Event(long at, int call, boolean isEnd) {}

  Timeline(List<? extends HistoryCall<?, ?>> history) {
    List<Event> events = new ArrayList<>();
    for (int call = 0; call < history.size(); call++) {
      events.add(new Event(history.get(call).began(), call, false));
      if (history.get(call).isKnown()) {
        events.add(new Event(history.get(call).ended(), call, true));
      }
    }
    events.sort(Comparator.comparingLong(Event::at).thenComparing(Event::isEnd));
    begins = new int[history.size()];
    ends = new int[history.size()];
    calls = new int[events.size() + 2];
    next = new int[events.size() + 2];
    before = new int[events.size() + 2];
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      calls[i + 1] = event.call();
      (event.isEnd() ? ends : begins)[event.call()] = i + 1;
    }
    for (int place = 0; place <= events.size(); place++) {
      next[place] = place + 1;
      before[place + 1] = place;
    }
  }

  int next(int place) {
    return next[place];
  }

  int call(int place) {
    return calls[place];
  }

  int begin(int call) {
    return begins[call];
  }

  /** Whether calls that begin later cannot have come before the call of this place. */
  boolean isEnd(int place) {
    return ends[calls[place]] == place;
  }

  void takeOut(int call) {
    unlink(begins[call]);
    if (ends[call] != 0) {
      unlink(ends[call]);
    }
  }

  /** Puts back the call that was taken out last. */
  void putBack(int call) {
    if (ends[call] != 0) {
      relink(ends[call]);
    }
    relink(begins[call]);
  }

  private void unlink(int place) {
    next[before[place]] = next[place];
    before[next[place]] = before[place];
  }

  private void relink(int place) {
    next[before[place]] = place;
    before[next[place]] = place;
  }
}
