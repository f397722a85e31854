/**
 * A cluster of real node code in a simulated world: nodes that start, crash, pause and restart on
 * disks that outlive them, and clients that ask any of them.
 *
 * <p>Start at {@link io.quorate.sim.cluster.SimCluster}. What a node runs, and what is broken in it
 * on purpose, is in {@link io.quorate.sim.program}.
 */
@NullMarked
package io.quorate.sim.cluster;

import org.jspecify.annotations.NullMarked;
