/**
 * What was promised, held against what happens: every attempt of every client is told here as it
 * begins and ends, and what is on disks when all is at rest; the first thing that breaks a promise
 * ends the run.
 *
 * <p>Start at {@link io.quorate.sim.check.PromiseChecker}, which tells each {@link
 * io.quorate.sim.check.Checker}. They see what clients and disks see, never what nodes think.
 */
@NullMarked
package io.quorate.sim.check;

import org.jspecify.annotations.NullMarked;
