package io.quorate.replication.hint;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.hint.Debt.RepairMark;
import io.quorate.runtime.Clock;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import java.util.List;
import java.util.NavigableMap;
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

  private final HintStore store;
  private final Predicate<NodeId> takesWrites;
  private final Clock clock;
  private final Courier courier;
  private final HintConfig config;
  private final Consumer<Fact> facts;

  /** By target, ordered so that a simulation repeats. */
  private final NavigableMap<NodeId, Debt> debts = new TreeMap<>();

  private boolean paused;

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
      HintConfig config,
      Consumer<Fact> facts) {
    this.store = store;
    this.takesWrites = takesWrites;
    this.clock = clock;
    this.courier = courier;
    this.config = config;
    this.facts = facts;
    store.load().forEach((target, owed) -> debt(target).load(owed, clock.nanos()));
  }

  private Debt debt(NodeId target) {
    return debts.computeIfAbsent(target, one -> new Debt(one, config.windowMax(), clock.nanos()));
  }

  /**
   * A replica lacks the record of a key that this node holds, or stores in this turn of the lane:
   * then the hint becomes durable with the record.
   */
  public void missed(NodeId target, int partition, Key key) {
    Debt debt = debt(target);
    RepairMark mark = debt.repairs.get(partition);
    if (mark != null) {
      mark.missed++; // a comparison will find it, one that begins later
      return;
    }
    Hint hint = new Hint(target, partition, key);
    debt.changes(hint);
    boolean known = debt.isRecent(hint) || (!debt.isLeaving(hint) && store.isKnown(hint));
    if (known) {
      return;
    }
    if (debt.hints >= config.hintsMax() || debt.bytes + Debt.bytesOf(hint) > config.bytesMax()) {
      markRepair(debt, partition);
      facts.accept(new Fact.HintsOverflowed(target, partition));
      return;
    }
    debt.added(hint);
    facts.accept(new Fact.Hinted(target));
    store.add(
        hint,
        new PutCallback() {
          @Override
          public void stored() {}

          @Override
          public void failed(StorageFault fault) {
            // Neither was the record, which shares its fate; it may be there after a restart.
            debt.removed(hint);
            debt.left(hint);
          }
        });
  }

  private void markRepair(Debt debt, int partition) {
    if (debt.repairs.putIfAbsent(partition, new RepairMark(clock.nanos())) == null) {
      store.markRepair(
          debt.target,
          partition,
          new PutCallback() {
            @Override
            public void stored() {}

            @Override
            public void failed(StorageFault fault) {
              debt.repairs.remove(partition);
            }
          });
    }
  }

  /**
   * Begins what deliveries can be begun. Called a few hundred times a second while there are any.
   */
  public void tick() {
    if (paused) {
      return;
    }
    for (Debt debt : debts.values()) {
      if (debt.hints > 0 && takesWrites.test(debt.target)) {
        advance(debt);
      }
    }
  }

  private void advance(Debt debt) {
    if (clock.nanos() - debt.restUntilNanos < 0) {
      return;
    }
    while (debt.deliveries() < debt.window.size() && !debt.next.isEmpty() && !paused) {
      deliver(debt, debt.next.remove());
    }
    if (debt.next.isEmpty() && !debt.paging && debt.hints > 0) {
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
    store.page(
        debt.target,
        debt.cursor,
        PAGE,
        new HintStore.PageCallback() {
          @Override
          public void page(List<Hint> hints, boolean complete) {
            debt.paging = false;
            debt.passRead = complete;
            if (!hints.isEmpty()) {
              debt.cursor = hints.getLast();
            }
            for (Hint hint : hints) {
              if (!debt.isLeaving(hint) && !debt.isUnderWay(hint)) {
                debt.next.add(hint);
              }
            }
            if (complete && hints.isEmpty()) {
              rest(debt); // what is counted is on its way to disk
            }
          }

          @Override
          public void failed(StorageFault fault) {
            debt.paging = false;
            rest(debt);
          }
        });
  }

  private void rest(Debt debt) {
    debt.restUntilNanos = clock.nanos() + REST_NANOS;
  }

  private void deliver(Debt debt, Hint hint) {
    debt.begun(hint);
    long begun = clock.nanos();
    courier.deliver(hint, outcome -> delivered(debt, hint, outcome, clock.nanos() - begun));
  }

  private void delivered(Debt debt, Hint hint, Courier.Outcome outcome, long nanos) {
    boolean changed = debt.ended(hint);
    switch (outcome) {
      case DELIVERED -> {
        debt.window.answered(nanos);
        facts.accept(new Fact.HintDelivered(debt.target));
        if (!changed) {
          remove(debt, hint);
        }
      }
      case NOTHING_HELD -> {
        if (!changed) {
          facts.accept(new Fact.HintDiscarded(debt.target));
          remove(debt, hint);
        }
      }
      case MOVED -> giveUp(debt, hint);
      case REFUSED -> {
        debt.window.shrink();
        rest(debt);
        if (debt.refusals.merge(hint, 1, Integer::sum) >= config.refusalsMax()) {
          giveUp(debt, hint);
        }
      }
      case NOT_NOW -> {
        debt.window.shrink();
        rest(debt);
      }
    }
  }

  /** What cannot be delivered is found by comparing, if it still matters. */
  private void giveUp(Debt debt, Hint hint) {
    markRepair(debt, hint.partition());
    facts.accept(new Fact.HintGivenUp(debt.target, hint.partition()));
    remove(debt, hint);
  }

  private void remove(Debt debt, Hint hint) {
    debt.removed(hint);
    store.remove(
        hint,
        new PutCallback() {
          @Override
          public void stored() {
            debt.left(hint);
          }

          @Override
          public void failed(StorageFault fault) {
            debt.left(hint); // it will be delivered once more, after a restart
          }
        });
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
    store.unmarkRepair(
        mark.target,
        mark.partition,
        new PutCallback() {
          @Override
          public void stored() {}

          @Override
          public void failed(StorageFault fault) {
            // After a restart it is compared once more.
          }
        });
  }

  /** A mark is not worked on for a while. */
  public void postponeRepair(Mark mark, long nanos) {
    RepairMark now = debt(mark.target).repairs.get(mark.partition);
    if (now != null) {
      now.notBeforeNanos = clock.nanos() + nanos;
    }
  }

  /** Delivers nothing from now on; what is under way goes on. */
  public void pause() {
    paused = true;
  }

  public void resume() {
    paused = false;
  }

  public boolean isPaused() {
    return paused;
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
    return new Sum(hints, bytes, repairs);
  }

  /**
   * What is owed to all nodes together.
   *
   * @param repairs partitions of any of them that must be compared
   */
  public record Sum(long hints, long bytes, int repairs) {
    public static final Sum NOTHING = new Sum(0, 0, 0);
  }

  /** What is owed, by target. */
  public List<Standing> standings() {
    return debts.values().stream()
        .filter(debt -> debt.hints > 0 || !debt.repairs.isEmpty())
        .map(
            debt ->
                new Standing(
                    debt.target, debt.hints, debt.bytes, List.copyOf(debt.repairs.keySet())))
        .toList();
  }

  /**
   * What is owed to one node.
   *
   * @param repairs partitions of it that must be compared
   */
  public record Standing(NodeId target, long hints, long bytes, List<Integer> repairs) {}
}
