/**
 * Runs of one seed, batches of seeds on all cores, and their reports.
 *
 * <p>Start at {@link io.quorate.sim.run.SimulationRun}, one run. A run is one thread and its seed
 * decides all of it; only batches, which nothing simulated sees, use several.
 */
@NullMarked
package io.quorate.sim.run;

import org.jspecify.annotations.NullMarked;
