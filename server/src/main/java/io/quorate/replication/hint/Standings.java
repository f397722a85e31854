package io.quorate.replication.hint;

import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import java.util.List;

/** What is owed, counted for operators and gauges. */
final class Standings {
  private final Debts debts;
  private final DeadLetters letters;
  private final Delivering delivering;
  private final Clock clock;
  private final Rules rules;

  Standings(Collaborators with, Debts debts, DeadLetters letters, Delivering delivering) {
    this.debts = debts;
    this.letters = letters;
    this.delivering = delivering;
    this.clock = with.clock();
    this.rules = with.rules();
  }

  /** For how long a node has lacked the oldest record that it lacks; 0 if it lacks none. */
  long lackingNanos(NodeId target) {
    Debt debt = debts.find(target);
    return debt == null ? 0 : debt.lackingNanos(clock.nanos(), clock.wallMillis());
  }

  /** Returns all that is owed, to all nodes together. */
  Hints.Sum sum() {
    long hints = 0;
    long bytes = 0;
    int repairs = 0;
    for (Debt debt : debts.all()) {
      hints += debt.hints;
      bytes += debt.bytes;
      repairs += debt.repairs.size();
    }
    return new Hints.Sum(hints, bytes, repairs, letters.count());
  }

  /** Of each node that there is something to say of; counts the hints before a marker. */
  List<Hints.Standing> standings(long marker) {
    return debts.all().stream()
        .filter(
            debt ->
                debt.hints > 0
                    || !debt.repairs.isEmpty()
                    || debt.paused
                    || letters.count(debt.target) > 0)
        .map(debt -> standing(debt, marker))
        .toList();
  }

  private Hints.Standing standing(Debt debt, long marker) {
    Long oldest = debt.oldestStamp();
    return new Hints.Standing(
        debt.target,
        debt.hints,
        debt.bytes,
        List.copyOf(debt.repairs.keySet()),
        letters.count(debt.target),
        oldest == null ? 0 : oldest,
        delivering.isPaused() || debt.paused,
        debt.delivered.perSecond(clock.nanos()),
        debt.count(stamp -> rules.isAwaited(stamp, marker)));
  }
}
