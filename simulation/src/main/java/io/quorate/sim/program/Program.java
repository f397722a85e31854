package io.quorate.sim.program;

import io.quorate.admin.ClusterAdmin;
import io.quorate.locks.LockEntry;
import io.quorate.locks.Locks;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.tree.Trees;
import io.quorate.sim.check.Inside.Queue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one node runs in one of its lives, on its lane. */
public interface Program {
  /** Partitions of every simulated cluster. */
  int PARTITIONS = 8;

  /** Id of the node. */
  NodeId id();

  /** Begins to work; called once, on the lane. */
  void start();

  /** Takes no more requests of clients; goes on with those under way, and for other nodes. */
  default void stopAccepting() {}

  /** Requests of clients under way. */
  default int underWay() {
    return 0;
  }

  /** Does nothing any more. */
  default void stop() {}

  /** Where clients' requests enter; null while the node does not serve yet. */
  @Nullable DataPlane dataPlane();

  /** Whether it says that requests can be sent to it. */
  boolean isReady();

  /** The placements that it knows; null while it knows none. */
  @Nullable Placements placements();

  /** The cluster that it belongs to; null if it has none, or does not know it. */
  default @Nullable ClusterId cluster() {
    return null;
  }

  /** Its part in the metadata group; null if it has none, or none yet. */
  default @Nullable MetadataGroup metadata() {
    return null;
  }

  /** Where requests about locks enter; null if it has none. */
  default @Nullable LockEntry locks() {
    return null;
  }

  /** Its part in the group that keeps locks; null if it has none, or none yet. */
  default @Nullable Locks lockGroup() {
    return null;
  }

  /** Its data plane; null while it has none. */
  default @Nullable Coordinator coordinator() {
    return null;
  }

  /** The cluster as operators see it from here; null if there is none. */
  default @Nullable ClusterAdmin admin() {
    return null;
  }

  /** Hashes of what it holds; null while it holds nothing. */
  default @Nullable Trees trees() {
    return null;
  }

  /** Partitions out of service, since its disk does not give back all of them. */
  default int damaged() {
    return 0;
  }

  /** How far it is with the partitions that it must be filled with. */
  default Filler.Progress filling() {
    return Filler.Progress.NONE;
  }

  /** What it has under way and in line. */
  List<Queue> queues();

  /** Makes the program of a node that starts. */
  @FunctionalInterface
  interface Factory {
    Program create(ProgramEnvironment environment);
  }
}
