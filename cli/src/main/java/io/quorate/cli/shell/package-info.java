/**
 * What helps a person who types commands.
 *
 * <p>{@link io.quorate.cli.shell.ShellCommand} runs many commands in one process: a {@code Session}
 * runs a line, a {@code Prompt} reads lines from a terminal and a {@code Script} from a pipe.
 * {@link io.quorate.cli.shell.CompletionCommand} prints what completes commands in bash and zsh.
 */
@NullMarked
package io.quorate.cli.shell;

import org.jspecify.annotations.NullMarked;
