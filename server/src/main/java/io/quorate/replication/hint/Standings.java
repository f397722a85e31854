package io.quorate.replication.hint;

import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import java.util.List;

/** What is owed, counted for operators and gauges. */
final class Standings {
  private final HintsByTarget byTarget;
  private final DeadLetters letters;
  private final Delivering delivering;
  private final Clock clock;
  private final HintRules rules;

  Standings(
      HintDependencies with, HintsByTarget byTarget, DeadLetters letters, Delivering delivering) {
    this.byTarget = byTarget;
    this.letters = letters;
    this.delivering = delivering;
    this.clock = with.clock();
    this.rules = with.rules();
  }

  /** For how long a node has lacked the oldest record that it is known to lack; 0 if none. */
  long lackingNanos(NodeId target) {
    TargetHints targetHints = byTarget.find(target);
    return targetHints == null ? 0 : targetHints.lackingNanos(clock.nanos(), clock.wallMillis());
  }

  /** Returns all that is owed, to all nodes together. */
  Hints.Sum sum() {
    long hints = 0;
    long bytes = 0;
    int repairs = 0;
    for (TargetHints targetHints : byTarget.all()) {
      hints += targetHints.hints;
      bytes += targetHints.bytes;
      repairs += targetHints.repairs.size();
    }
    return new Hints.Sum(hints, bytes, repairs, letters.count());
  }

  /** Of each node that there is something to say of; counts the hints before a marker. */
  List<Hints.Standing> standings(long marker) {
    return byTarget.all().stream()
        .filter(
            targetHints ->
                targetHints.hints > 0
                    || !targetHints.repairs.isEmpty()
                    || targetHints.paused
                    || letters.count(targetHints.target) > 0)
        .map(targetHints -> standing(targetHints, marker))
        .toList();
  }

  private Hints.Standing standing(TargetHints targetHints, long marker) {
    Long oldest = targetHints.oldestStamp();
    return new Hints.Standing(
        targetHints.target,
        targetHints.hints,
        targetHints.bytes,
        List.copyOf(targetHints.repairs.keySet()),
        letters.count(targetHints.target),
        oldest == null ? 0 : oldest,
        delivering.isPaused() || targetHints.paused,
        targetHints.delivered.perSecond(clock.nanos()),
        targetHints.count(stamp -> rules.isAwaited(stamp, marker)));
  }
}
