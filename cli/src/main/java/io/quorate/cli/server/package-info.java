/**
 * The command that runs a node, and what surrounds a node in its process: how it ends, what it does
 * when memory runs out, and what a start learns for the next.
 *
 * <p>Start at {@link io.quorate.cli.server.ServerCommand}.
 */
@NullMarked
package io.quorate.cli.server;

import org.jspecify.annotations.NullMarked;
