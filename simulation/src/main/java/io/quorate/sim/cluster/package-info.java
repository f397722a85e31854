/**
 * A cluster of real node code in a simulated world: nodes that start, crash, pause and restart on
 * disks that outlive them, and clients that ask any of them.
 *
 * <p>Start at {@link io.quorate.sim.cluster.SimCluster}. What a node runs is given to it as a
 * {@link io.quorate.sim.cluster.Program}; what is broken in it on purpose, as a {@link
 * io.quorate.sim.cluster.Sabotage}.
 */
@NullMarked
package io.quorate.sim.cluster;

import org.jspecify.annotations.NullMarked;
