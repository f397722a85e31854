/**
 * Whole clusters of real node code under faults, from a seed: each run draws what goes wrong and
 * how much, clients do their work meanwhile, and every answer is held against the promises.
 *
 * <p>Start at {@link io.quorate.sim.run.SimulationRun}, one run. Directed schedules, for windows
 * that chance rarely enters, are in {@link io.quorate.sim.scenario}.
 */
@NullMarked
package io.quorate.sim;

import org.jspecify.annotations.NullMarked;
