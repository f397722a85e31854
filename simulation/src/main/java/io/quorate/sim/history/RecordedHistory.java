package io.quorate.sim.history;

import io.quorate.sim.check.linear.HistoryCall;
import io.quorate.sim.check.linear.RegisterModel.Input;
import io.quorate.sim.check.linear.RegisterModel.Output;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The calls of one file.
 *
 * @param calls in the order of their lines
 */
record RecordedHistory(List<RecordedCall> calls) {
  RecordedHistory {
    calls = List.copyOf(calls);
  }

  /** Throws {@link IllegalArgumentException}, with the number of the line, if one is no call. */
  static RecordedHistory read(List<String> lines) {
    List<RecordedCall> calls = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      try {
        calls.add(RecordedCallReader.read(lines.get(i)));
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + wrong.getMessage(), wrong);
      }
    }
    return new RecordedHistory(calls);
  }

  int refused() {
    return (int) calls.stream().filter(RecordedCall::refused).count();
  }

  int unknown() {
    return (int) calls.stream().filter(call -> call.returnNanos() == null).count();
  }

  /** The calls on each key, without those that took no effect; numbered by their lines, from 1. */
  SortedMap<String, List<HistoryCall<Input, Output>>> byKey() {
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      RecordedCall call = calls.get(i);
      if (!call.refused()) {
        moments.add(new Moment(call.callNanos(), false, i));
        if (call.returnNanos() != null) {
          moments.add(new Moment(call.returnNanos(), true, i));
        }
      }
    }
    moments.sort(Moment.IN_ORDER);
    long[] began = new long[calls.size()];
    SortedMap<String, List<HistoryCall<Input, Output>>> keys = new TreeMap<>();
    for (int place = 0; place < moments.size(); place++) {
      Moment moment = moments.get(place);
      RecordedCall call = calls.get(moment.call());
      if (!moment.isReturn()) {
        began[moment.call()] = place;
      }
      if (moment.isReturn() || call.returnNanos() == null) {
        keys.computeIfAbsent(call.key(), key -> new ArrayList<>())
            .add(
                new HistoryCall<>(
                    moment.call() + 1,
                    call.client(),
                    call.input(),
                    call.output(),
                    began[moment.call()],
                    moment.isReturn() ? place : HistoryCall.NEVER));
      }
    }
    keys.values().forEach(each -> each.sort(Comparator.comparingLong(HistoryCall::began)));
    return keys;
  }

  /**
   * A beginning or an end. Of those at the same time beginnings come first: then these calls
   * overlap, which permits more orders, and no history is blamed for the precision of a clock.
   */
  private record Moment(long nanos, boolean isReturn, int call) {
    static final Comparator<Moment> IN_ORDER =
        Comparator.comparingLong(Moment::nanos)
            .thenComparing(Moment::isReturn)
            .thenComparingInt(Moment::call);
  }
}
