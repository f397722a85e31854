package io.quorate.replication.hint;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.runtime.Clock;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Kept;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is owed to those who can take it: for each of them some hints at a time, read from
 * disk page after page in passes, no more at once than its window and the budget allow.
 */
final class Delivering {
  private static final int PAGE = 256;
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final HintStore store;
  private final Debts debts;
  private final Owing owing;
  private final RepairMarks marks;
  private final DeadLetters letters;
  private final Predicate<NodeId> takesWrites;
  private final Clock clock;
  private final Courier courier;
  private final BackgroundBudget budget;
  private final HintConfig config;
  private final Consumer<Event> events;

  /** Nothing is delivered to anyone, as an operator asked. */
  private boolean paused;

  Delivering(
      Collaborators with,
      Debts debts,
      Owing owing,
      RepairMarks marks,
      DeadLetters letters,
      boolean paused) {
    this.store = with.store();
    this.debts = debts;
    this.owing = owing;
    this.marks = marks;
    this.letters = letters;
    this.takesWrites = with.takesWrites();
    this.clock = with.clock();
    this.courier = with.courier();
    this.budget = with.budget();
    this.config = with.config();
    this.events = with.events();
    this.paused = paused;
  }

  /** Begins what deliveries can be begun. */
  void tick() {
    if (paused) {
      return;
    }
    for (Debt debt : List.copyOf(debts.all())) {
      boolean reachable = takesWrites.test(debt.target) || debts.hasLeft(debt.target);
      if (mayHaveHints(debt) && !debt.paused && reachable) {
        advance(debt);
      }
    }
  }

  private static boolean mayHaveHints(Debt debt) {
    return debt.hints > 0 || debt.uncertain;
  }

  private void advance(Debt debt) {
    if (clock.nanos() - debt.restUntilNanos < 0) {
      return;
    }
    while (debt.deliveries() < debt.window.size()
        && !debt.next.isEmpty()
        && !paused
        && budget.isOpen(debt.target)) {
      deliver(debt, debt.next.remove());
    }
    if (debt.next.isEmpty() && !debt.paging && mayHaveHints(debt)) {
      if (debt.passRead && debt.deliveries() > 0) {
        return; // the next pass would find again what is being delivered
      }
      turnPage(debt);
    }
  }

  private void turnPage(Debt debt) {
    debt.paging = true;
    if (debt.passRead) {
      debt.passRead = false;
      debt.cursor = null;
    }
    boolean wholePass = debt.cursor == null && debt.unanswered == 0;
    long turnoverBefore = debt.turnover;
    store.page(
        debt.target,
        debt.cursor,
        PAGE,
        new HintStore.PageCallback() {
          @Override
          public void page(List<Kept> hints, boolean complete) {
            debt.passRead = complete;
            if (!hints.isEmpty()) {
              debt.cursor = hints.getLast().hint();
            }
            for (Kept kept : hints) {
              if (debt.isThere(kept.hint()) && !debt.isUnderWay(kept.hint())) {
                debt.next.add(kept);
              }
            }
            debt.paged();
            if (complete && hints.isEmpty()) {
              if (wholePass && debt.turnover == turnoverBefore) {
                debt.foundEmpty();
              }
              rest(debt); // what is counted is on its way to disk
            }
          }

          @Override
          public void failed(StorageFault fault) {
            debt.paged();
            rest(debt);
          }
        });
  }

  private void rest(Debt debt) {
    debt.restUntilNanos = clock.nanos() + REST_NANOS;
  }

  private void deliver(Debt debt, Kept kept) {
    debt.begun(kept.hint());
    budget.took(debt.target, 1);
    long begun = clock.nanos();
    courier.deliver(kept.hint(), outcome -> delivered(debt, kept, outcome, clock.nanos() - begun));
  }

  private void delivered(Debt debt, Kept kept, Courier.Outcome outcome, long nanos) {
    boolean changed = debt.ended(kept.hint());
    switch (outcome) {
      case Courier.Plain.DELIVERED -> {
        debt.window.answered(nanos);
        debt.delivered.happened(clock.nanos());
        events.accept(new HintEvent.HintDelivered(debt.target));
        if (letters.remove(kept.hint(), NotAwaited.INSTANCE)) {
          events.accept(new HintEvent.DeadLetterSettled(debt.target, kept.hint().key()));
        }
        if (changed) {
          owing.renew(debt, kept);
        } else {
          owing.remove(debt, kept);
        }
      }
      case Courier.Plain.NOTHING_HELD -> {
        if (!changed) {
          events.accept(new HintEvent.HintDiscarded(debt.target));
          owing.remove(debt, kept);
        }
      }
      case Courier.Plain.NOT_NOW -> {
        debt.window.shrink();
        rest(debt);
      }
      case Courier.Moved(List<NodeId> replicas) -> {
        replicas.forEach(replica -> marks.mark(debts.of(replica), kept.hint().partition()));
        events.accept(new HintEvent.HintMoved(debt.target, kept.hint().partition()));
        owing.remove(debt, kept);
      }
      case Courier.Declined(String reason) -> {
        debt.window.shrink();
        rest(debt);
        if (debt.refusals.merge(kept.hint(), 1, Integer::sum) >= config.refusalsMax()) {
          giveUp(debt, kept, reason);
        }
      }
    }
  }

  /** Past the bound of dead letters it is found by comparing, if it still matters. */
  private void giveUp(Debt debt, Kept kept, String reason) {
    Hint hint = kept.hint();
    if (letters.isFull()) {
      marks.mark(debt, hint.partition());
      events.accept(new HintEvent.HintGivenUp(debt.target, hint.partition()));
      owing.remove(debt, kept);
    } else {
      debt.removed(kept);
      letters.bury(kept, clock.wallMillis(), reason, buried(debt, hint, reason));
    }
  }

  private PutCallback buried(Debt debt, Hint hint, String reason) {
    PutCallback leaving = Owing.leaving(debt, hint);
    return new PutCallback() {
      @Override
      public void stored() {
        if (letters.has(hint)) { // else it was settled or dropped meanwhile
          events.accept(
              new HintEvent.DeadLettered(debt.target, hint.partition(), hint.key(), reason));
        }
        leaving.stored();
      }

      @Override
      public void failed(StorageFault fault) {
        leaving.failed(fault);
      }
    };
  }

  /**
   * Delivers nothing from now on, after the next start too; what is under way goes on.
   *
   * @param target null for all nodes
   */
  void pause(@Nullable NodeId target, PutCallback durable) {
    if (target == null) {
      paused = true;
    } else {
      debts.of(target).paused = true;
    }
    store.pause(target, true, durable);
  }

  /**
   * Takes back a pause.
   *
   * @param target null for those of all nodes, and of each
   */
  void resume(@Nullable NodeId target, PutCallback durable) {
    if (target == null) {
      paused = false;
      debts.all().stream().filter(debt -> debt.paused).forEach(this::resume);
    } else {
      resume(debts.of(target));
    }
    store.pause(target, false, durable);
  }

  private void resume(Debt debt) {
    debt.paused = false;
    store.pause(debt.target, false, NotAwaited.INSTANCE);
  }

  /** Whether nothing is delivered to anyone. */
  boolean isPaused() {
    return paused;
  }
}
