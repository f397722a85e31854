package io.quorate.sim.cluster;

import io.quorate.model.NodeId;
import io.quorate.replication.fact.Fact;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimPort;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.storage.Storage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * All that a program has of the world.
 *
 * @param index of the node, from 0
 * @param address of the node, the same in all its lives
 * @param network opens the node's end of the network, once the node knows who it is
 * @param facts takes what the program says of itself
 */
public record Doors(
    int index,
    String address,
    SimLane lane,
    SimClock clock,
    SimRandom random,
    Storage storage,
    Function<NodeId, SimPort> network,
    Consumer<Fact> facts) {}
