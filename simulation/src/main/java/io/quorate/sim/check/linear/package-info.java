/**
 * Whether the answers to clients can be explained by one object that serves one call at a time,
 * each between its beginning and its end (Herlihy and Wing, <i>Linearizability</i>, 1990).
 *
 * <p>Start at {@link io.quorate.sim.check.linear.Linearizability}; calls are written down in a
 * {@link io.quorate.sim.check.linear.History}, and what the object does is a {@link
 * io.quorate.sim.check.linear.SequentialModel}.
 */
@NullMarked
package io.quorate.sim.check.linear;

import org.jspecify.annotations.NullMarked;
