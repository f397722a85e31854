/**
 * Checks of what the product promises: checkers see every attempt of every client as it begins and
 * ends, and the disks when the cluster is at rest; the first broken promise ends the run.
 *
 * <p>Start at {@link io.quorate.sim.check.PromiseChecker}, which tells each {@link
 * io.quorate.sim.check.Checker}. They judge by clients and disks; of the inside of nodes they use
 * two things only, Raft's promises and the length of queues.
 */
@NullMarked
package io.quorate.sim.check;

import org.jspecify.annotations.NullMarked;
