/**
 * Directed schedules as text: files under {@code scenarios/} that say message by message what
 * happens to real node code in the simulated world, for windows that chance enters once in a
 * million runs.
 *
 * <p>Start at a file; {@link io.quorate.sim.scenario.Scenario} says how one is built, and the
 * classes whose names end in {@code Commands} list what can be said. {@link
 * io.quorate.sim.scenario.ScenarioTest} runs all of them, each also with the rule left out that it
 * is about: then it must fail by the rule that the file names.
 */
@NullMarked
package io.quorate.sim.scenario;

import org.jspecify.annotations.NullMarked;
