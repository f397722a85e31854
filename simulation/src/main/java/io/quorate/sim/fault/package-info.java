/**
 * What goes wrong in a run. Each kind of fault is one small class with the strength that a seed
 * drew for it; a new one is a class here and a line in {@link io.quorate.sim.fault.Kind#ALL}.
 *
 * <p>Start at {@link io.quorate.sim.fault.Fault}; {@link io.quorate.sim.fault.Swarm} is what a seed
 * draws. Faults reach the world through {@link io.quorate.sim.fault.Reach} only, which counts them
 * by kind and stops them all.
 */
@NullMarked
package io.quorate.sim.fault;

import org.jspecify.annotations.NullMarked;
