/**
 * {@code quorate cluster restart --rolling}: restarts nodes one after another, by a command of the
 * operator's machine. The cluster is only asked to drain a node and to say how it is.
 *
 * <p>Start at {@link io.quorate.cli.restart.RestartCommand}, then {@link
 * io.quorate.cli.restart.RollingRestart}, which goes from node to node and sees the cluster, the
 * machine and time through {@link io.quorate.cli.restart.RestartCalls}. {@link
 * io.quorate.cli.restart.LocalCommand} puts nodes into the command.
 */
@NullMarked
package io.quorate.cli.restart;

import org.jspecify.annotations.NullMarked;
