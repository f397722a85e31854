package io.quorate.replication.hint;

import io.quorate.event.Event;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Placements;
import io.quorate.replication.hint.Hints.Mark;
import io.quorate.replication.hint.TargetHints.RepairMark;
import io.quorate.runtime.Clock;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that their targets have to be compared in, since what those lack is not known hint by
 * hint. A mark is durable, and goes only when all that it stood for was brought: a comparison that
 * began before the target missed one more proves nothing of that one.
 */
final class RepairMarks {
  /** Marks are told apart on the disk from this cluster version on. */
  private static final int LACKS_FROM_VERSION = 2;

  /** A disk that takes nothing is not asked more often. */
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final HintStore store;
  private final HintsByTarget byTarget;
  private final Predicate<NodeId> takesWrites;
  private final Clock clock;
  private final Consumer<Event> events;
  private final HintRules rules;

  /**
   * The version of the cluster, as far as it is known. Release 0.1 writes no mark of what is
   * possible as such, and nothing else is written before all nodes run a later one.
   */
  private int clusterVersion = Release.OLDEST_VERSION;

  /** Something was owed that cannot be read any more, and is not marked yet. */
  private boolean lost;

  /** The disk did not take some mark, which is handed in again from this moment on. */
  private boolean anyRefused;

  private long againNanos;

  /**
   * Marks that are durable are read with the debts.
   *
   * @param lost whether something was owed that cannot be read any more
   */
  RepairMarks(HintDependencies with, HintsByTarget byTarget, boolean lost) {
    this.store = with.store();
    this.byTarget = byTarget;
    this.takesWrites = with.takesWrites();
    this.clock = with.clock();
    this.events = with.events();
    this.rules = with.rules();
    this.lost = lost;
  }

  void setClusterVersion(int clusterVersion) {
    this.clusterVersion = clusterVersion;
  }

  /**
   * Marks a partition that is to be compared. A comparison that has already begun does not end this
   * mark: it may have passed what the mark stands for. A mark that the disk does not take is kept
   * in mind, and handed in again: in the turn that rests on it next, or after a while.
   */
  void mark(TargetHints targetHints, int partition, Lack lack) {
    RepairMark mark = targetHints.marked(partition, lack, clock.nanos());
    mark.missed++;
    keep(targetHints.target, partition, mark);
  }

  /**
   * Hands in a mark that is neither on the disk nor on its way there. If it is on its way and
   * fails, this turn of the lane fails too.
   */
  private void keep(NodeId target, int partition, RepairMark mark) {
    if (!mark.kept) {
      mark.kept = true;
      store.markRepair(target, partition, written(mark.lack()), kept(mark));
    }
  }

  private Lack written(Lack lack) {
    return clusterVersion < LACKS_FROM_VERSION ? Lack.KNOWN : lack;
  }

  private PutCallback kept(RepairMark mark) {
    return new PutCallback() {
      @Override
      public void stored() {}

      @Override
      public void failed(StorageFault fault) {
        mark.kept = false;
        anyRefused = true;
        againNanos = clock.nanos() + AGAIN_NANOS;
      }
    };
  }

  /** Hands in again what the disk did not take. */
  void tick() {
    if (!anyRefused || clock.nanos() - againNanos < 0) {
      return;
    }
    anyRefused = false;
    for (TargetHints targetHints : byTarget.all()) {
      targetHints.repairs.forEach((partition, mark) -> keep(targetHints.target, partition, mark));
    }
  }

  /**
   * If something cannot be read any more that was owed, anything may have been: each partition of
   * this node is marked, for all its other replicas.
   */
  void coverLoss(NodeId self, Placements placements) {
    if (!lost || placements.tenants().isEmpty()) {
      return;
    }
    lost = false;
    int marks = 0;
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      for (NodeId other : placements.otherReplicas(self, partition)) {
        mark(byTarget.of(other), partition, Lack.POSSIBLE);
        marks++;
      }
    }
    events.accept(new HintEvent.HintsLost(marks));
    store.lossMarked(NotAwaited.INSTANCE);
  }

  /**
   * Returns a mark that can be worked on now; null if there is none. That of a node that has left
   * the cluster passes to the replicas of the partition.
   *
   * @param rests whether nothing can be done for a mark yet: many of these hold up no other
   * @param againNanos after which such a mark is asked about again
   */
  @Nullable Mark due(Predicate<Mark> rests, long againNanos) {
    long now = clock.nanos();
    for (TargetHints targetHints : byTarget.all()) {
      boolean reachable =
          takesWrites.test(targetHints.target) || byTarget.hasLeft(targetHints.target);
      if (!targetHints.repairs.isEmpty() && reachable) {
        for (var entry : targetHints.repairs.entrySet()) {
          RepairMark kept = entry.getValue();
          if (now - kept.notBeforeNanos < 0) {
            continue;
          }
          Mark mark = new Mark(targetHints.target, entry.getKey(), kept.missed);
          if (!rests.test(mark)) {
            return mark;
          }
          kept.notBeforeNanos = now + againNanos;
        }
      }
    }
    return null;
  }

  /**
   * Calls back once everything that was missed before is durable here, so that a comparison finds
   * it; or soon, if the disk takes no writes.
   */
  void begin(Mark mark, Runnable callback) {
    events.accept(new HintEvent.RepairBegun(mark.target(), mark.partition()));
    if (!rules.comparesWhatIsDurable()) {
      callback.run();
      return;
    }
    RepairMark now =
        Invariant.present(
            byTarget.of(mark.target()).repairs.get(mark.partition()), "a mark that is worked on");
    store.markRepair(
        mark.target(),
        mark.partition(),
        written(now.lack()),
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
  void end(Mark mark) {
    TargetHints targetHints = byTarget.of(mark.target());
    RepairMark now = targetHints.repairs.get(mark.partition());
    if (now == null || !rules.endsMark(mark.missed(), now.missed)) {
      return;
    }
    targetHints.unmark(mark.partition());
    events.accept(new HintEvent.RepairDone(mark.target(), mark.partition()));
    store.unmarkRepair(mark.target(), mark.partition(), NotAwaited.INSTANCE);
  }

  /**
   * A mark of a node that is no replica of the partition any more stands for others that are. These
   * may lack what it stood for, though most got it when the target did not.
   *
   * @param replicas the others; none if this node is no replica itself
   */
  void move(NodeId target, int partition, List<NodeId> replicas) {
    Invariant.hold(!replicas.contains(target), "a mark of node %s moved to itself", target);
    if (byTarget.of(target).unmark(partition)) {
      replicas.forEach(replica -> mark(byTarget.of(replica), partition, Lack.POSSIBLE));
      events.accept(new HintEvent.RepairMoved(target, partition));
      store.unmarkRepair(target, partition, NotAwaited.INSTANCE);
    }
  }

  /** A mark is not worked on for a while. */
  void postpone(Mark mark, long nanos) {
    RepairMark now = byTarget.of(mark.target()).repairs.get(mark.partition());
    if (now != null) {
      now.notBeforeNanos = clock.nanos() + nanos;
    }
  }
}
