package io.quorate.replication.coordinator.read;

import io.quorate.placement.Level;
import io.quorate.placement.Stage;
import io.quorate.replication.api.Fields;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.api.Siblings;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.version.CrdtState;
import io.quorate.version.Record;

/**
 * What a client is told of what a round of a read has found: the value, siblings or fields, or that
 * there is nothing; from whom, and whether something newer may have been missed.
 */
final class ReadAnswer {
  private ReadAnswer() {}

  /**
   * Makes the answer.
   *
   * @param mayBeMissed whether fewer than the write rule asks for hold what is returned
   * @param everyone whether all replicas were asked: then it is told how many were repaired
   */
  static Outcome.Read of(
      Context context, ReadRound round, Level level, boolean mayBeMissed, boolean everyone) {
    Record newest = round.tally().newest();
    if (newest != null && round.plan().tenant().mergesFields()) {
      follow(context, newest);
    }
    ResultInfo info = info(context, round, level, mayBeMissed);
    Record shown = newest == null ? null : newest.unmarked();
    if (shown == null) {
      return Outcome.Read.nothing(round.plan().purged(), info);
    }
    context.unanswered().shown(shown.version());
    tellOfMove(context, round.plan());
    Outcome.Read read = read(context, round, shown, info);
    return everyone ? read.repaired(round.tally().repaired()) : read;
  }

  /** So that the client hears a time that is not below that of what is assigned to a register. */
  private static void follow(Context context, Record fields) {
    long assigned = CrdtState.of(fields).latestAssignment();
    context.hybridClock().observe(assigned, context.clock().wallMillis());
  }

  private static Outcome.Read read(
      Context context, ReadRound round, Record shown, ResultInfo info) {
    if (round.plan().tenant().mergesFields()) {
      return Outcome.Read.of(Fields.of(shown), shown.version(), info);
    }
    long askedMillis = round.askedMillis();
    if (shown.isOfSiblings()) {
      Siblings found = Siblings.of(round.key(), shown, askedMillis);
      if (found.live().size() > 1) {
        context.events().accept(CoordinatorEvent.Window.SIBLINGS_READ);
      }
      return Outcome.Read.of(found, shown.version(), info);
    }
    return shown.isLiveAt(askedMillis)
        ? Outcome.Read.of(shown, info)
        : Outcome.Read.absent(shown.version(), info);
  }

  private static void tellOfMove(Context context, Plan plan) {
    if (plan.stage() instanceof Stage.Moving moving) {
      boolean newOnly = moving.readsNext() && !moving.old().contains(context.self());
      context
          .events()
          .accept(
              newOnly
                  ? CoordinatorEvent.Window.READ_AT_NEW_REPLICA
                  : CoordinatorEvent.Window.READ_WHILE_MOVING);
    }
  }

  private static ResultInfo info(
      Context context, ReadRound round, Level level, boolean mayBeMissed) {
    Plan plan = round.plan();
    return new ResultInfo(
        plan.partition(),
        plan.epoch(),
        round.tally().answers(),
        mayBeMissed
            || mayBeLost(context, round)
            || plan.stage().mayMiss(level, plan.tenant().writeLevel()),
        context.hybridClock().read(context.clock().wallMillis()));
  }

  private static boolean mayBeLost(Context context, ReadRound round) {
    boolean lost =
        context.rules().tellsOfLoss() && round.plan().mayHaveLost(round.tally().newest());
    if (lost) {
      context.events().accept(CoordinatorEvent.Window.READ_TOLD_OF_LOSS);
    }
    return lost;
  }
}
