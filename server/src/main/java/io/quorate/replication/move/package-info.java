/**
 * What a node does for partitions on the move (docs/design/topology-change.md). It calls only
 * replicas, follows the placements, and reports its progress.
 *
 * <p>A {@link io.quorate.replication.move.Copier} brings to this node what it must hold of a
 * partition before the set that it moves to is read, and hands over what a partition leaves here.
 * Of what is damaged a {@link io.quorate.replication.move.DamagedHandOver} hands over what can be
 * read. {@link io.quorate.replication.move.Leftovers} takes away what lies here of partitions that
 * are not this node's. Before a replica that arrives serves anything, it takes away what it kept
 * from a time before: that is the replica's own doing.
 */
@NullMarked
package io.quorate.replication.move;

import org.jspecify.annotations.NullMarked;
