/**
 * Rules that are taken out of the compiled classes of the client, one at a time: a test that is
 * named must fail on what is left. {@link io.quorate.client.mutant.CodeMutants} lists them.
 */
@NullMarked
package io.quorate.client.mutant;

import org.jspecify.annotations.NullMarked;
