package io.quorate.sim.check;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Hears everything that clients of one tenant ask and are told, and tells every {@link Checker}.
 * Values that clients put are put once each.
 */
public final class PromiseChecker {
  private final Tenant tenant;
  private final int replicas;
  private final DeadlineChecker deadlines;
  private final List<Checker> checkers;

  /** By number; numbers are given when a call is made, and some never reach a node. */
  private final Map<Integer, Attempt> attempts = new TreeMap<>();

  private int numbers;
  private long acknowledged;
  private long refused;
  private long unknown;

  /**
   * @param replicas of each key
   * @param lateNanosMax how much later than its deadline an attempt may end
   */
  public PromiseChecker(Tenant tenant, int replicas, long lateNanosMax) {
    this.tenant = tenant;
    this.replicas = replicas;
    this.deadlines = new DeadlineChecker(lateNanosMax);
    this.checkers =
        List.of(
            deadlines,
            new AnswerChecker(tenant, replicas),
            new VersionChecker(tenant.id(), replicas),
            new ValueChecker(),
            new ConvergenceChecker(),
            new RaftChecker(),
            new BoundChecker());
  }

  /** A number for the next call, and for the value that it puts. */
  public int nextNumber() {
    return numbers++;
  }

  public long acknowledged() {
    return acknowledged;
  }

  public long refused() {
    return refused;
  }

  public long unknown() {
    return unknown;
  }

  /** A client's operation reaches the node it asked. */
  public Attempt begin(int number, NodeId node, Operation operation, long deadlineNanos) {
    int required = required(operation.level(), operation instanceof Operation.Get);
    var attempt =
        new Attempt(number, node, operation, Text.of(operation.key()), required, deadlineNanos);
    attempts.put(number, attempt);
    checkers.forEach(checker -> checker.begins(attempt));
    return attempt;
  }

  /**
   * The node answered.
   *
   * @param excused whether the node was paused meanwhile, and so may answer late
   */
  public void end(Attempt attempt, Outcome outcome, long nowNanos, boolean excused) {
    attempt.answer(outcome, nowNanos, excused);
    checkers.forEach(checker -> checker.ends(attempt, outcome));
    if (outcome instanceof Outcome.Failed) {
      refused += attempt.wasAppliedNowhere() ? 1 : 0;
      unknown += attempt.wasAppliedNowhere() ? 0 : 1;
    } else {
      acknowledged++;
    }
  }

  /** Something ends now, or has not ended yet, that was to end by its deadline. */
  public void checkInTime(String what, long deadlineNanos, long nowNanos, boolean excused) {
    if (!excused) {
      deadlines.inTime(what, deadlineNanos, nowNanos);
    }
  }

  /** The node died before it answered: the client knows nothing. */
  public void cutOff(Attempt attempt) {
    attempt.cutOff();
    unknown++;
  }

  /** A client begins to read all keys with a prefix. */
  public ScanAttempt beginScan(String prefix, @Nullable Level level) {
    var scan = new ScanAttempt(nextNumber(), prefix, level, required(level, true));
    checkers.forEach(checker -> checker.begins(scan));
    return scan;
  }

  /** It has read them to the end. */
  public void endScan(ScanAttempt scan, ScanAttempt.Found found) {
    checkers.forEach(checker -> checker.ends(scan, found));
  }

  /** A disk is lost, and may never be back. */
  public void losesDisk() {
    checkers.forEach(Checker::losesDisk);
  }

  /** An event happened, and this is how it left a node that runs. */
  public void happened(Inside node) {
    checkers.forEach(checker -> checker.happened(node));
  }

  /** How long a queue is; to be told now and then. */
  public void sampled(String where, Inside.Queue queue) {
    checkers.forEach(checker -> checker.sampled(where, queue));
  }

  /** How long a queue is when nothing is under way any more. */
  public void rests(String where, Inside.Queue queue) {
    checkers.forEach(checker -> checker.rests(where, queue));
  }

  /** No attempt is left without an end, but those the caller excuses. */
  public void allEnded(Predicate<Attempt> excused) {
    for (Attempt attempt : attempts.values()) {
      if (!attempt.hasEnded() && !excused.test(attempt)) {
        throw new PromiseBroken(DeadlineChecker.NAME, attempt + " never ended");
      }
    }
  }

  /** All has healed, every key was read at ALL, and nothing is under way any more. */
  public void rests(AtRest found) {
    checkers.forEach(checker -> checker.rests(found));
  }

  private int required(@Nullable Level level, boolean read) {
    Level tenants = read ? tenant.readLevel() : tenant.writeLevel();
    return (level == null ? tenants : level).required(replicas);
  }
}
