/**
 * Whole clusters of real node code under faults, from a seed: each run draws what goes wrong and
 * how much, clients do their work meanwhile, and every answer is held against the promises.
 *
 * <p>Start at {@link io.quorate.sim.run.SimulationRun}, one run. Directed schedules, for windows
 * that chance rarely enters, are in {@link io.quorate.sim.scenario}. {@code Simulate} is the
 * command.
 *
 * <p>This module depends on the server. So the tests of the server that need simulated time or
 * {@link io.quorate.storage.memory} are tests of this module, for Maven allows no cycle between
 * modules. They keep their packages, and see what only their package may.
 */
@NullMarked
package io.quorate.sim;

import org.jspecify.annotations.NullMarked;
