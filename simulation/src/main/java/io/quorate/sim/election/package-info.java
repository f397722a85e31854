/**
 * Ways to elect a leader that are known to be wrong, beside the one that is right: "the highest id
 * that is visible leads" and the Bully algorithm, on the same network and under the same schedules
 * as Raft. They show that the split-brain checker sees what it is for, and what the right way
 * costs.
 *
 * <p>Start at {@link io.quorate.sim.election.ElectionWorld}; the schedules are in {@link
 * io.quorate.sim.election.SplitBrainTest}, the costs in {@link
 * io.quorate.sim.election.ElectionCosts}.
 */
@NullMarked
package io.quorate.sim.election;

import org.jspecify.annotations.NullMarked;
