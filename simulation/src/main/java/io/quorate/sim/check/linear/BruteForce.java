package io.quorate.sim.check.linear;

import java.util.ArrayList;
import java.util.List;

/** The definition, word by word: tries every order of every choice of calls. For a few calls. */
final class BruteForce<S, I, O> {
  private final SequentialModel<S, I, O> model;

  BruteForce(SequentialModel<S, I, O> model) {
    this.model = model;
  }

  boolean isLinearizable(List<HistoryCall<I, O>> history) {
    return canGoOn(model.initial(), history);
  }

  /** Whether the rest of the history can follow in this state. */
  private boolean canGoOn(S state, List<HistoryCall<I, O>> rest) {
    if (rest.stream().noneMatch(HistoryCall::isKnown)) {
      return true; // those left out had no effect
    }
    for (HistoryCall<I, O> next : rest) {
      boolean tooEarly = rest.stream().anyMatch(other -> other.ended() < next.began());
      S after = tooEarly ? null : model.step(state, next.input(), next.output());
      if (after != null) {
        List<HistoryCall<I, O>> others = new ArrayList<>(rest);
        others.remove(next);
        if (canGoOn(after, others)) {
          return true;
        }
      }
    }
    return false;
  }
}
