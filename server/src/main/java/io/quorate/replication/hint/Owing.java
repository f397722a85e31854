package io.quorate.replication.hint;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.hint.Debt.RepairMark;
import io.quorate.runtime.Clock;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Kept;
import io.quorate.storage.HintStore.Missed;
import io.quorate.storage.HintStore.Owed;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import java.util.function.Consumer;

/**
 * The hints themselves: each is durable with the record that its target missed, and counted from
 * then until the disk has let go of it. What there is no room for, or the disk does not take,
 * becomes a mark for repair.
 */
final class Owing {
  private final HintStore store;
  private final Debts debts;
  private final RepairMarks marks;
  private final Clock clock;
  private final HintConfig config;
  private final Consumer<Event> events;
  private final Rules rules;
  private final Stamps stamps = new Stamps();

  Owing(Collaborators with, Debts debts, RepairMarks marks) {
    this.store = with.store();
    this.debts = debts;
    this.marks = marks;
    this.clock = with.clock();
    this.config = with.config();
    this.events = with.events();
    this.rules = with.rules();
  }

  /** What an earlier start of this node owed. */
  void load(NodeId target, Owed owed) {
    debts.of(target).load(owed, clock.nanos());
    owed.hints().keySet().forEach(stamps::found);
  }

  /** Draws a line that holds after the next start, too: what comes later is not behind it. */
  long setMarker() {
    return stamps.setMarker();
  }

  /**
   * A replica lacks the record of a key that this node holds, or stores in this turn of the lane:
   * then the hint becomes durable with the record.
   *
   * @param epoch of the partition, under which it was missed
   */
  void missed(NodeId target, int partition, long epoch, Key key) {
    Debt debt = debts.of(target);
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
      events.accept(new HintEvent.HintsOverflowed(target, partition));
      if (rules.marksPastTheBound()) {
        marks.mark(debt, partition);
      }
      return;
    }
    debt.lacks(clock.nanos());
    debt.added(kept);
    events.accept(new HintEvent.Hinted(target));
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
  boolean hasRoom(NodeId target, int partition, long epoch, Key key) {
    Debt debt = debts.of(target);
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
            marks.mark(debt, kept.hint().partition());
          }
        });
  }

  /** What was missed first has been brought, and something else was missed since. */
  void renew(Debt debt, Kept kept) {
    debt.removed(kept);
    Missed again = new Missed(kept.missed().epoch(), stamps.next(clock.wallMillis()));
    Kept renewed = new Kept(kept.hint(), again);
    debt.added(renewed);
    add(debt, renewed);
  }

  /** Nobody needs it any more. */
  void remove(Debt debt, Kept kept) {
    debt.removed(kept);
    store.remove(kept.hint(), leaving(debt, kept.hint()));
  }

  /** Told when the disk has let go of a hint that is not counted any more. */
  static PutCallback leaving(Debt debt, Hint hint) {
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
}
