/**
 * Nodes that are broken on purpose, one rule each, and the proof that each is caught.
 *
 * <p>Start at {@link io.quorate.sim.mutant.Mutant}. What is broken is broken at an interface of the
 * nodes, never by a switch in them.
 */
@NullMarked
package io.quorate.sim.mutant;

import org.jspecify.annotations.NullMarked;
