/**
 * Where keys live and how many answers are enough: levels, quorums, and the placement of a
 * partition. Pure functions of values. The package {@code planner} in it computes placements.
 *
 * <p>Start at {@link io.quorate.placement.Placements}, then {@link io.quorate.placement.Quorum}.
 */
@NullMarked
package io.quorate.placement;

import org.jspecify.annotations.NullMarked;
