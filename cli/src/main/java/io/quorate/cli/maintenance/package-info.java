/**
 * Commands that look after single nodes: what they owe to each other and hold, {@code hints} and
 * {@code repair}; how much they log, {@code log}; that they read their certificates, {@code
 * security reload}; and whether they are in service, {@code node}.
 *
 * <p>What they ask for is each node's own affair, so most ask all of them: see {@link
 * io.quorate.cli.command.EachNode}. A node that cannot be asked is named, and the exit code tells.
 */
@NullMarked
package io.quorate.cli.maintenance;

import org.jspecify.annotations.NullMarked;
