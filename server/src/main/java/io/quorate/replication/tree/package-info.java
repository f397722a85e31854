/**
 * Hash trees over what this node holds, kept up to date with every write, so that two replicas find
 * out in one message that they hold the same, and otherwise where they differ
 * (docs/design/protocol.md#healing; Merkle 1987, DeCandia and others, <i>Dynamo</i>, 2007, section
 * 4.7).
 *
 * <p>A tree that may not match its data is rebuilt, never trusted. Trees live in memory, and go
 * from one start to the next by what is kept of them on disk and a log of what writes change,
 * whatever ends the first of the two ({@link io.quorate.replication.tree.TreeLog}). Where there is
 * none, or one was in doubt, it is built by reading the disk. Reading a partition also counts its
 * keys by tenant.
 */
@NullMarked
package io.quorate.replication.tree;

import org.jspecify.annotations.NullMarked;
