/**
 * Rules that no simulated cluster, scenario or collaborator leaves out: each is taken out of the
 * compiled class that has it, and a test that is named must fail on what is left.
 *
 * <p>{@link io.quorate.mutant.CodeMutants} lists them.
 */
@NullMarked
package io.quorate.mutant;

import org.jspecify.annotations.NullMarked;
