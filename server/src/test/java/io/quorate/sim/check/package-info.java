/**
 * What was promised to clients, held against what they saw: every attempt of every client is told
 * here as it begins and ends, and the first answer that breaks a promise ends the run.
 *
 * <p>Start at {@link io.quorate.sim.check.PromiseChecker}. It sees clients' calls and answers, and
 * disks at the end; never what nodes think.
 */
@NullMarked
package io.quorate.sim.check;

import org.jspecify.annotations.NullMarked;
