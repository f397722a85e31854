/**
 * What a simulated node runs in one of its lives, as its lane sees it: the data plane alone, or all
 * of a node, with its messages in the frames of the real wire.
 *
 * <p>Start at {@link io.quorate.sim.program.Program}. {@link
 * io.quorate.sim.program.ProgramEnvironment} is what it gets from the world, and {@link
 * io.quorate.sim.program.Sabotage} what is broken in it on purpose: something at its interfaces, or
 * a rule that it leaves out. Machines, disks and clients are in {@code cluster}.
 */
@NullMarked
package io.quorate.sim.program;

import org.jspecify.annotations.NullMarked;
