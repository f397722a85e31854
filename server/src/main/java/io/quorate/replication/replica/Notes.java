package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.runtime.Clock;
import io.quorate.storage.NoteStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Version;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Remembers which versions this replica was offered, of tenants whose writes take effect at most
 * once (docs/design/once.md#note). A version that lies under its key is remembered by that. One
 * that another took the place of, or that was refused as older, is noted; for a while, and no
 * longer once there are too many. Up to the floor of its partition a version that is not noted
 * counts as forgotten.
 *
 * <p>Invariants, on the disk: each version that was offered lies under its key, or is noted, or is
 * not above the floor, or not above what is purged; and none is above the ceiling. What keeps them
 * is handed to the store before the record that would break them, in the same turn.
 */
final class Notes {
  /** How far the durable ceiling is raised above a version, so that it is raised seldom. */
  private static final long CEILING_AHEAD_MILLIS = 10_000;

  /** The fewest partitions that one tick goes through. */
  private static final int FORGOTTEN_MIN = 16;

  /** The most ticks that a round through all partitions takes. */
  private static final int TICKS_MAX = 64;

  private final NoteStore store;
  private final Clock clock;
  private final HybridClock hybridClock;
  private final Consumer<Event> events;
  private final ReplicaRules rules;
  private final PurgeView purgeView;
  private final NoteLimits limits;
  private final int partitions;

  /** By partition, as answers use it: it is raised before a note can be gone. */
  private final long[] floors;

  /** By partition: what no note is needed for. Never above the floor. */
  private final long[] durableFloors;

  /** By partition: the highest hybrid time that was offered; after a start, the ceiling. */
  private final long[] highest;

  private final long[] durableCeilings;

  /**
   * Partitions with notes that were taken since the last time that others began to be forgotten,
   * and how many those are.
   */
  private BitSet noted = new BitSet();

  private long count;
  private long begunNanos;
  private long begunHlc;

  /** Those that were taken before, and how many; of an earlier start the number is not known. */
  private BitSet notedBefore = new BitSet();

  private long countBefore;

  /** Partitions of which notes are still to be forgotten, and up to when. */
  private BitSet forgetting = new BitSet();

  private long forgetUpTo;

  Notes(
      ReplicaContext context,
      NoteStore store,
      HybridClock hybridClock,
      NoteLimits limits,
      PurgeView purgeView,
      int partitions) {
    this.store = store;
    this.clock = context.clock();
    this.hybridClock = hybridClock;
    this.events = context.events();
    this.rules = context.rules();
    this.purgeView = purgeView;
    this.limits = limits;
    this.partitions = partitions;
    this.floors = new long[partitions];
    this.durableFloors = new long[partitions];
    this.highest = new long[partitions];
    this.durableCeilings = new long[partitions];
    store.load().forEach(this::loaded);
    this.begunNanos = clock.nanos();
    this.begunHlc = Hlc.of(wallMillis(), 0);
  }

  /** A floor never falls again: a clock that is ahead for a moment must not raise it. */
  private long wallMillis() {
    return hybridClock.earlierMillis(clock.wallMillis());
  }

  private void loaded(int partition, NoteStore.Marks marks) {
    if (partition < partitions) {
      floors[partition] = marks.floor();
      durableFloors[partition] = marks.floor();
      highest[partition] = marks.ceiling();
      durableCeilings[partition] = marks.ceiling();
      if (marks.ceiling() != 0) {
        notedBefore.set(partition); // how many the start before has left is not known
      }
    }
  }

  private static boolean isUpTo(Version version, long hlc) {
    return Long.compareUnsigned(version.hlc(), hlc) <= 0;
  }

  /** A version is offered: it is merged with what lies under its key. */
  void offered(int partition, Version version) {
    if (Hlc.isBeyondEnd(version.hlc())) {
      return; // below all others: no version would be above it that could be forgotten
    }
    highest[partition] = Hlc.later(highest[partition], version.hlc());
    if (!isUpTo(version, durableCeilings[partition])) {
      long ceiling = Hlc.of(Hlc.millis(version.hlc()) + CEILING_AHEAD_MILLIS, 0);
      store.setCeiling(partition, ceiling, new CeilingSet(partition, ceiling));
    }
  }

  /** A ceiling on its way to disk. Until it is there, each version above the one before sets it. */
  private final class CeilingSet implements PutCallback {
    private final int partition;
    private final long ceiling;

    CeilingSet(int partition, long ceiling) {
      this.partition = partition;
      this.ceiling = ceiling;
    }

    @Override
    public void stored() {
      durableCeilings[partition] = Hlc.later(durableCeilings[partition], ceiling);
    }

    @Override
    public void failed(StorageFault fault) {
      // So did the record.
    }
  }

  /** A record is about to be stored in the place of another one. */
  void overtaken(int partition, Version held, Cause cause) {
    if (isNeeded(partition, held, cause)) {
      remember(partition, held, ReplicaEvent.Window.NOTED_AS_OVERTAKEN, UNANSWERED);
    }
  }

  /** If the note is not stored, nor is the record after it. */
  private static final PutCallback UNANSWERED =
      new PutCallback() {
        @Override
        public void stored() {}

        @Override
        public void failed(StorageFault fault) {}
      };

  /** Whether a version has to be remembered that is refused as older than what is held. */
  boolean isNeededOfOlder(int partition, Version refused, Cause cause) {
    return rules.notesOlder() && isNeeded(partition, refused, cause);
  }

  /**
   * Remembers a version that is refused as older than what is held.
   *
   * @param durable told when that may be said
   */
  void older(int partition, Version refused, PutCallback durable) {
    remember(partition, refused, ReplicaEvent.Window.NOTED_AS_OLDER, durable);
  }

  private boolean isNeeded(int partition, Version version, Cause cause) {
    return rules.notesVersions()
        && rules.notesWhoeverBrings(cause)
        && !isUpTo(version, Hlc.later(durableFloors[partition], purgeView.purged(partition)));
  }

  /** What is too old to be noted is forgotten at once, with all that is as old. */
  private void remember(
      int partition, Version version, ReplicaEvent.Window why, PutCallback durable) {
    long oldest = Hlc.of(Math.max(0, wallMillis() - limits.rememberMillis()), 0);
    if (isUpTo(version, oldest)) {
      events.accept(ReplicaEvent.Window.FLOOR_RAISED_INSTEAD);
      setFloor(partition, rules.raisesFloorWithForgetting() ? oldest : 0, durable);
    } else {
      events.accept(why);
      events.accept(ReplicaEvent.VersionNoted.INSTANCE);
      noted.set(partition);
      count++;
      store.note(partition, version, durable);
    }
  }

  private void setFloor(int partition, long least, PutCallback durable) {
    long floor = Hlc.later(floors[partition], least);
    floors[partition] = floor;
    store.setFloor(partition, floor, new FloorSet(partition, floor, durable));
  }

  /** A floor on its way to disk. */
  private final class FloorSet implements PutCallback {
    private final int partition;
    private final long floor;
    private final PutCallback durable;

    FloorSet(int partition, long floor, PutCallback durable) {
      this.partition = partition;
      this.floor = floor;
      this.durable = durable;
    }

    @Override
    public void stored() {
      durableFloors[partition] = Hlc.later(durableFloors[partition], floor);
      durable.stored();
    }

    @Override
    public void failed(StorageFault fault) {
      durable.failed(fault);
    }
  }

  /** Whether a version that is neither held nor noted may have been forgotten. */
  boolean mayBeForgotten(int partition, Version version) {
    long floor = floors[partition];
    return isUpTo(
        version,
        rules.countsPurgedAsForgotten() ? Hlc.later(floor, purgeView.purged(partition)) : floor);
  }

  /** Looks whether a version is noted. */
  void look(int partition, Version version, NoteStore.LookCallback callback) {
    store.look(partition, version, callback);
  }

  /** The highest hybrid time of a version that was ever offered; 0 for none. */
  long offered(int partition) {
    return rules.tellsOffered() ? Hlc.later(highest[partition], floors[partition]) : 0;
  }

  /**
   * This replica holds what a majority of others held, but not their notes: what they were offered
   * counts as forgotten here.
   *
   * @param offered to any of them, see {@link #offered(int)}
   * @param why it is raised
   * @param callback told whether that is durable
   */
  void forgetUpTo(
      int partition, long offered, ReplicaEvent.Window why, Consumer<Boolean> callback) {
    if (Long.compareUnsigned(offered, durableFloors[partition]) <= 0) {
      callback.accept(true);
      return;
    }
    setFloor(
        partition,
        offered,
        new PutCallback() {
          @Override
          public void stored() {
            events.accept(why);
            callback.accept(true);
          }

          @Override
          public void failed(StorageFault fault) {
            callback.accept(false);
          }
        });
  }

  /** Forgets what is old enough, or too many. Called a few times a second. */
  void tick() {
    if (forgetting.isEmpty()) {
      beginForgetting();
    }
    int left = Math.max(FORGOTTEN_MIN, partitions / TICKS_MAX);
    for (int next = forgetting.nextSetBit(0);
        next >= 0 && left > 0;
        next = forgetting.nextSetBit(next + 1)) {
      forgetting.clear(next);
      left--;
      forget(next);
    }
  }

  /**
   * Notes are forgotten in two generations: those of before go once the others have been taken for
   * as long as is to be remembered, or are half of as many as there may be.
   */
  private void beginForgetting() {
    long now = clock.nanos();
    boolean old = now - begunNanos >= TimeUnit.MILLISECONDS.toNanos(limits.rememberMillis());
    if (!old && count < limits.notesMax() / 2) {
      return;
    }
    if (!notedBefore.isEmpty()) {
      events.accept(new ReplicaEvent.VersionsForgotten(countBefore));
      events.accept(
          old ? ReplicaEvent.Window.FORGOTTEN_AS_OLD : ReplicaEvent.Window.FORGOTTEN_AS_TOO_MANY);
    }
    forgetting = notedBefore;
    forgetUpTo = begunHlc;
    notedBefore = noted;
    countBefore = count;
    noted = new BitSet();
    count = 0;
    begunNanos = now;
    begunHlc = Hlc.of(wallMillis(), 0);
  }

  private void forget(int partition) {
    if (Long.compareUnsigned(highest[partition], forgetUpTo) > 0) {
      notedBefore.set(partition); // some of its notes may be of a clock that is ahead
    }
    long floor =
        rules.raisesFloorWithForgetting()
            ? Hlc.later(floors[partition], forgetUpTo)
            : floors[partition];
    floors[partition] = floor;
    store.forget(
        partition,
        forgetUpTo,
        floor,
        new FloorSet(
            partition,
            floor,
            new PutCallback() {
              @Override
              public void stored() {}

              @Override
              public void failed(StorageFault fault) {
                notedBefore.set(partition);
              }
            }));
  }
}
