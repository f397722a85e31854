package io.quorate.sim.cluster;

import io.quorate.admin.ClusterAdmin;
import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockEntry;
import io.quorate.locks.LockRequest;
import io.quorate.locks.Locks;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.model.ClusterId;
import io.quorate.model.Invariant;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.placement.Placements;
import io.quorate.raft.Role;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.replica.ReplicaListener;
import io.quorate.runtime.Lane;
import io.quorate.sim.check.Inside;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimJournal.Topic;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Program;
import io.quorate.sim.program.ProgramEnvironment;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.Record;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One machine: a disk and a clock that stay, and a process that starts, stops and crashes. */
public final class SimNode implements Inside {
  private static final long START_AGAIN_NANOS = 300_000_000L;

  private final NodeCollaborators with;
  private final SimWorld world;
  private final int index;

  /** Whether operators remove nodes: then a node that the cluster refuses may be one of those. */
  private final boolean mayLeave;

  private final SimRandom random;
  private final SimClock clock;
  private final NodeDisks disks;
  private final Completeness completeness;
  private final NodeChecks checks;
  private final NodeRequests requests;

  /** Whether it is one of the cluster's machines, as far as an operator has said. */
  private boolean present;

  private Joining joining = Joining.NO;

  /** What it runs from its next start on. */
  private Release release = Releases.THIS;

  /** How often it was started. */
  private int lives;

  /** How often it was paused. */
  private int pauses;

  /** Null while the node is down. */
  private @Nullable NodeProcess process;

  private @Nullable NodeId knownId;

  /** Whether it was told to stop, and has not yet. */
  private boolean stopping;

  SimNode(NodeCollaborators with, int index, boolean present, boolean mayLeave) {
    this.with = with;
    this.world = with.world();
    this.index = index;
    this.present = present;
    this.mayLeave = mayLeave;
    this.random = world.random("node " + index);
    this.clock = new SimClock(world, random.split("clock"));
    this.disks = new NodeDisks(this, with);
    this.completeness = new Completeness(this, disks, world);
    this.checks = new NodeChecks(this, with, completeness);
    this.requests = new NodeRequests(this, with, checks.rejections());
  }

  public void start() {
    if (!present) {
      return; // it has left since it was to be started again
    }
    lives++;
    stopping = false;
    note("starts");
    SimRandom life = random.split("life " + lives);
    clock.restart(life.split("clock"));
    SimLane lane = new SimLane(world, name(), life.split("lane"));
    Storage storage = with.sabotage().storage(disks.mount(lane, life.split("disk")));
    NodeProcess started = new NodeProcess(name(), lane, storage);
    process = started;
    ReplicaListener changes = checks.starts(disk());
    Program created;
    try {
      created = with.factory().create(environment(life, lane, storage, changes));
    } catch (StorageOpenException refusal) {
      doesNotStart(started, refusal);
      return;
    }
    started.run(created);
    NodeId id = created.id();
    knownId = id;
    world.journal().call(id.toString(), name());
    checks.checkTreesTakenUp(created);
    with.checker().happened(this);
    lane.execute(created::start);
  }

  private ProgramEnvironment environment(
      SimRandom life, SimLane lane, Storage storage, ReplicaListener changes) {
    return new ProgramEnvironment(
        index,
        address(),
        () -> with.present().get().stream().filter(each -> !each.equals(address())).toList(),
        joining,
        lane,
        clock,
        life.split("program"),
        storage,
        id -> {
          with.network().place(id, with.regionOf().apply(index));
          return with.network().join(id, lane);
        },
        with.introductions(),
        checks::happened,
        with.liars(),
        disks.hasOthers(),
        release,
        with.rollout(),
        this::exit,
        changes,
        line -> world.note(Topic.NODE, name(), () -> line));
  }

  /** The program could not open its storage; a supervisor starts the node again after a while. */
  private void doesNotStart(NodeProcess failed, StorageOpenException refusal) {
    note("does not start: " + refusal.getMessage());
    with.windows().enter("start refused for its disk");
    failed.lane().kill();
    disk().crash();
    process = null;
    startLater();
  }

  /** A supervisor starts it again after a while, unless it was started before. */
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

  /** The process dies now; of what it had not synced, chance decides how much was written. */
  public void crash() {
    if (isUp()) {
      note("crashes");
      disk().crashKeepingSome(new SimRandomness(random.split("crash " + lives)));
      die();
    }
  }

  /** The process dies now, and what it had not synced is gone. */
  public void crashLosingUnsynced() {
    if (isUp()) {
      note("crashes, and all that was not synced is lost");
      disk().crash();
      die();
    }
  }

  /** Stops in order, as a node does on a signal: requests under way may end within this time. */
  public void shutDown(Duration finishWithin) {
    NodeProcess running = process;
    if (running != null && running.program() != null) {
      note("is told to stop");
      stopping = true;
      running.stopInOrder(
          world, world.nowNanos() + finishWithin.toNanos(), requests, () -> end(running));
    }
  }

  /** The lane runs no more; then the disk is closed, which makes durable what waits for a sync. */
  private void end(NodeProcess stopped) {
    if (process == stopped) {
      note("stops in order");
      with.windows().enter("stop in order");
      stopped.lane().kill();
      stopped.storage().close();
      die();
    }
  }

  private void die() {
    NodeProcess dying = process;
    Program program = program();
    if (dying == null || program == null) {
      return;
    }
    disks.died(program);
    completeness.died(program);
    if (requests.areAnyPending()) {
      with.windows().enter("crash mid-operation");
    }
    if (dying.storage().queuedBytes() > 0) {
      with.windows().enter("unsynced lost");
    }
    checks.enterWhatItLeavesUndone(program);
    dying.lane().kill();
    checks.died();
    with.network().leave(program.id());
    process = null;
    requests.cutOff();
  }

  public void pause() {
    if (process != null && !isPaused()) {
      note("pauses");
      pauses++;
      process.lane().pause();
      if (requests.areAnyPending()) {
        with.windows().enter("pause mid-operation");
      }
    }
  }

  public void resume() {
    if (process != null && isPaused()) {
      note("goes on");
      process.lane().resume();
    }
  }

  /** From now on its wall clock is off by this much. */
  public void skew(long millis) {
    note("its clock is off by " + millis + " ms");
    clock.skew(millis);
  }

  /** Installs a release, which the node runs from its next start on. */
  public void install(Release next) {
    if (next.equals(Releases.BEFORE)) {
      with.rollout().begins();
    }
    release = next;
    note("is to run " + next);
  }

  /** Crashes it, if it runs, and starts it with a release. */
  public void restartWith(Release next) {
    crash();
    install(next);
    start();
  }

  /** Asks it about locks; a node that does not run answers nothing. */
  public void askLocks(LockRequest request, long timeoutNanos, Consumer<LockAnswer> heard) {
    Program running = program();
    LockEntry locks = running == null ? null : running.locks();
    if (process != null && locks != null) {
      process
          .lane()
          .execute(
              () -> {
                Runnable unused = locks.submit(request, clock.nanos() + timeoutNanos, heard);
              });
    }
  }

  public Release release() {
    return release;
  }

  /** Whether it is one of the cluster's machines; others have never run, or have left. */
  public boolean isPresent() {
    return present;
  }

  /** Starts it with an empty disk, to be taken into the cluster. */
  public void invite(Joining how) {
    Invariant.hold(!present && !isUp(), "%s is one of the cluster's machines", name());
    present = true;
    joining = how;
    completeness.clear();
    disks.clear();
    checks.lostDisk();
    start();
  }

  /** An operator turns the machine off for good, with its disk. */
  public void turnOff() {
    note("is turned off for good");
    crash();
    disks.forgetLost();
    present = false;
  }

  /**
   * Whether it runs on an empty disk, and looks for the other nodes of its list to form a cluster.
   */
  boolean mayFormCluster() {
    return present && isUp() && cluster() == null && joining == Joining.NO;
  }

  /** The process ends itself: the cluster has removed the node, and its disk is of no use. */
  private void leave() {
    with.windows().enter("node left");
    crash();
    disks.forgetLost();
    present = false;
  }

  /** The process ends itself, since it cannot be part of its cluster. */
  private void exit(Refusal.Kind why) {
    if (why == Refusal.Kind.RELEASE) {
      with.windows().enter("upgrade: earlier release refused");
      crash();
      install(Releases.THIS);
      startLater();
      return;
    }
    if (mayLeave && !disks.hasEmptyAside() && why != Refusal.Kind.DISK) {
      leave();
      return;
    }
    with.windows().enter("start refused by the cluster");
    crash();
    if (disks.hasEmptyAside()) {
      note("came too late with its disk: another has taken its place");
      with.windows().enter("old disk came too late");
      checks.lostDisk();
      disks.returnToEmpty();
      start();
    }
  }

  /** Crashes it, if it runs, and puts an empty disk in place of the current one. */
  public void loseDisk() {
    loseDisk(false);
  }

  /**
   * Crashes it, if it runs, and puts an empty disk in place of the current one.
   *
   * @param forGood whether the old disk may not be back even when all is well
   */
  public void loseDisk(boolean forGood) {
    Invariant.hold(!disks.isLost(), "%s has lost its disk already", name());
    crash();
    note("loses its disk");
    checks.lostDisk();
    disks.lose(forGood);
    if (forGood) {
      with.checker().losesDisk();
    }
  }

  /** Crashes it, and puts the lost disk back, unless it has joined on the empty one meanwhile. */
  public void findDisk() {
    MemoryDisk found = disks.found();
    if (found != null) {
      crash();
      note("has its disk back");
      checks.lostDisk();
      disks.putBack(found);
    }
  }

  /** Makes the durable record of a key unreadable for now. */
  public void damage(int partition, Key key) {
    completeness.damage(partition, key);
  }

  /**
   * Mends its disk; one that was lost is back, unless it is lost for good. A node that failed with
   * its disk, or was about to stop, is down afterwards, to be started again.
   */
  void mend() {
    if (!disks.mayBeLostForGood() || random.split("for good " + lives).chance(0.5)) {
      findDisk();
    }
    disks.mend();
    if (with.rollout().isRaised()) {
      install(Releases.THIS); // what it runs now stops by itself, if it is an earlier one
    }
    if (stopping || (isUp() && !isWritable())) {
      crash();
    }
  }

  public MemoryDisk disk() {
    return disks.current();
  }

  /** What a crash now would leave of a tenant's records in a partition. */
  Map<Key, Record> durable(int tenant, int partition) {
    return disks.durable(tenant, partition);
  }

  /** Whether it runs on an empty disk, and the cluster has not readmitted it yet. */
  public boolean hasLostDisk() {
    return disks.hasLost();
  }

  /** Whether it has ever known, on this disk, that it belongs to a cluster. */
  public boolean hasJoined() {
    return disks.hasJoined();
  }

  /** Whether it has lost its disk, or does not yet hold all that it must. */
  public boolean isIncomplete() {
    return completeness.isIncomplete();
  }

  /**
   * Whether it has its disk back after an operator was asked to give it up: another node may have
   * taken its place, with the empty disk.
   */
  public boolean mayBeReplaced() {
    return disks.mayBeReplaced();
  }

  /**
   * Whether it is known by an id, or may be later: a node with an empty disk is readmitted under
   * another id, and one with its old disk back may find that it was. If the old disk was never a
   * member's, the node waits until an operator removes the member that the empty disk became.
   */
  boolean mayComeAs(NodeId id) {
    return id.equals(knownId) || (disks.hasEmptyAside() && hasJoined()) || hasLostDisk();
  }

  NodeRequests requests() {
    return requests;
  }

  /** An operator's request arrives; it has no effect if the node has no metadata group yet. */
  public void onMetadata(MetadataRequest request) {
    requests.onMetadata(request);
  }

  /** An operator's request arrives; it has no effect if the node has no data plane yet. */
  public void onCoordinator(Consumer<Coordinator> request) {
    requests.onCoordinator(request);
  }

  /** An operator's request arrives; it has no effect if the node does not serve yet. */
  public void onOperator(OperatorRequest request) {
    requests.onOperator(request);
  }

  /** What an operator asks of a node that serves. */
  @FunctionalInterface
  public interface OperatorRequest {
    /** Is carried out on the node's lane. */
    void arrives(Lane lane, ClusterAdmin admin, Coordinator coordinator);
  }

  /** What an operator asks of a node's metadata group. */
  @FunctionalInterface
  public interface MetadataRequest {
    /**
     * @param nowNanos on the node's own clock
     */
    void arrives(MetadataGroup group, long nowNanos);
  }

  NodeChecks checks() {
    return checks;
  }

  /**
   * What may undo what it did.
   *
   * @param up whether it runs: what it was about to write is gone with it
   * @param refusals writes that its disk refused in this life
   */
  public record Trouble(int lives, boolean up, int pauses, long refusals) {}

  public Trouble trouble() {
    return new Trouble(lives, isUp(), pauses, disks.refusals());
  }

  public boolean isUp() {
    return process != null;
  }

  /** Whether it is up and its disk takes writes. */
  public boolean isWritable() {
    return process != null && process.storage().health().isWritable();
  }

  /** Whether it is up and its disk was given something that it has not synced. */
  public boolean hasUnsynced() {
    return process != null && process.storage().queuedBytes() > 0;
  }

  public boolean isPaused() {
    return process != null && process.lane().isPaused();
  }

  /** Whether this is the lane of its present life. */
  @SuppressWarnings("ReferenceEquality") // another lane is another life
  boolean runsOn(SimLane lane) {
    return process != null && process.lane() == lane;
  }

  /** How often it was started. */
  public int lives() {
    return lives;
  }

  /** Whether it is up and believes that it leads the metadata group. */
  public boolean leads() {
    MetadataGroup group = metadata();
    return group != null && group.status().role() == Role.LEADER;
  }

  /** Whether it is up and says that requests can be sent to it. */
  public boolean isReady() {
    Program program = program();
    return program != null && program.isReady();
  }

  /** How far it is with the partitions that it must be filled with. */
  public Filler.Progress filling() {
    Program program = program();
    return program == null ? Filler.Progress.NONE : program.filling();
  }

  /** Null also while it is down. */
  @Override
  public @Nullable MetadataGroup metadata() {
    return process == null ? null : process.metadata();
  }

  /** Its part in the group that keeps locks; null while it has none, and while it is down. */
  public @Nullable Locks locks() {
    Program program = program();
    return program == null ? null : program.lockGroup();
  }

  /** Null also while it is down. */
  @Override
  public @Nullable Placements placements() {
    Program program = program();
    return program == null ? null : program.placements();
  }

  @Override
  public List<Queue> queues() {
    return process == null ? List.of() : process.queues();
  }

  /** The cluster that it belongs to; null while it is down or does not know. */
  public @Nullable ClusterId cluster() {
    Program program = program();
    return program == null ? null : program.cluster();
  }

  /** Null while it is down, and before it knows. */
  public @Nullable NodeId id() {
    Program program = program();
    return program == null ? null : program.id();
  }

  /** As in its last life, while it is down; null before it ever knew. */
  public @Nullable NodeId knownId() {
    return knownId;
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

  public SimClock clock() {
    return clock;
  }

  Windows windows() {
    return with.windows();
  }

  int pauses() {
    return pauses;
  }

  @Nullable NodeProcess process() {
    return process;
  }

  /** Null while it is down, and until its process has made one. */
  @Nullable Program program() {
    return process == null ? null : process.program();
  }

  private void note(String what) {
    world.note(name(), () -> what);
  }
}
