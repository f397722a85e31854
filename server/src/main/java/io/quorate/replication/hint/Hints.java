package io.quorate.replication.hint;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.hint.Debt.RepairMark;
import io.quorate.runtime.Clock;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.Contents;
import io.quorate.storage.HintStore.DeadLetter;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Kept;
import io.quorate.storage.HintStore.Missed;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which records other replicas lack, and delivers them when those are back. Lives on one
 * lane.
 *
 * <p>Invariant: a record of this node that a target may lack is covered by a durable hint, by a
 * mark for repair of its partition, or by a delivery under way; whoever crashes before any of these
 * was durable had not been told that the write was complete everywhere.
 */
public final class Hints {
  private static final int PAGE = 256;
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final DeadLetters.Which ALL = new DeadLetters.Which(null, null);

  /** After a restart it is done once more, if the disk does not take it now. */
  private static final PutCallback NOT_AWAITED =
      new PutCallback() {
        @Override
        public void stored() {}

        @Override
        public void failed(StorageFault fault) {}
      };

  private final HintStore store;
  private final Predicate<NodeId> takesWrites;
  private final Clock clock;
  private final Courier courier;
  private final BackgroundBudget budget;
  private final HintConfig config;
  private final Consumer<Fact> facts;

  /** By target, ordered so that a simulation repeats. */
  private final NavigableMap<NodeId, Debt> debts = new TreeMap<>();

  private final Stamps stamps = new Stamps();
  private final DeadLetters letters;
  private final Rules rules;

  /** The members of the cluster; null before they are known. */
  private @Nullable Set<NodeId> members;

  private boolean paused;

  /** Something was owed that cannot be read any more, and is not marked yet. */
  private boolean lost;

  /**
   * Reads what is durable; blocks on the disk.
   *
   * @param takesWrites whether a node can be delivered to
   */
  public Hints(
      HintStore store,
      Predicate<NodeId> takesWrites,
      Clock clock,
      Courier courier,
      BackgroundBudget budget,
      HintConfig config,
      Consumer<Fact> facts) {
    this(store, takesWrites, clock, courier, budget, config, facts, new Rules());
  }

  Hints(
      HintStore store,
      Predicate<NodeId> takesWrites,
      Clock clock,
      Courier courier,
      BackgroundBudget budget,
      HintConfig config,
      Consumer<Fact> facts,
      Rules rules) {
    this.store = store;
    this.takesWrites = takesWrites;
    this.clock = clock;
    this.courier = courier;
    this.budget = budget;
    this.config = config;
    this.facts = facts;
    this.rules = rules;
    Contents durable = store.load();
    this.paused = durable.paused();
    this.lost = durable.lost();
    this.letters = new DeadLetters(store, config.deadLettersMax(), durable.deadLetters());
    durable.deadLetters().forEach(letter -> debt(letter.hint().target()));
    durable
        .owed()
        .forEach(
            (target, owed) -> {
              debt(target).load(owed, clock.nanos());
              owed.hints().keySet().forEach(stamps::found);
            });
  }

  /**
   * Learns who the members are. What is owed to a node that is none any more is owed to the
   * replicas that there are now.
   */
  public void membersAre(Set<NodeId> now) {
    members = Set.copyOf(now);
    for (DeadLetter letter : letters.list(ALL, null, Integer.MAX_VALUE)) {
      if (hasLeft(letter.hint().target())) {
        replay(letter, NOT_AWAITED);
      }
    }
  }

  /**
   * If something cannot be read any more that was owed, anything may have been: each partition of
   * this node is marked, for all its other replicas.
   */
  public void coverLoss(NodeId self, Placements placements) {
    if (!lost || placements.factors().isEmpty()) {
      return;
    }
    lost = false;
    int marks = 0;
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      List<NodeId> replicas = placements.replicas(partition, placements.factors().getLast());
      for (NodeId other : replicas.contains(self) ? replicas : List.<NodeId>of()) {
        if (!other.equals(self)) {
          markRepair(debt(other), partition);
          marks++;
        }
      }
    }
    facts.accept(new Fact.HintsLost(marks));
    store.lossMarked(NOT_AWAITED);
  }

  private boolean hasLeft(NodeId node) {
    return members != null && !members.contains(node);
  }

  private Debt debt(NodeId target) {
    return debts.computeIfAbsent(target, one -> new Debt(one, config.windowMax(), clock.nanos()));
  }

  /**
   * A replica lacks the record of a key that this node holds, or stores in this turn of the lane:
   * then the hint becomes durable with the record.
   *
   * @param epoch of the partition, under which it was missed
   */
  public void missed(NodeId target, int partition, long epoch, Key key) {
    Debt debt = debt(target);
    RepairMark mark = debt.repairs.get(partition);
    if (mark != null) {
      mark.missed++; // a comparison will find it, one that begins later
      return;
    }
    Hint hint = new Hint(target, partition, key);
    debt.changes(hint);
    if (isKept(debt, hint)) {
      awaitRecord(debt, hint);
      return;
    }
    Kept kept = new Kept(hint, new Missed(epoch, stamps.next(clock.wallMillis())));
    if (!hasRoom(debt, kept)) {
      facts.accept(new Fact.HintsOverflowed(target, partition));
      if (rules.marksPastTheBound()) {
        markRepair(debt, partition);
      }
      return;
    }
    debt.lacks(clock.nanos());
    debt.added(kept);
    facts.accept(new Fact.Hinted(target));
    add(debt, kept);
  }

  /** A delivery that begins before it is durable brings what was there before. */
  private void awaitRecord(Debt debt, Hint hint) {
    debt.unsettled(hint);
    store.settled(
        new PutCallback() {
          @Override
          public void stored() {
            debt.settled(hint);
          }

          @Override
          public void failed(StorageFault fault) {
            debt.settled(hint);
          }
        });
  }

  private boolean isKept(Debt debt, Hint hint) {
    return debt.isRecent(hint) || (!debt.isLeaving(hint) && store.isKnown(hint));
  }

  private boolean hasRoom(Debt debt, Kept kept) {
    return debt.hints < config.hintsMax() && debt.bytes + kept.bytes() <= config.bytesMax();
  }

  /** Whether a node that misses a record now would not have to be compared for it. */
  public boolean hasRoom(NodeId target, int partition, long epoch, Key key) {
    Debt debt = debt(target);
    Hint hint = new Hint(target, partition, key);
    return hasRoom(debt, new Kept(hint, new Missed(epoch, 1))) || isKept(debt, hint);
  }

  private void add(Debt debt, Kept kept) {
    debt.unanswered++;
    store.add(
        kept,
        new PutCallback() {
          @Override
          public void stored() {
            debt.unanswered--;
          }

          @Override
          public void failed(StorageFault fault) {
            debt.unanswered--;
            debt.uncertain = true;
            debt.removed(kept);
            debt.left(kept.hint());
            // The record, if it came before, is there all the same: so somebody has to look.
            markRepair(debt, kept.hint().partition());
          }
        });
  }

  /** A mark that the disk does not take is kept in mind, for as long as this node runs. */
  private void markRepair(Debt debt, int partition) {
    debt.lacks(clock.nanos());
    if (debt.repairs.putIfAbsent(partition, new RepairMark(clock.nanos())) == null) {
      store.markRepair(debt.target, partition, NOT_AWAITED);
    }
  }

  /**
   * Begins what deliveries can be begun. Called a few hundred times a second while there are any.
   */
  public void tick() {
    if (paused) {
      return;
    }
    for (Debt debt : List.copyOf(debts.values())) {
      boolean reachable = takesWrites.test(debt.target) || hasLeft(debt.target);
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
        facts.accept(new Fact.HintDelivered(debt.target));
        if (letters.remove(kept.hint(), NOT_AWAITED)) {
          facts.accept(new Fact.DeadLetterSettled(debt.target, kept.hint().key()));
        }
        if (changed) {
          renew(debt, kept);
        } else {
          remove(debt, kept);
        }
      }
      case Courier.Plain.NOTHING_HELD -> {
        if (!changed) {
          facts.accept(new Fact.HintDiscarded(debt.target));
          remove(debt, kept);
        }
      }
      case Courier.Plain.NOT_NOW -> {
        debt.window.shrink();
        rest(debt);
      }
      case Courier.Moved(List<NodeId> replicas) -> {
        replicas.forEach(replica -> markRepair(debt(replica), kept.hint().partition()));
        facts.accept(new Fact.HintMoved(debt.target, kept.hint().partition()));
        remove(debt, kept);
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

  /** What was missed first has been brought, and something else was missed since. */
  private void renew(Debt debt, Kept kept) {
    debt.removed(kept);
    Missed again = new Missed(kept.missed().epoch(), stamps.next(clock.wallMillis()));
    Kept renewed = new Kept(kept.hint(), again);
    debt.added(renewed);
    add(debt, renewed);
  }

  /** Past the bound of dead letters it is found by comparing, if it still matters. */
  private void giveUp(Debt debt, Kept kept, String reason) {
    Hint hint = kept.hint();
    if (letters.isFull()) {
      markRepair(debt, hint.partition());
      facts.accept(new Fact.HintGivenUp(debt.target, hint.partition()));
      remove(debt, kept);
    } else {
      facts.accept(new Fact.DeadLettered(debt.target, hint.partition(), hint.key(), reason));
      debt.removed(kept);
      letters.bury(kept, clock.wallMillis(), reason, leaving(debt, hint));
    }
  }

  private void remove(Debt debt, Kept kept) {
    debt.removed(kept);
    store.remove(kept.hint(), leaving(debt, kept.hint()));
  }

  private static PutCallback leaving(Debt debt, Hint hint) {
    debt.unanswered++;
    return new PutCallback() {
      @Override
      public void stored() {
        debt.unanswered--;
        debt.left(hint);
      }

      @Override
      public void failed(StorageFault fault) {
        debt.unanswered--;
        debt.uncertain = true;
        debt.left(hint); // it will be delivered once more
      }
    };
  }

  /** Dead letters, in order; for those that come after one already listed. */
  public List<DeadLetter> deadLetters(
      @Nullable NodeId target, @Nullable Integer partition, @Nullable Hint after, int most) {
    return letters.list(new DeadLetters.Which(target, partition), after, most);
  }

  /** Turns dead letters into hints again. */
  public void replayDeadLetters(
      @Nullable NodeId target, @Nullable Integer partition, LettersCallback callback) {
    List<DeadLetter> chosen = deadLetters(target, partition, null, Integer.MAX_VALUE);
    var settling = new Settling(chosen.size(), callback);
    chosen.forEach(letter -> replay(letter, letters.taken(letter, settling)));
  }

  private void replay(DeadLetter letter, PutCallback durable) {
    Hint hint = letter.hint();
    missed(hint.target(), hint.partition(), letter.missed().epoch(), hint.key());
    boolean unused = letters.remove(hint, durable);
    facts.accept(new Fact.DeadLetterReplayed(hint.target(), hint.key()));
  }

  /**
   * Takes dead letters away.
   *
   * @param forget not even to mark their partitions as ones that have to be compared
   */
  public void dropDeadLetters(
      @Nullable NodeId target,
      @Nullable Integer partition,
      boolean forget,
      LettersCallback callback) {
    List<DeadLetter> chosen = deadLetters(target, partition, null, Integer.MAX_VALUE);
    var settling = new Settling(chosen.size(), callback);
    for (DeadLetter letter : chosen) {
      Hint hint = letter.hint();
      if (!forget) {
        markRepair(debt(hint.target()), hint.partition());
      }
      boolean unused = letters.remove(hint, letters.taken(letter, settling));
      facts.accept(new Fact.DeadLetterDropped(hint.target(), hint.key(), forget));
    }
  }

  /**
   * A partition that its target has to be compared in.
   *
   * @param missed how much the target had missed of it when the comparison began
   */
  public record Mark(NodeId target, int partition, long missed) {}

  /** A mark that can be worked on now; null if there is none. */
  public @Nullable Mark dueRepair() {
    long now = clock.nanos();
    for (Debt debt : debts.values()) {
      if (!debt.repairs.isEmpty() && takesWrites.test(debt.target)) {
        for (var entry : debt.repairs.entrySet()) {
          if (now - entry.getValue().notBeforeNanos >= 0) {
            return new Mark(debt.target, entry.getKey(), entry.getValue().missed);
          }
        }
      }
    }
    return null;
  }

  /**
   * Calls back once everything that was missed before is durable here, so that a comparison finds
   * it; or soon, if the disk takes no writes.
   */
  public void beginRepair(Mark mark, Runnable callback) {
    facts.accept(new Fact.RepairBegun(mark.target, mark.partition));
    store.markRepair(
        mark.target,
        mark.partition,
        new PutCallback() {
          @Override
          public void stored() {
            callback.run();
          }

          @Override
          public void failed(StorageFault fault) {
            callback.run(); // nor was any of it acknowledged here
          }
        });
  }

  /** All that a mark stood for was brought: it goes, unless more was missed meanwhile. */
  public void endRepair(Mark mark) {
    Debt debt = debt(mark.target);
    RepairMark now = debt.repairs.get(mark.partition);
    if (now == null || now.missed != mark.missed) {
      return;
    }
    debt.repairs.remove(mark.partition);
    facts.accept(new Fact.RepairDone(mark.target, mark.partition));
    store.unmarkRepair(mark.target, mark.partition, NOT_AWAITED);
  }

  /**
   * A mark of a node that is no replica of the partition any more stands for others that are.
   *
   * @param replicas the others; none if this node is no replica itself
   */
  public void moveRepair(NodeId target, int partition, List<NodeId> replicas) {
    if (debt(target).repairs.remove(partition) != null) {
      replicas.forEach(replica -> markRepair(debt(replica), partition));
      facts.accept(new Fact.RepairMoved(target, partition));
      store.unmarkRepair(target, partition, NOT_AWAITED);
    }
  }

  /** A mark is not worked on for a while. */
  public void postponeRepair(Mark mark, long nanos) {
    RepairMark now = debt(mark.target).repairs.get(mark.partition);
    if (now != null) {
      now.notBeforeNanos = clock.nanos() + nanos;
    }
  }

  /**
   * Delivers nothing from now on, after the next start too; what is under way goes on.
   *
   * @param target null for all nodes
   */
  public void pause(@Nullable NodeId target, PutCallback durable) {
    if (target == null) {
      paused = true;
    } else {
      debt(target).paused = true;
    }
    store.pause(target, true, durable);
  }

  /**
   * Takes back a pause.
   *
   * @param target null for those of all nodes, and of each
   */
  public void resume(@Nullable NodeId target, PutCallback durable) {
    if (target == null) {
      paused = false;
      debts.values().stream().filter(debt -> debt.paused).forEach(this::resume);
    } else {
      resume(debt(target));
    }
    store.pause(target, false, durable);
  }

  private void resume(Debt debt) {
    debt.paused = false;
    store.pause(debt.target, false, NOT_AWAITED);
  }

  /** Whether nothing is delivered to anyone. */
  public boolean isPaused() {
    return paused;
  }

  /**
   * Draws a line: what there is now is behind it, and all that comes later is not. It holds after
   * the next start, too.
   */
  public long fence() {
    return stamps.fence();
  }

  /** For how long a node has lacked the oldest record that it lacks; 0 if it lacks none. */
  public long lackingNanos(NodeId target) {
    Debt debt = debts.get(target);
    return debt == null ? 0 : debt.lackingNanos(clock.nanos(), clock.wallMillis());
  }

  /** All that is owed, to whomever. */
  public Sum sum() {
    long hints = 0;
    long bytes = 0;
    int repairs = 0;
    for (Debt debt : debts.values()) {
      hints += debt.hints;
      bytes += debt.bytes;
      repairs += debt.repairs.size();
    }
    return new Sum(hints, bytes, repairs, letters.count());
  }

  /**
   * What is owed to all nodes together.
   *
   * @param repairs partitions of any of them that must be compared
   */
  public record Sum(long hints, long bytes, int repairs, int deadLetters) {
    public static final Sum NOTHING = new Sum(0, 0, 0, 0);
  }

  /** What is owed, by target. */
  public List<Standing> standings() {
    return standings(0);
  }

  /** The same; counts what is behind a {@link #fence}. */
  public List<Standing> standings(long fence) {
    return debts.values().stream()
        .filter(
            debt ->
                debt.hints > 0
                    || !debt.repairs.isEmpty()
                    || debt.paused
                    || letters.count(debt.target) > 0)
        .map(debt -> standing(debt, fence))
        .toList();
  }

  private Standing standing(Debt debt, long fence) {
    Long oldest = debt.oldestStamp();
    return new Standing(
        debt.target,
        debt.hints,
        debt.bytes,
        List.copyOf(debt.repairs.keySet()),
        letters.count(debt.target),
        oldest == null ? 0 : oldest,
        paused || debt.paused,
        debt.delivered.perSecond(clock.nanos()),
        debt.count(stamp -> rules.isAwaited(stamp, fence)));
  }

  /**
   * What is owed to one node.
   *
   * @param repairs partitions of it that must be compared
   * @param oldestMillis when the oldest hint was written, about; 0 if there is none, or it is not
   *     known
   * @param deliveredPerSecond hints that it got of late
   * @param fenced hints that are behind the fence that was asked for
   */
  public record Standing(
      NodeId target,
      long hints,
      long bytes,
      List<Integer> repairs,
      long deadLetters,
      long oldestMillis,
      boolean paused,
      double deliveredPerSecond,
      long fenced) {}
}
