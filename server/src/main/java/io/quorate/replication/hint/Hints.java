package io.quorate.replication.hint;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.runtime.Clock;
import io.quorate.storage.HintStore;
import io.quorate.storage.HintStore.Contents;
import io.quorate.storage.HintStore.DeadLetter;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.RecordStore.PutCallback;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which records other replicas lack, and delivers them when those are back. Lives on one
 * lane.
 *
 * <p>Invariant: a record of this node that a target may lack is covered by a durable hint, by a
 * mark for repair of its partition, or by a delivery under way; a coordinator that crashes before
 * one of these is durable has not reported the write as complete everywhere.
 *
 * <p>What is missed goes to {@link HintQueue} or, past its bounds, to {@link RepairMarks}; {@link
 * Delivering} brings it.
 */
public final class Hints implements MissedWrites, HintMaintenance {
  private static final DeadLetters.Which ALL = new DeadLetters.Which(null, null);

  private final Consumer<Event> events;
  private final HintsByTarget byTarget;
  private final RepairMarks marks;
  private final HintQueue hintQueue;
  private final DeadLetters letters;
  private final Delivering delivering;
  private final Standings standings;

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
      Consumer<Event> events) {
    this(store, takesWrites, clock, courier, budget, config, events, new HintRules());
  }

  Hints(
      HintStore store,
      Predicate<NodeId> takesWrites,
      Clock clock,
      Courier courier,
      BackgroundBudget budget,
      HintConfig config,
      Consumer<Event> events,
      HintRules rules) {
    this.events = events;
    var with =
        new HintDependencies(store, takesWrites, clock, courier, budget, config, events, rules);
    Contents durable = store.load();
    byTarget = new HintsByTarget(config.windowMax(), clock);
    marks = new RepairMarks(with, byTarget, durable.lost());
    hintQueue = new HintQueue(with, byTarget, marks);
    letters = new DeadLetters(store, config.deadLettersMax(), durable.deadLetters());
    delivering = new Delivering(with, byTarget, hintQueue, marks, letters, durable.paused());
    standings = new Standings(with, byTarget, letters, delivering);
    durable.deadLetters().forEach(letter -> byTarget.of(letter.hint().target()));
    durable.owed().forEach(hintQueue::load);
  }

  /**
   * Learns which nodes are members. What is owed to a node that is no member any more is owed to
   * the present replicas, though deliveries to that node were paused.
   */
  public void setMembers(Set<NodeId> now) {
    byTarget.setMembers(now);
    delivering.resumeThoseThatLeft();
    for (DeadLetter letter : letters.list(ALL, null, Integer.MAX_VALUE)) {
      if (byTarget.hasLeft(letter.hint().target())) {
        replay(letter, NotAwaited.INSTANCE);
      }
    }
    byTarget.forgetThoseThatLeft();
  }

  /** Learns at which version the cluster is: marks are written as all of its nodes read them. */
  public void setClusterVersion(int clusterVersion) {
    marks.setClusterVersion(clusterVersion);
  }

  /**
   * If something cannot be read any more that was owed, anything may have been: each partition of
   * this node is marked, for all its other replicas.
   */
  public void coverLoss(NodeId self, Placements placements) {
    marks.coverLoss(self, placements);
  }

  @Override
  public void missed(NodeId target, int partition, long epoch, Key key) {
    hintQueue.missed(target, partition, epoch, key);
  }

  @Override
  public boolean hasRoom(NodeId target, int partition, long epoch, Key key) {
    return hintQueue.hasRoom(target, partition, epoch, key);
  }

  /**
   * Begins what deliveries can be begun. Called a few hundred times a second while there are any.
   */
  public void tick() {
    marks.tick();
    delivering.tick();
  }

  @Override
  public List<DeadLetter> deadLetters(
      @Nullable NodeId target, @Nullable Integer partition, @Nullable Hint after, int most) {
    return letters.list(new DeadLetters.Which(target, partition), after, most);
  }

  @Override
  public void replayDeadLetters(
      @Nullable NodeId target, @Nullable Integer partition, LettersCallback callback) {
    List<DeadLetter> chosen = deadLetters(target, partition, null, Integer.MAX_VALUE);
    var settling = new PendingLetters(chosen.size(), callback);
    chosen.forEach(letter -> replay(letter, letters.taken(letter, settling)));
  }

  private void replay(DeadLetter letter, PutCallback durable) {
    Hint hint = letter.hint();
    hintQueue.missed(hint.target(), hint.partition(), letter.missed().epoch(), hint.key());
    boolean unused = letters.remove(hint, durable);
    events.accept(new HintEvent.DeadLetterReplayed(hint.target(), hint.key()));
  }

  @Override
  public void dropDeadLetters(
      @Nullable NodeId target,
      @Nullable Integer partition,
      boolean forget,
      LettersCallback callback) {
    List<DeadLetter> chosen = deadLetters(target, partition, null, Integer.MAX_VALUE);
    var settling = new PendingLetters(chosen.size(), callback);
    for (DeadLetter letter : chosen) {
      Hint hint = letter.hint();
      if (!forget) {
        marks.mark(byTarget.of(hint.target()), hint.partition(), Lack.KNOWN);
      }
      boolean unused = letters.remove(hint, letters.taken(letter, settling));
      events.accept(new HintEvent.DeadLetterDropped(hint.target(), hint.key(), forget));
    }
  }

  /**
   * A partition that its target has to be compared in.
   *
   * @param missed how much the target had missed of it when the comparison began
   */
  public record Mark(NodeId target, int partition, long missed) {}

  /**
   * Returns a mark that can be worked on now; null if there is none.
   *
   * @param rests whether nothing can be done for a mark yet
   * @param againNanos after which such a mark is asked about again
   */
  public @Nullable Mark dueRepair(Predicate<Mark> rests, long againNanos) {
    return marks.due(rests, againNanos);
  }

  /**
   * Calls back once everything that was missed before is durable here, so that a comparison finds
   * it; or soon, if the disk takes no writes.
   */
  public void beginRepair(Mark mark, Runnable callback) {
    marks.begin(mark, callback);
  }

  /**
   * Another node may lack something of a partition that this one holds, and that no comparison has
   * found that has begun before. It does not count as behind for that: see {@link #lackingNanos}.
   */
  public void markRepair(NodeId target, int partition) {
    marks.mark(byTarget.of(target), partition, Lack.POSSIBLE);
  }

  /** All that a mark stood for was brought: it goes, unless more was missed meanwhile. */
  public void endRepair(Mark mark) {
    marks.end(mark);
  }

  /**
   * A mark of a node that is no replica of the partition any more stands for others that are.
   *
   * @param replicas the others; none if this node is no replica itself
   */
  public void moveRepair(NodeId target, int partition, List<NodeId> replicas) {
    marks.move(target, partition, replicas);
  }

  /** A mark is not worked on for a while. */
  public void postponeRepair(Mark mark, long nanos) {
    marks.postpone(mark, nanos);
  }

  @Override
  public void pause(@Nullable NodeId target, PutCallback durable) {
    delivering.pause(target, durable);
  }

  @Override
  public void resume(@Nullable NodeId target, PutCallback durable) {
    delivering.resume(target, durable);
  }

  @Override
  public boolean isPaused() {
    return delivering.isPaused();
  }

  @Override
  public long setMarker() {
    return hintQueue.setMarker();
  }

  /**
   * For how long a node has lacked the oldest record that it is known to lack; 0 if it is known to
   * lack none. Of what it may lack it is found out by a comparison first.
   */
  public long lackingNanos(NodeId target) {
    return standings.lackingNanos(target);
  }

  /** Returns all that is owed, to all nodes together. */
  public Sum sum() {
    return standings.sum();
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

  @Override
  public List<Standing> standings(long marker) {
    return standings.standings(marker);
  }

  /**
   * What is owed to one node.
   *
   * @param repairs partitions of it that must be compared
   * @param oldestMillis when the oldest hint was written, about; 0 if there is none, or it is not
   *     known
   * @param deliveredPerSecond hints that it got of late
   * @param beforeMarker hints before the marker that was asked for
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
      long beforeMarker) {}
}
