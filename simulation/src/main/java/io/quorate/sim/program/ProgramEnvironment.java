package io.quorate.sim.program;

import io.quorate.event.Event;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.replication.replica.ReplicaListener;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimPort;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.storage.Storage;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Everything that a program gets from the world.
 *
 * @param index of the node, from 0
 * @param address of the node, the same in all its lives
 * @param others addresses of the other nodes that are there now
 * @param joining whether the node asks to be taken into a cluster that runs
 * @param network opens the node's end of the network, once the node knows its id
 * @param introductions the way to nodes that are known by address only
 * @param events takes what happens in the program
 * @param liars nodes for which faults send lies
 * @param diskLost whether the node has run before, on a disk that is not this one
 * @param release that it runs
 * @param rollout how far the upgrade is to the release after that
 * @param exit ends the process
 * @param changes receives what becomes durable in its replica
 * @param journal takes lines for people
 */
public record ProgramEnvironment(
    int index,
    String address,
    Supplier<List<String>> others,
    Joining joining,
    SimLane lane,
    SimClock clock,
    SimRandom random,
    Storage storage,
    Function<NodeId, SimPort> network,
    SimIntroductions introductions,
    Consumer<Event> events,
    Liars liars,
    boolean diskLost,
    Release release,
    Rollout rollout,
    Consumer<Refusal.Kind> exit,
    ReplicaListener changes,
    Consumer<String> journal) {

  void says(String line) {
    journal.accept(line);
  }
}
