/**
 * What was promised, held against what happens: every attempt of every client is told here as it
 * begins and ends, and what is on disks when all is at rest; the first thing that breaks a promise
 * ends the run.
 *
 * <p>Start at {@link io.quorate.sim.check.PromiseChecker}, which tells each {@link
 * io.quorate.sim.check.Checker}. What clients and disks see decides; into nodes they look for two
 * things only, Raft's promises and the length of queues.
 */
@NullMarked
package io.quorate.sim.check;

import org.jspecify.annotations.NullMarked;
