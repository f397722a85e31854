/**
 * Where keys live and how many answers are enough: levels, quorums, the placement of a partition,
 * and the planner that computes placements. Pure functions of values.
 *
 * <p>Start at {@link io.quorate.placement.Placements}, then {@link io.quorate.placement.Quorum}.
 */
@NullMarked
package io.quorate.placement;

import org.jspecify.annotations.NullMarked;
