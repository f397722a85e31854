/**
 * Histories that clients of real processes left, as JSON Lines (docs/testing.md#histories), and
 * whether they are linearizable. {@link io.quorate.sim.history.JudgeHistories} is the command.
 */
@NullMarked
package io.quorate.sim.history;

import org.jspecify.annotations.NullMarked;
