/**
 * What commands have in common: how a cluster is reached, how options are written, and what a
 * command ends with.
 *
 * <p>Start at {@link io.quorate.cli.command.ClusterOptions}.
 */
@NullMarked
package io.quorate.cli.command;

import org.jspecify.annotations.NullMarked;
