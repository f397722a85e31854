package io.quorate.replication.hint;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.runtime.Clock;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Kept;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is owed to the nodes that can take it: for each of them some hints at a time, read
 * from disk page after page in passes, no more at once than its window and the budget allow.
 */
final class Delivering {
  private static final int PAGE = 256;
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final HintStore store;
  private final HintsByTarget byTarget;
  private final HintQueue hintQueue;
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
      HintDependencies with,
      HintsByTarget byTarget,
      HintQueue hintQueue,
      RepairMarks marks,
      DeadLetters letters,
      boolean paused) {
    this.store = with.store();
    this.byTarget = byTarget;
    this.hintQueue = hintQueue;
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
    for (TargetHints targetHints : List.copyOf(byTarget.all())) {
      boolean reachable =
          takesWrites.test(targetHints.target) || byTarget.hasLeft(targetHints.target);
      if (mayHaveHints(targetHints) && !targetHints.paused && reachable) {
        advance(targetHints);
      }
    }
  }

  private static boolean mayHaveHints(TargetHints targetHints) {
    return targetHints.hints > 0 || targetHints.uncertain;
  }

  private void advance(TargetHints targetHints) {
    if (clock.nanos() - targetHints.restUntilNanos < 0) {
      return;
    }
    while (targetHints.deliveries() < targetHints.window.size()
        && !targetHints.next.isEmpty()
        && !paused
        && budget.isOpen(targetHints.target)) {
      deliver(targetHints, targetHints.next.remove());
    }
    if (targetHints.next.isEmpty() && !targetHints.paging && mayHaveHints(targetHints)) {
      if (targetHints.passRead && targetHints.deliveries() > 0) {
        return; // the next pass would find again what is being delivered
      }
      turnPage(targetHints);
    }
  }

  private void turnPage(TargetHints targetHints) {
    targetHints.paging = true;
    if (targetHints.passRead) {
      targetHints.passRead = false;
      targetHints.cursor = null;
    }
    boolean wholePass = targetHints.cursor == null && targetHints.unanswered == 0;
    long turnoverBefore = targetHints.turnover;
    store.page(
        targetHints.target,
        targetHints.cursor,
        PAGE,
        new HintStore.PageCallback() {
          @Override
          public void page(List<Kept> hints, boolean complete) {
            targetHints.passRead = complete;
            if (!hints.isEmpty()) {
              targetHints.cursor = hints.getLast().hint();
            }
            for (Kept kept : hints) {
              if (targetHints.isThere(kept.hint()) && !targetHints.isUnderWay(kept.hint())) {
                targetHints.next.add(kept);
              }
            }
            targetHints.paged();
            if (complete && hints.isEmpty()) {
              if (wholePass && targetHints.turnover == turnoverBefore) {
                targetHints.foundEmpty();
              }
              rest(targetHints); // what is counted is on its way to disk
            }
          }

          @Override
          public void failed(StorageFault fault) {
            targetHints.paged();
            rest(targetHints);
          }
        });
  }

  private void rest(TargetHints targetHints) {
    targetHints.restUntilNanos = clock.nanos() + REST_NANOS;
  }

  private void deliver(TargetHints targetHints, Kept kept) {
    targetHints.begun(kept.hint());
    budget.took(targetHints.target, 1);
    long begun = clock.nanos();
    courier.deliver(
        kept.hint(), outcome -> delivered(targetHints, kept, outcome, clock.nanos() - begun));
  }

  private void delivered(TargetHints targetHints, Kept kept, Courier.Outcome outcome, long nanos) {
    boolean changed = targetHints.ended(kept.hint());
    switch (outcome) {
      case Courier.Plain.DELIVERED -> {
        targetHints.window.answered(nanos);
        targetHints.delivered.happened(clock.nanos());
        events.accept(new HintEvent.HintDelivered(targetHints.target));
        if (letters.remove(kept.hint(), NotAwaited.INSTANCE)) {
          events.accept(new HintEvent.DeadLetterSettled(targetHints.target, kept.hint().key()));
        }
        if (changed) {
          hintQueue.renew(targetHints, kept);
        } else {
          hintQueue.remove(targetHints, kept);
        }
      }
      case Courier.Plain.NOTHING_HELD -> {
        if (!changed) {
          events.accept(new HintEvent.HintDiscarded(targetHints.target));
          hintQueue.remove(targetHints, kept);
        }
      }
      case Courier.Plain.NOT_NOW -> {
        targetHints.window.shrink();
        rest(targetHints);
      }
      case Courier.Moved(List<NodeId> replicas) -> {
        replicas.forEach(
            replica -> marks.mark(byTarget.of(replica), kept.hint().partition(), Lack.POSSIBLE));
        events.accept(new HintEvent.HintMoved(targetHints.target, kept.hint().partition()));
        hintQueue.remove(targetHints, kept);
      }
      case Courier.Declined(String reason) -> {
        targetHints.window.shrink();
        rest(targetHints);
        if (targetHints.refusals.merge(kept.hint(), 1, Integer::sum) >= config.refusalsMax()) {
          giveUp(targetHints, kept, reason);
        }
      }
    }
  }

  /** Past the bound of dead letters it is found by comparing, if it still matters. */
  private void giveUp(TargetHints targetHints, Kept kept, String reason) {
    Hint hint = kept.hint();
    if (letters.isFull()) {
      marks.mark(targetHints, hint.partition(), Lack.KNOWN);
      events.accept(new HintEvent.HintGivenUp(targetHints.target, hint.partition()));
      hintQueue.remove(targetHints, kept);
    } else {
      targetHints.removed(kept);
      letters.bury(kept, clock.wallMillis(), reason, buried(targetHints, hint, reason));
    }
  }

  private PutCallback buried(TargetHints targetHints, Hint hint, String reason) {
    PutCallback leaving = HintQueue.leaving(targetHints, hint);
    return new PutCallback() {
      @Override
      public void stored() {
        if (letters.has(hint)) { // else it was settled or dropped meanwhile
          events.accept(
              new HintEvent.DeadLettered(targetHints.target, hint.partition(), hint.key(), reason));
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
   * Delivers nothing from now on, after the next start too; what is under way goes on. A node that
   * has left the cluster is not paused, for no operator could resume it.
   *
   * @param target null for all nodes
   */
  void pause(@Nullable NodeId target, PutCallback durable) {
    if (target != null && byTarget.hasLeft(target)) {
      durable.stored();
      return;
    }
    if (target == null) {
      paused = true;
    } else {
      byTarget.of(target).paused = true;
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
      byTarget.all().stream().filter(targetHints -> targetHints.paused).forEach(this::resume);
    } else {
      resume(byTarget.of(target));
    }
    store.pause(target, false, durable);
  }

  /**
   * Resumes deliveries to nodes that have left the cluster: an operator can resume members only,
   * and what is owed to a node that left moves to the present replicas only when it is delivered.
   */
  void resumeThoseThatLeft() {
    byTarget.all().stream()
        .filter(targetHints -> targetHints.paused && byTarget.hasLeft(targetHints.target))
        .forEach(this::resume);
  }

  private void resume(TargetHints targetHints) {
    targetHints.paused = false;
    store.pause(targetHints.target, false, NotAwaited.INSTANCE);
  }

  /** Whether nothing is delivered to anyone. */
  boolean isPaused() {
    return paused;
  }
}
