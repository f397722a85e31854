package io.quorate.sim.check.linear;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One search for an order of the calls on one object. Walks along the {@link Timeline}: a call that
 * begins there may come next in the order, if the model agrees, and is taken out; where a call ends
 * that is not in the order yet, the order so far is wrong, and its last call is put back.
 */
final class Search<S, I, O> {
  private final SequentialModel<S, I, O> model;
  private final List<HistoryCall<I, O>> history;
  private final First first;
  private final long stepsMax;
  private final Timeline timeline;

  /** Where the search has been; only looked up. */
  private final Set<Been<S>> been = new HashSet<>();

  /** The order so far, with the state before each call. */
  private final List<Placed<S>> order = new ArrayList<>();

  private final BitSet placed = new BitSet();
  private S state;

  /** Calls with known outcome that are not in the order yet; the others may be left out. */
  private int left;

  private long steps;

  /** The deepest place where the search was stuck, and the order with which it was. */
  private int furthest;

  private List<Integer> furthestOrder = List.of();
  private S furthestState;

  /** Which of the calls that may come next are tried first. */
  enum First {
    /**
     * Those with known outcome. Most of the others, which may come anywhere later, explain nothing,
     * and each that is in the order without need doubles what there is to search.
     */
    KNOWN,
    /** Those that began first. */
    OLDEST
  }

  /** Two orders of the same calls that lead to the same state have the same future. */
  private record Been<S>(BitSet placed, S state) {}

  private record Placed<S>(int call, S stateBefore) {}

  Search(
      SequentialModel<S, I, O> model, List<HistoryCall<I, O>> history, First first, long stepsMax) {
    this.model = model;
    this.history = history;
    this.first = first;
    this.stepsMax = stepsMax;
    this.timeline = new Timeline(history);
    this.state = model.initial();
    this.furthestState = state;
    this.left = (int) history.stream().filter(HistoryCall::isKnown).count();
  }

  Verdict run() {
    boolean others = false;
    int place = timeline.next(Timeline.HEAD);
    while (left > 0) {
      if (timeline.isEnd(place) && !others && first == First.KNOWN) {
        others = true;
        place = timeline.next(Timeline.HEAD);
      } else if (timeline.isEnd(place)) {
        stuckAt(place);
        Placed<S> last = takeBack();
        if (last == null) {
          return illegal();
        }
        others = isAmongOthers(last.call());
        place = timeline.next(timeline.begin(last.call()));
      } else if (isAmongOthers(timeline.call(place)) != others) {
        place = timeline.next(place);
      } else if (++steps > stepsMax) {
        return new Verdict.Undecided(stepsMax);
      } else if (tryNext(timeline.call(place))) {
        others = false;
        place = timeline.next(Timeline.HEAD);
      } else {
        place = timeline.next(place);
      }
    }
    return new Verdict.Linearizable(steps);
  }

  /** Whether a call is tried only when all that are to be tried first lead nowhere. */
  private boolean isAmongOthers(int call) {
    return first == First.KNOWN && !history.get(call).isKnown();
  }

  /** Puts a call next in the order, if that makes sense and was not tried before. */
  private boolean tryNext(int call) {
    HistoryCall<I, O> it = history.get(call);
    S after = model.step(state, it.input(), it.output());
    if (after == null || (!it.isKnown() && after.equals(state))) {
      return false; // the latter was not seen by any client: without it, more is possible
    }
    placed.set(call);
    if (!been.add(new Been<>((BitSet) placed.clone(), after))) {
      placed.clear(call);
      return false;
    }
    order.add(new Placed<>(call, state));
    state = after;
    timeline.takeOut(call);
    left -= it.isKnown() ? 1 : 0;
    return true;
  }

  /**
   * Takes back the last call that may have been wrong; null if there is none. A call that changes
   * nothing is never wrong: what can follow it later can follow it at once.
   */
  private @Nullable Placed<S> takeBack() {
    while (!order.isEmpty()) {
      Placed<S> last = order.removeLast();
      state = last.stateBefore();
      placed.clear(last.call());
      timeline.putBack(last.call());
      HistoryCall<I, O> it = history.get(last.call());
      left += it.isKnown() ? 1 : 0;
      if (!model.changesNothing(it.input(), it.output())) {
        return last;
      }
    }
    return null;
  }

  private void stuckAt(int place) {
    if (place > furthest) {
      furthest = place;
      furthestOrder = order.stream().map(Placed::call).toList();
      furthestState = state;
    }
  }

  private Verdict.Illegal illegal() {
    HistoryCall<I, O> unplaced = history.get(timeline.call(furthest));
    var text = new StringBuilder("no order of the calls explains ").append(unplaced);
    text.append("\nuntil just before its end, this one explains all:");
    furthestOrder.forEach(call -> text.append("\n  ").append(history.get(call)));
    text.append("\n  state: ").append(furthestState);
    text.append("\nnext must come one of those under way then, and each leads nowhere:");
    for (HistoryCall<I, O> other : history) {
      if (other.began() < unplaced.ended() && !furthestOrder.contains(history.indexOf(other))) {
        text.append("\n  ").append(other).append(why(other));
      }
    }
    return new Verdict.Illegal(
        furthestOrder.stream().map(call -> history.get(call).number()).toList(),
        unplaced.number(),
        text.toString());
  }

  private String why(HistoryCall<I, O> call) {
    @Nullable S after = model.step(furthestState, call.input(), call.output());
    return after == null ? "  (impossible in this state)" : "  (then the state is " + after + ")";
  }
}
