/**
 * Hash trees over what this node holds, kept up to date with every write, so that two replicas find
 * out in one message that they hold the same, and otherwise where they differ
 * (docs/design/protocol.md#healing; Merkle 1987, DeCandia and others, <i>Dynamo</i>, 2007, section
 * 4.7).
 *
 * <p>A tree that may not match its data is rebuilt, never trusted: trees live in memory only, are
 * built from the disk after each start, and are thrown away when a write failed and nobody knows
 * what is on disk.
 */
@NullMarked
package io.quorate.replication.tree;

import org.jspecify.annotations.NullMarked;
