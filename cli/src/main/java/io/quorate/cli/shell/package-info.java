/**
 * What helps a person who types commands.
 *
 * <p>{@link io.quorate.cli.shell.CompletionCommand} prints what completes them in a shell. Nothing
 * here talks to a cluster.
 */
@NullMarked
package io.quorate.cli.shell;

import org.jspecify.annotations.NullMarked;
