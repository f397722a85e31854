package io.quorate.sim.cluster;

import io.quorate.metadata.MetadataGroup;
import io.quorate.model.Invariant;
import io.quorate.runtime.Lane;
import io.quorate.sim.check.Inside.Queue;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Program;
import io.quorate.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One life of a node's process: its lane, its storage, and the program that runs on both. */
final class NodeProcess {
  /** Most tasks that wait for the lane: some for each request that a few nodes may have. */
  private static final int LANE_TASKS_MAX = 1_000;

  /** Most bytes that wait for the disk. */
  private static final long STORAGE_BYTES_MAX = 1 << 20;

  /** How often a process that stops looks whether requests are still under way. */
  private static final long STOP_POLL_NANOS = 1_000_000;

  private final String name;
  private final SimLane lane;
  private final Storage storage;

  /** Null until it is made, which the disk may prevent. */
  private @Nullable Program program;

  NodeProcess(String name, SimLane lane, Storage storage) {
    this.name = name;
    this.lane = lane;
    this.storage = storage;
  }

  void run(Program made) {
    program = made;
  }

  SimLane lane() {
    return lane;
  }

  Storage storage() {
    return storage;
  }

  @Nullable Program program() {
    return program;
  }

  @Nullable MetadataGroup metadata() {
    return program == null ? null : program.metadata();
  }

  /** While it is paused, what other nodes send piles up outside of it, on their side. */
  List<Queue> queues() {
    if (program == null || lane.isPaused()) {
      return List.of();
    }
    List<Queue> queues = new ArrayList<>(program.queues());
    queues.add(new Queue("tasks in the lane's line", lane.queued(), LANE_TASKS_MAX, 50));
    queues.add(new Queue("bytes not synced", storage.queuedBytes(), STORAGE_BYTES_MAX, 0));
    return queues;
  }

  /**
   * Stops accepting requests, and the program once none is under way.
   *
   * @param untilNanos in the world's time: the program stops then at the latest
   * @param requests of clients; none may wait when the program says that none is under way
   * @param onStopped closes the disk and ends the process
   */
  void stopInOrder(SimWorld world, long untilNanos, NodeRequests requests, Runnable onStopped) {
    Program ending = program;
    if (ending != null) {
      lane.execute(
          () -> {
            ending.stopAccepting();
            stopOnceIdle(world, ending, untilNanos, requests, onStopped);
          });
    }
  }

  private void stopOnceIdle(
      SimWorld world, Program ending, long untilNanos, NodeRequests requests, Runnable onStopped) {
    int underWay = ending.underWay();
    if (underWay > 0 && world.nowNanos() < untilNanos) {
      Lane.Timer unused =
          lane.schedule(
              STOP_POLL_NANOS, () -> stopOnceIdle(world, ending, untilNanos, requests, onStopped));
      return;
    }
    Invariant.hold(
        underWay > 0 || !requests.hasBegun(),
        "%s says that nothing is under way, and clients wait",
        name);
    ending.stop();
    world.schedule(0, "stop", onStopped);
  }
}
