/**
 * Commands that change which nodes have replicas: {@code quorate cluster add, remove, replace,
 * move} and {@code rebalance}, with {@code plan} before and {@code cancel, pause, resume} and
 * {@code limits} after them.
 *
 * <p>Start at {@link io.quorate.cli.topology.ClusterCommand}. {@link
 * io.quorate.cli.topology.ChangeRunner} takes a change all the way: what it would move, the
 * question whether that is wanted, the change, and watching it. The cluster needs nobody who
 * watches.
 */
@NullMarked
package io.quorate.cli.topology;

import org.jspecify.annotations.NullMarked;
