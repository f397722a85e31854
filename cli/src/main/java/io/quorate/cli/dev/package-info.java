/**
 * {@code quorate dev}: a whole cluster on this machine, in one process or in one for each node.
 *
 * <p>Start at {@link io.quorate.cli.dev.DevCommand}; a {@link io.quorate.cli.dev.DevNode} is the
 * plan of one node, {@link io.quorate.cli.dev.RunningNodes} runs them. {@code quorate warm} has
 * such a cluster work for a while, for what the JVM learns from it.
 */
@NullMarked
package io.quorate.cli.dev;

import org.jspecify.annotations.NullMarked;
