/**
 * Wild input to what commands read, and the command {@code .ci/fuzz}, which gives it to nodes too.
 * It is here because this module sees the targets of both.
 *
 * <p>Start at {@link io.quorate.cli.fuzz.Fuzz}; {@link io.quorate.cli.fuzz.CommandTargets} lists
 * the targets of commands, and {@link io.quorate.fuzz.Targets} those of a node.
 */
@NullMarked
package io.quorate.cli.fuzz;

import org.jspecify.annotations.NullMarked;
