package io.quorate.sim.election;

import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import io.quorate.sim.kernel.SimCodec;
import io.quorate.sim.kernel.SimRandom;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * What one node is given to work with.
 *
 * @param all nodes, this one among them
 */
record Seat(
    NodeId self,
    SortedSet<NodeId> all,
    Lane lane,
    Clock clock,
    SimRandom random,
    SplitBrainChecker checker) {

  SortedSet<NodeId> others() {
    SortedSet<NodeId> others = new TreeSet<>(all);
    others.remove(self);
    return others;
  }

  /** Opens the node's end of the network. */
  @FunctionalInterface
  interface Opener<M> {
    Network<M> open(SimCodec<M> codec, BiConsumer<NodeId, M> receiver);
  }
}
