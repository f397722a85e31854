package io.quorate.replication.hint;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Kept;
import io.quorate.storage.HintStore.Known;
import io.quorate.storage.HintStore.Lack;
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
final class HintQueue {
  private final HintStore store;
  private final HintsByTarget byTarget;
  private final RepairMarks marks;
  private final Clock clock;
  private final HintConfig config;
  private final Consumer<Event> events;
  private final HintRules rules;
  private final Stamps stamps = new Stamps();

  /** A hint that is being added, and may be on the disk already. It is uncounted once at most. */
  private static final class Addition {
    boolean failed;
    boolean wasThere;
  }

  HintQueue(HintDependencies with, HintsByTarget byTarget, RepairMarks marks) {
    this.store = with.store();
    this.byTarget = byTarget;
    this.marks = marks;
    this.clock = with.clock();
    this.config = with.config();
    this.events = with.events();
    this.rules = with.rules();
  }

  /** What an earlier start of this node owed. */
  void load(NodeId target, Owed owed) {
    byTarget.of(target).load(owed, clock.nanos());
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
    TargetHints targetHints = byTarget.of(target);
    if (targetHints.repairs.containsKey(partition)) {
      marks.mark(targetHints, partition, Lack.KNOWN); // a comparison that begins later finds it
      return;
    }
    Hint hint = new Hint(target, partition, key);
    targetHints.changes(hint);
    Known known = known(targetHints, hint);
    if (known == Known.YES) {
      awaitRecord(targetHints, hint);
      return;
    }
    Kept kept = new Kept(hint, new Missed(epoch, stamps.next(clock.wallMillis())));
    if (!hasRoom(targetHints, kept)) {
      events.accept(new HintEvent.HintsOverflowed(target, partition));
      if (rules.marksPastTheBound()) {
        marks.mark(targetHints, partition, Lack.KNOWN);
      }
      return;
    }
    targetHints.lacks(clock.nanos());
    targetHints.added(kept);
    events.accept(new HintEvent.Hinted(target));
    Addition addition = new Addition();
    if (known == Known.UNSURE) {
      find(targetHints, kept, addition);
    }
    add(targetHints, kept, addition);
  }

  /** A hint that may be there already is counted at once, and once less if it is found. */
  private void find(TargetHints targetHints, Kept kept, Addition addition) {
    targetHints.unanswered++;
    store.find(
        kept.hint(),
        found -> {
          targetHints.unanswered--;
          if (found && !addition.failed) {
            addition.wasThere = true;
            targetHints.countedTwice(kept);
          }
        });
  }

  /** A delivery that begins before it is durable brings what was there before. */
  private void awaitRecord(TargetHints targetHints, Hint hint) {
    targetHints.unsettled(hint);
    store.settled(
        new PutCallback() {
          @Override
          public void stored() {
            targetHints.settled(hint);
          }

          @Override
          public void failed(StorageFault fault) {
            targetHints.settled(hint);
          }
        });
  }

  private Known known(TargetHints targetHints, Hint hint) {
    if (targetHints.isRecent(hint)) {
      return Known.YES;
    }
    return targetHints.isLeaving(hint) ? Known.NO : store.known(hint);
  }

  private boolean hasRoom(TargetHints targetHints, Kept kept) {
    return targetHints.hints < config.hintsMax()
        && targetHints.bytes + kept.bytes() <= config.bytesMax();
  }

  /** Whether a node that misses a record now would not have to be compared for it. */
  boolean hasRoom(NodeId target, int partition, long epoch, Key key) {
    TargetHints targetHints = byTarget.of(target);
    Hint hint = new Hint(target, partition, key);
    return hasRoom(targetHints, new Kept(hint, new Missed(epoch, 1)))
        || known(targetHints, hint) == Known.YES;
  }

  private void add(TargetHints targetHints, Kept kept, Addition addition) {
    targetHints.unanswered++;
    store.add(
        kept,
        new PutCallback() {
          @Override
          public void stored() {
            targetHints.unanswered--;
          }

          @Override
          public void failed(StorageFault fault) {
            targetHints.unanswered--;
            targetHints.uncertain = true;
            addition.failed = true;
            if (!addition.wasThere) {
              targetHints.removed(kept);
              targetHints.notAdded(kept.hint());
            }
            // The record, if it came before, is there all the same: replicas must be compared.
            marks.mark(targetHints, kept.hint().partition(), Lack.KNOWN);
          }
        });
  }

  /** What was missed first has been brought, and something else was missed since. */
  void renew(TargetHints targetHints, Kept kept) {
    targetHints.removed(kept);
    Missed again = new Missed(kept.missed().epoch(), stamps.next(clock.wallMillis()));
    Kept renewed = new Kept(kept.hint(), again);
    targetHints.added(renewed);
    add(targetHints, renewed, new Addition());
  }

  /** No replica needs it any more. */
  void remove(TargetHints targetHints, Kept kept) {
    targetHints.removed(kept);
    store.remove(kept.hint(), leaving(targetHints, kept.hint()));
  }

  /** Told when the disk has let go of a hint that is not counted any more. */
  static PutCallback leaving(TargetHints targetHints, Hint hint) {
    targetHints.unanswered++;
    targetHints.removing(hint);
    return new PutCallback() {
      @Override
      public void stored() {
        targetHints.unanswered--;
        targetHints.left(hint);
      }

      @Override
      public void failed(StorageFault fault) {
        targetHints.unanswered--;
        targetHints.uncertain = true;
        targetHints.left(hint); // it will be delivered once more
      }
    };
  }
}
