/**
 * Commands that look after what nodes owe to each other and hold, {@code hints} and {@code repair},
 * and that have them read their certificates, {@code security reload}.
 *
 * <p>What they ask for is each node's own affair, so they ask all of them: see {@link
 * io.quorate.cli.command.EachNode}. A node that cannot be asked is named, and the exit code tells.
 */
@NullMarked
package io.quorate.cli.maintenance;

import org.jspecify.annotations.NullMarked;
