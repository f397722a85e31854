/**
 * Changes of the topology as schedules: what is to go wrong, and at which rung of the ladder, is
 * written down and not drawn.
 *
 * <p>Start at {@link io.quorate.sim.topology.EndToEndMigrationTest}. What chance finds beside this
 * is in {@link io.quorate.sim.run}.
 */
@NullMarked
package io.quorate.sim.topology;

import org.jspecify.annotations.NullMarked;
