/**
 * Hash trees over what this node holds, kept up to date with every write, so that two replicas find
 * out in one message that they hold the same, and otherwise where they differ
 * (docs/design/protocol.md#healing; Merkle 1987, DeCandia and others, <i>Dynamo</i>, 2007, section
 * 4.7).
 *
 * <p>A tree that may not match its data is rebuilt, never trusted. Trees live in memory, and are
 * built by reading the disk: after a start, unless the last one stopped in order and left them; and
 * when a write failed, so that what is on disk is not known. Reading a partition also counts its
 * keys by tenant.
 */
@NullMarked
package io.quorate.replication.tree;

import org.jspecify.annotations.NullMarked;
