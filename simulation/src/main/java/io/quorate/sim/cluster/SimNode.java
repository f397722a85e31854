package io.quorate.sim.cluster;

import io.quorate.event.Event;
import io.quorate.metadata.MetadataEvent;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.ProposalRefused;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.model.ClusterId;
import io.quorate.model.Invariant;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.placement.Placements;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.Role;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.coordinator.CoordinatorEvent;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Lane;
import io.quorate.sim.check.Attempt;
import io.quorate.sim.check.ChangeChecker;
import io.quorate.sim.check.Inside;
import io.quorate.sim.check.OwedChecker;
import io.quorate.sim.check.PairsChecker;
import io.quorate.sim.check.PromiseChecker;
import io.quorate.sim.check.TreeChecker;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimJournal.Topic;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One machine: a disk and a clock that stay, and a process that comes and goes. */
public final class SimNode implements Inside {
  /** Bound of what waits for the lane: some tasks for each request that a few nodes may have. */
  private static final int LANE_TASKS_MAX = 1_000;

  /** Bound of what waits for the disk. */
  private static final long STORAGE_BYTES_MAX = 1 << 20;

  private static final long START_AGAIN_NANOS = 300_000_000L;

  /** For how long what a node asks of the cluster may be on its way. */
  private static final long FILL_ASKED_NANOS = 5_000_000_000L;

  private final SimWorld world;
  private final SimNetwork network;
  private final SimIntroductions introductions;
  private final PromiseChecker checker;
  private final Windows windows;
  private final Moment.Watcher moments;
  private final MarkWatch marks;
  private final Liars liars;
  private final Program.Factory factory;
  private final Sabotage sabotage;
  private final int index;
  private final SimRandom random;
  private final SimClock clock;
  private final OwedChecker owed;
  private final RejectionWatch rejections;
  private MemoryDisk disk;

  /** The disk that it had, while it runs on an empty one. */
  private @Nullable MemoryDisk diskAside;

  /** Whether it has ever known, on that disk, that it belongs to a cluster. */
  private boolean joinedAside;

  /** The empty one, once the other is back: the cluster may have taken it for the node's. */
  private @Nullable MemoryDisk emptyAside;

  /** Whether the disk that it lost may not come back. */
  private boolean mayBeLostForGood;

  /**
   * Whether an operator was asked to do without one of its disks. What was asked may be carried out
   * much later, when the node has had that disk back and has lost it once more.
   */
  private boolean wasGivenUp;

  /** Whether the disk that it has is not the one that it began with. */
  private boolean anotherDisk;

  /** Whether something on its disk could not be read, and may have been dropped for that. */
  private boolean damaged;

  /** Whether it did not hold all that it must when it last died. */
  private boolean diedIncomplete;

  /** Until when the cluster may yet take note that it is to be filled: its word may come late. */
  private long maybeFilledUntilNanos;

  /** Whether it is one of the cluster's machines, as far as anybody has said. */
  private boolean present;

  /** Whether operators remove nodes: then one that is refused may be one of those. */
  private final boolean mayLeave;

  private Joining joining = Joining.NO;

  private final Rollout rollout;

  /** What it runs from its next start on. */
  private Release release = Releases.THIS;

  /** How often it was started. */
  private int lives;

  /** How often it was paused. */
  private int pauses;

  /** How many writes its disk has refused. */
  private long refusals;

  private @Nullable SimLane lane;
  private @Nullable Storage storage;
  private @Nullable Program program;
  private @Nullable NodeId knownId;

  /** By partition, over all its lives; only looked up. */
  private final Map<Integer, Integer> damageDropped = new HashMap<>();

  /** Replays what its replica tells of changes in this life. */
  private @Nullable ChangeChecker changes;

  private boolean joined;

  /** Whether it was told to stop, and has not yet. */
  private boolean stopping;

  /** Asked and not answered yet. */
  private final List<Call> pending = new ArrayList<>();

  SimNode(
      SimWorld world,
      SimNetwork network,
      SimIntroductions introductions,
      PromiseChecker checker,
      Windows windows,
      Moment.Watcher moments,
      MarkWatch marks,
      Liars liars,
      Rollout rollout,
      Program.Factory factory,
      Sabotage sabotage,
      int index,
      boolean present,
      boolean mayLeave) {
    this.world = world;
    this.network = network;
    this.introductions = introductions;
    this.checker = checker;
    this.windows = windows;
    this.moments = moments;
    this.marks = marks;
    this.liars = liars;
    this.rollout = rollout;
    this.factory = factory;
    this.sabotage = sabotage;
    this.index = index;
    this.present = present;
    this.mayLeave = mayLeave;
    this.random = world.random("node " + index);
    this.clock = new SimClock(world, random.split("clock"));
    this.owed = new OwedChecker(name());
    this.rejections = new RejectionWatch(this);
    this.disk = insert(new MemoryDisk(DiskSpeed.FLASH));
  }

  private MemoryDisk insert(MemoryDisk inserted) {
    inserted.onSyncBegins(() -> moments.at(Moment.SYNC_BEGINS, this));
    return inserted;
  }

  /** Another one, as fast as that which it has. */
  private MemoryDisk emptyDisk() {
    var empty = new MemoryDisk(disk.speed());
    empty.pagesOf(disk.pageMax());
    return empty;
  }

  public void start() {
    if (!present) {
      return; // it has left since somebody meant to start it again
    }
    lives++;
    refusals = 0;
    stopping = false;
    world.note(name(), () -> "starts");
    SimRandom life = random.split("life " + lives);
    clock.restart(life.split("clock"));
    SimLane running = new SimLane(world, name(), life.split("lane"));
    Storage opened =
        sabotage.storage(
            disk.mount(
                running,
                new SimRandomness(life.split("disk")),
                new Syncs(),
                health -> world.note(name(), health::toString)));
    lane = running;
    storage = opened;
    ChangeChecker told = new ChangeChecker(name(), disk, SimCluster.PARTITIONS);
    changes = told;
    ProgramEnvironment environment =
        new ProgramEnvironment(
            index,
            address(),
            joining,
            running,
            clock,
            life.split("program"),
            opened,
            id -> network.join(id, running),
            introductions,
            this::happened,
            liars,
            diskAside != null || emptyAside != null || anotherDisk,
            release,
            rollout,
            this::exit,
            told,
            line -> world.note(Topic.NODE, name(), () -> line));
    owed.starts(disk.durableHints());
    Program created;
    try {
      created = factory.create(environment);
    } catch (StorageOpenException refusal) {
      doesNotStart(running, refusal);
      return;
    }
    program = created;
    NodeId id = created.id();
    knownId = id;
    world.journal().call(id.toString(), name());
    checkTreesTakenUp(created);
    running.execute(created::start);
  }

  /** Nothing has been written yet: what it says of its disk must be so. */
  private void checkTreesTakenUp(Program created) {
    Trees known = created.trees();
    Placements places = created.placements();
    if (known != null && places != null) {
      TreeChecker.rests(name(), known, disk, places);
    }
  }

  /** Notes that the node does not start; its supervisor starts it again after a while. */
  private void doesNotStart(SimLane running, StorageOpenException refusal) {
    world.note(name(), () -> "does not start: " + refusal.getMessage());
    windows.enter("start refused for its disk");
    running.kill();
    disk.crash();
    lane = null;
    storage = null;
    startLater();
  }

  /** Its supervisor starts it again after a while, unless somebody does so before. */
  private void startLater() {
    int life = lives;
    world.schedule(
        START_AGAIN_NANOS,
        "start again",
        () -> {
          if (lives == life && !isUp()) {
            start();
          }
        });
  }

  /** Somebody puts a release there, which is what it runs from its next start on. */
  public void install(Release next) {
    if (next.equals(Releases.BEFORE)) {
      rollout.begins();
    }
    release = next;
    world.note(name(), () -> "is to run " + next);
  }

  /** It dies, if it runs, and starts again with a release. */
  public void restartWith(Release next) {
    crash();
    install(next);
    start();
  }

  public Release release() {
    return release;
  }

  private void happened(Event event) {
    world.note(Topic.NODE, name(), event::toString);
    owed.happened(event);
    rejections.happened(event);
    marks.happened(this, event);
    windows.onEvent(event);
    if (event instanceof CoordinatorEvent.Restamped) {
      moments.at(Moment.RESTAMPED, this);
    }
    if (event instanceof ReplicaEvent.DamageDropped(int partition)) {
      damageDropped.merge(partition, 1, Integer::sum);
      // The others were asked before: a majority of them has shown all that a quorum wrote.
      checker.losesDisk();
    }
    if (event instanceof ReplicaEvent.DamageGone) {
      mayBeFilledLater();
    }
    if (event instanceof RaftEvent.BecameLeader) {
      moments.at(Moment.ELECTED, this);
    }
    if (event == MetadataEvent.CLUSTER_VERSION_RAISED) {
      rollout.decided();
    }
    if (event instanceof ProposalRefused refusal) {
      Invariant.hold(
          !refusal.why().isLie() || liars.isOne(refusal.from()),
          "an honest member's proposal is refused: %s",
          refusal);
    }
  }

  /** It asked to be filled, perhaps, and is forgetting that. */
  private void mayBeFilledLater() {
    maybeFilledUntilNanos = world.nowNanos() + FILL_ASKED_NANOS;
  }

  /** How often it dropped a partition of which it could not read all. */
  int damageDropped(int partition) {
    return damageDropped.getOrDefault(partition, 0);
  }

  /** Whether it is one of the cluster's machines; others stand beside, and never ran, or left. */
  public boolean isPresent() {
    return present;
  }

  /** Somebody starts it, with an empty disk, to be taken into the cluster. */
  public void invite(Joining how) {
    Invariant.hold(!present && !isUp(), "%s is one of the cluster's machines", name());
    present = true;
    joining = how;
    joined = false;
    anotherDisk = false;
    damaged = false;
    diedIncomplete = false;
    maybeFilledUntilNanos = 0;
    disk = insert(emptyDisk());
    owed.lostDisk();
    start();
  }

  /** The process ends itself: it is no member any more, and its disk is of no use. */
  private void leave() {
    windows.enter("node left");
    crash();
    diskAside = null;
    present = false;
  }

  /** The process ends itself: it was told that it cannot be part of its cluster. */
  private void exit(Refusal.Kind why) {
    if (why == Refusal.Kind.RELEASE) {
      windows.enter("upgrade: earlier release refused");
      crash();
      install(Releases.THIS);
      startLater();
      return;
    }
    if (mayLeave && emptyAside == null && why != Refusal.Kind.DISK) {
      leave();
      return;
    }
    windows.enter("start refused by the cluster");
    crash();
    if (emptyAside != null) {
      world.note(name(), () -> "came too late with its disk: another has taken its place");
      windows.enter("old disk came too late");
      owed.lostDisk();
      disk = emptyAside;
      emptyAside = null;
      joined = false;
      anotherDisk = true;
      mendDisk();
      start();
    }
  }

  /**
   * What may undo what it did.
   *
   * @param up whether it runs: what it was about to write is gone with it
   * @param refusals writes that its disk refused in this life
   */
  public record Trouble(int lives, boolean up, int pauses, long refusals) {}

  public Trouble trouble() {
    return new Trouble(lives, isUp(), pauses, refusals);
  }

  /** Hears of syncs that have ended. */
  private final class Syncs implements StorageListener {
    @Override
    public void onWritesFailed(StorageFault fault, int writes) {
      refusals += writes;
    }

    @Override
    public void onSync(long nanos, int writes, long bytes) {
      moments.at(Moment.SYNC_ENDED, SimNode.this);
    }
  }

  /** It dies, and what starts next finds an empty disk where the old one was. */
  public void loseDisk() {
    loseDisk(false);
  }

  /**
   * The same.
   *
   * @param forGood whether the old one may not be back even when all is well
   */
  public void loseDisk(boolean forGood) {
    Invariant.hold(diskAside == null, "%s has lost its disk already", name());
    joinedAside = hasJoined();
    crash();
    world.note(name(), () -> "loses its disk");
    owed.lostDisk();
    diskAside = disk;
    mayBeLostForGood = forGood;
    wasGivenUp |= forGood;
    if (forGood) {
      checker.losesDisk();
    }
    // The empty one that it had before, if any: the cluster may know a node by it, or come to.
    MemoryDisk empty = emptyAside;
    disk = empty == null ? insert(emptyDisk()) : empty;
    emptyAside = null;
    joined = false;
  }

  /** It dies, if it runs, and what starts next finds the old disk again, if nobody replaced it. */
  public void findDisk() {
    MemoryDisk old = diskAside;
    if (old == null) {
      return;
    }
    diskAside = null;
    if (hasJoined()) {
      anotherDisk = true; // the old disk is of no use any more
      return;
    }
    crash();
    world.note(name(), () -> "has its disk back");
    owed.lostDisk();
    emptyAside = disk;
    disk = old;
    joined = joinedAside;
  }

  /** Whether it stands there with an empty disk, which nobody has taken for its own yet. */
  public boolean hasLostDisk() {
    if (diskAside != null && hasJoined()) {
      windows.enter("readmitted with an empty disk");
      diskAside = null;
      anotherDisk = true;
    }
    return diskAside != null;
  }

  /**
   * Whether it is known by an id, or may yet be: one with an empty disk is readmitted by another,
   * and one with its old disk back may find that it was. If the old disk was never a member's, the
   * node waits until an operator removes the member that the empty disk became.
   */
  boolean mayComeAs(NodeId id) {
    return id.equals(knownId) || (emptyAside != null && hasJoined()) || hasLostDisk();
  }

  /** Whether it has ever known, on this disk, that it belongs to a cluster. */
  public boolean hasJoined() {
    return joined || cluster() != null;
  }

  /** Whether it has lost its disk, or does not yet hold all that it must. */
  public boolean isIncomplete() {
    Placements known = placements();
    NodeId id = id();
    if (hasLostDisk() || known == null || id == null) {
      return hasLostDisk() || anotherDisk || damaged || diedIncomplete;
    }
    boolean outOfService = program != null && program.damaged() > 0;
    damaged &= outOfService || disk.isDamaged();
    return damaged
        || world.nowNanos() < maybeFilledUntilNanos
        || known.partitions().stream().anyMatch(each -> each.filling().contains(id));
  }

  /** How far it is with the partitions that it must be filled with. */
  public Filler.Progress filling() {
    return program == null ? Filler.Progress.NONE : program.filling();
  }

  /** What is durable under a key cannot be read for now. */
  public void damage(int partition, Key key) {
    damaged = true;
    disk.corrupt(partition, key);
  }

  /**
   * Whether it has its disk back after an operator was asked to do without it: it may find another
   * in its place, with the empty one.
   */
  public boolean mayBeReplaced() {
    return emptyAside != null && wasGivenUp;
  }

  /**
   * Its own disk is there, or is lost for good, and is fast, has room and can be read. A node that
   * failed with its disk, or was about to stop, is down, to be started again.
   */
  void mend() {
    if (!mayBeLostForGood || random.split("for good " + lives).chance(0.5)) {
      findDisk();
    }
    mendDisk();
    if (rollout.isRaised()) {
      install(Releases.THIS); // what it runs now stops by itself, if it is an earlier one
    }
    if (stopping || (isUp() && !isWritable())) {
      crash();
    }
  }

  private void mendDisk() {
    disk.speed(DiskSpeed.FLASH);
    disk.full(false);
    disk.failNoSync();
    disk.mend();
  }

  /** The process dies now; of what it had not synced, chance decides how much was written. */
  public void crash() {
    if (isUp()) {
      world.note(name(), () -> "crashes");
      disk.crashKeepingSome(new SimRandomness(random.split("crash " + lives)));
      die();
    }
  }

  /** The process dies now, and what it had not synced is gone. */
  public void crashLosingUnsynced() {
    if (isUp()) {
      world.note(name(), () -> "crashes, and all that was not synced is lost");
      disk.crash();
      die();
    }
  }

  /** Stops in order, as when it is told to: what is under way may end first, for so long. */
  public void shutDown(Duration finishWithin) {
    SimLane running = lane;
    Program ending = program;
    if (running != null && ending != null) {
      world.note(name(), () -> "is told to stop");
      stopping = true;
      long untilNanos = world.nowNanos() + finishWithin.toNanos();
      running.execute(
          () -> {
            ending.stopAccepting();
            stopOnceNothingIsUnderWay(running, ending, untilNanos);
          });
    }
  }

  private void stopOnceNothingIsUnderWay(SimLane running, Program ending, long untilNanos) {
    int underWay = ending.underWay();
    if (underWay > 0 && world.nowNanos() < untilNanos) {
      Lane.Timer unused =
          running.schedule(1_000_000, () -> stopOnceNothingIsUnderWay(running, ending, untilNanos));
      return;
    }
    Invariant.hold(
        underWay > 0 || pending.stream().noneMatch(call -> call.attempt() != null),
        "%s says that nothing is under way, and clients wait",
        name());
    ending.stop();
    world.schedule(0, "stop", () -> end(running));
  }

  /** The lane runs no more; then the disk is closed, which makes durable what waits for a sync. */
  private void end(SimLane stopped) {
    if (lane == stopped && storage != null) {
      world.note(name(), () -> "stops in order");
      windows.enter("stop in order");
      stopped.kill();
      storage.close();
      die();
    }
  }

  private void die() {
    if (lane == null || program == null || storage == null) {
      return;
    }
    joined |= program.cluster() != null;
    diedIncomplete = isIncomplete();
    if (program.damaged() > 0) {
      mayBeFilledLater();
    }
    if (!pending.isEmpty()) {
      windows.enter("crash mid-operation");
    }
    if (storage.queuedBytes() > 0) {
      windows.enter("unsynced lost");
    }
    enterWhatItLeavesUndone(program);
    lane.kill();
    owed.died();
    rejections.died();
    network.leave(program.id());
    lane = null;
    storage = null;
    program = null;
    List<Call> cutOff = List.copyOf(pending);
    pending.clear();
    for (Call call : cutOff) {
      Attempt attempt = call.attempt();
      if (attempt != null) {
        checker.cutOff(attempt);
        windows.enter("call: " + kind(call.operation()) + " cut off by a crash");
      }
      call.cutOff();
    }
  }

  private void enterWhatItLeavesUndone(Program dying) {
    Coordinator coordinator = dying.coordinator();
    if (coordinator != null && coordinator.antiEntropy().standing().sessions() > 0) {
      windows.enter("crash while comparing");
    }
    if (dying.filling().partitions() > 0) {
      windows.enter("crash while filling");
    }
    Placements known = dying.placements();
    if (leads()
        && known != null
        && known.partitions().stream().anyMatch(each -> !each.filling().isEmpty())) {
      windows.enter("leader lost while some partition is filling");
    }
  }

  @Override
  public @Nullable MetadataGroup metadata() {
    return program == null ? null : program.metadata();
  }

  /** While it is paused, what others send piles up: in the world outside, on their side. */
  @Override
  public List<Queue> queues() {
    if (lane == null || program == null || storage == null || lane.isPaused()) {
      return List.of();
    }
    List<Queue> queues = new ArrayList<>(program.queues());
    queues.add(new Queue("tasks in the lane's line", lane.queued(), LANE_TASKS_MAX, 50));
    queues.add(new Queue("bytes not synced", storage.queuedBytes(), STORAGE_BYTES_MAX, 0));
    return queues;
  }

  /** A fresh write of its own is on its way to another node. */
  void writesTo(NodeId other) {
    rejections.writesTo(other);
  }

  /** Every call under way still has time, or an excuse. */
  void checkNothingHangs() {
    for (Call call : pending) {
      Attempt attempt = call.attempt();
      if (attempt != null) {
        boolean excused = isPaused() || pauses != call.pausesBefore();
        checker.checkInTime(
            attempt + " is under way", attempt.deadlineNanos(), world.nowNanos(), excused);
      }
    }
  }

  private static String kind(Operation operation) {
    return operation.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static String word(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed(Failure failure) -> "failed: " + failure.reason();
      default -> "succeeded";
    };
  }

  public void pause() {
    if (lane != null && !lane.isPaused()) {
      world.note(name(), () -> "pauses");
      pauses++;
      lane.pause();
      if (!pending.isEmpty()) {
        windows.enter("pause mid-operation");
      }
    }
  }

  public void resume() {
    if (lane != null && lane.isPaused()) {
      world.note(name(), () -> "goes on");
      lane.resume();
    }
  }

  /** From now on its wall clock is off by so much. */
  public void skew(long millis) {
    world.note(name(), () -> "its clock is off by " + millis + " ms");
    clock.skew(millis);
  }

  public boolean isUp() {
    return lane != null;
  }

  /** Whether it is up and its disk takes writes. */
  public boolean isWritable() {
    return storage != null && storage.health().isWritable();
  }

  /** Whether it is up and its disk was given something that it has not synced. */
  public boolean hasUnsynced() {
    return storage != null && storage.queuedBytes() > 0;
  }

  public boolean isPaused() {
    return lane != null && lane.isPaused();
  }

  /** Whether it is up and believes that it leads the metadata group. */
  public boolean leads() {
    MetadataGroup group = metadata();
    return group != null && group.status().role() == Role.LEADER;
  }

  /** Whether it is up and says that requests can be sent to it. */
  public boolean isReady() {
    return program != null && program.isReady();
  }

  /** Null also while it is down. */
  @Override
  public @Nullable Placements placements() {
    return program == null ? null : program.placements();
  }

  /** The cluster that it belongs to; null while it is down or does not know. */
  public @Nullable ClusterId cluster() {
    return program == null ? null : program.cluster();
  }

  /** Null while it is down, and before it knows. */
  public @Nullable NodeId id() {
    return program == null ? null : program.id();
  }

  /** As in its last life, while it is down; null before it ever knew. */
  public @Nullable NodeId knownId() {
    return knownId;
  }

  public MemoryDisk disk() {
    return disk;
  }

  /** What a crash now would leave of a tenant's records in a partition. */
  Map<Key, Record> durable(int tenant, int partition) {
    Map<Key, Record> records = new TreeMap<>();
    for (RecordStore.Entry entry : disk.durableRecords(partition)) {
      if (entry.key().tenant() == tenant) {
        records.put(entry.key(), entry.record());
      }
    }
    return records;
  }

  public String name() {
    return String.valueOf((char) ('a' + index));
  }

  String address() {
    return address(index);
  }

  /** Address of the node with an index, in all its lives. */
  public static String address(int index) {
    return "node-" + index + ":7400";
  }

  SimClock clock() {
    return clock;
  }

  Windows windows() {
    return windows;
  }

  int pauses() {
    return pauses;
  }

  /** A client's call arrives at this machine. */
  void submit(Call call, int number, long timeoutNanos) {
    SimLane running = lane;
    if (running == null) {
      call.cutOff();
      return;
    }
    pending.add(call);
    running.execute(() -> begin(call, number, timeoutNanos));
  }

  /** An operator's request arrives at this machine; unheard if it has no metadata group yet. */
  public void onMetadata(MetadataRequest request) {
    SimLane running = lane;
    if (running != null) {
      running.execute(
          () -> {
            MetadataGroup group = metadata();
            if (group != null) {
              request.arrives(group, clock.nanos());
            }
          });
    }
  }

  /** An operator's request arrives at this machine; unheard if it has no data plane yet. */
  public void onCoordinator(Consumer<Coordinator> request) {
    SimLane running = lane;
    if (running != null) {
      running.execute(
          () -> {
            Coordinator coordinator = program == null ? null : program.coordinator();
            if (coordinator != null) {
              request.accept(coordinator);
            }
          });
    }
  }

  /**
   * Holds what it owes, what it believes to hold, and what it compares against what it told, has on
   * disk, and must.
   */
  void checkAtRest(Placements placements) {
    Coordinator coordinator = program == null ? null : program.coordinator();
    Trees trees = program == null ? null : program.trees();
    if (program != null && coordinator != null && trees != null) {
      PairsChecker.rests(name(), program.id(), coordinator.antiEntropy(), placements);
      owed.rests(coordinator.hints());
      TreeChecker.rests(name(), trees, disk, placements);
      if (changes != null) {
        changes.rests();
      }
    }
  }

  /** What an operator asks of a node's metadata group. */
  @FunctionalInterface
  public interface MetadataRequest {
    /**
     * @param nowNanos on the node's own clock
     */
    void arrives(MetadataGroup group, long nowNanos);
  }

  /** A client's scan arrives at this machine; if it is down, the client hears nothing. */
  void submit(Scan scan) {
    SimLane running = lane;
    if (running != null) {
      running.execute(
          () -> {
            DataPlane plane = program == null ? null : program.dataPlane();
            if (plane != null) {
              scan.begin(plane);
            }
          });
    }
  }

  private void begin(Call call, int number, long timeoutNanos) {
    DataPlane plane = program == null ? null : program.dataPlane();
    if (plane == null || program == null) {
      pending.remove(call);
      call.cutOff();
      return;
    }
    Attempt attempt =
        checker.begin(number, program.id(), call.operation(), world.nowNanos() + timeoutNanos);
    call.begin(attempt, pauses);
    Coordinator coordinator = program.coordinator();
    @Nullable Consumer<Version> ifWritten =
        coordinator == null ? null : rejections.begins(call.operation(), coordinator);
    world.note(
        Topic.CALL,
        name(),
        () -> "call #%d begins: %s".formatted(number, Words.of(call.operation())));
    sabotage
        .dataPlane(plane)
        .submit(
            call.operation(),
            clock.nanos() + timeoutNanos,
            outcome -> {
              world.note(
                  Topic.CALL,
                  name(),
                  () ->
                      "call #%d ends: %s: %s"
                          .formatted(number, Words.of(call.operation()), Words.of(outcome)));
              world.witness(outcome.toString().hashCode());
              pending.remove(call);
              boolean excused = pauses != call.pausesBefore();
              checker.end(attempt, outcome, world.nowNanos(), excused);
              windows.enter("call: " + kind(call.operation()) + " " + word(outcome));
              call.answer(outcome);
              if (outcome instanceof Outcome.Written written) {
                if (ifWritten != null) {
                  ifWritten.accept(written.version());
                }
                moments.at(Moment.ACKNOWLEDGED, this);
              }
            });
  }
}
