/**
 * The planner: computes the preference lists of all partitions from the nodes and the current
 * lists, and counts what a change of lists costs. Pure functions of values.
 *
 * <p>Start at {@link io.quorate.placement.planner.Planner}, whose result is a {@link
 * io.quorate.placement.planner.Plan}. The package {@code placement} does not know the planner: it
 * says what lists mean, and not how they come about.
 */
@NullMarked
package io.quorate.placement.planner;

import org.jspecify.annotations.NullMarked;
