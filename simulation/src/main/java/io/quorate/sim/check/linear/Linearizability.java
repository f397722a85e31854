package io.quorate.sim.check.linear;

import io.quorate.sim.check.PromiseBroken;
import java.util.List;
import java.util.Map;

/**
 * Finds an order of a history's calls that explains the answers: the search of Wing and Gong
 * (<i>Testing and Verifying Concurrent Objects</i>, 1993), which remembers where it has been (Lowe,
 * <i>Testing for Linearizability</i>, 2017), key by key, as in Porcupine (Athalye, 2017) and
 * Knossos.
 *
 * <p>Its worst case is exponential in the calls under way at one time, including those that were
 * never answered. It gives up after a number of steps, not after a time: a verdict must not depend
 * on the speed of a machine. Then it begins again in another order: histories that take one of the
 * two for ever are mostly quick by the other.
 */
public final class Linearizability<S, I, O> {
  private final SequentialModel<S, I, O> model;
  private final long stepsMax;

  /**
   * @param stepsMax calls tried on the model, per object and search
   */
  public Linearizability(SequentialModel<S, I, O> model, long stepsMax) {
    this.model = model;
    this.stepsMax = stepsMax;
  }

  /**
   * Checks that each object's calls are linearizable.
   *
   * @param checker named if they are not
   * @param whose says whose calls they are
   * @throws PromiseBroken if they are not
   * @throws UndecidedException if the search gave up: then this run has shown nothing, and must not
   *     pass
   */
  public <K extends Comparable<K>> void hold(
      String checker, String whose, History<K, I, O> history) {
    switch (check(history)) {
      case Verdict.Linearizable legal -> {}
      case Verdict.Illegal illegal ->
          throw new PromiseBroken(checker, whose + ", " + illegal.explanation());
      case Verdict.Undecided gaveUp ->
          throw new UndecidedException(
              "%s, %s: the search of a history gave up after %d steps"
                  .formatted(checker, whose, gaveUp.steps()));
    }
  }

  /** Whether each object's calls are linearizable; the first that are not decide. */
  public <K extends Comparable<K>> Verdict check(History<K, I, O> history) {
    long steps = 0;
    boolean undecided = false;
    for (Map.Entry<K, List<HistoryCall<I, O>>> object : history.calls().entrySet()) {
      switch (check(object.getValue())) {
        case Verdict.Linearizable legal -> steps += legal.steps();
        case Verdict.Undecided gaveUp -> {
          steps += gaveUp.steps();
          undecided = true;
        }
        case Verdict.Illegal(var prefix, var unplaced, var explanation) -> {
          return new Verdict.Illegal(
              prefix, unplaced, "of " + object.getKey() + ": " + explanation);
        }
      }
    }
    return undecided ? new Verdict.Undecided(steps) : new Verdict.Linearizable(steps);
  }

  /** Whether the calls on one object are linearizable. */
  public Verdict check(List<HistoryCall<I, O>> calls) {
    Verdict verdict = search(calls, Search.First.KNOWN);
    boolean isSame = calls.stream().allMatch(HistoryCall::isKnown);
    return verdict instanceof Verdict.Undecided && !isSame
        ? search(calls, Search.First.OLDEST)
        : verdict;
  }

  private Verdict search(List<HistoryCall<I, O>> calls, Search.First first) {
    return new Search<>(model, calls, first, stepsMax).run();
  }
}
