/**
 * Campaigns of wild input: what comes from outside is made up or mutated, from a seed, and given to
 * one part of a node after the other. None of it may do more than be refused.
 *
 * <p>Start at {@link io.quorate.fuzz.FuzzTarget}; {@link io.quorate.fuzz.DecoderTarget} makes one
 * of any decoder, and {@link io.quorate.fuzz.Targets} lists them. {@code .ci/fuzz} runs them, with
 * those of commands.
 */
@NullMarked
package io.quorate.fuzz;

import org.jspecify.annotations.NullMarked;
