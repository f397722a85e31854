/**
 * The only writer of records on a node. Whatever brings a record here, a client's write through the
 * local coordinator or a message from elsewhere, passes the same gate: is it planned on the epoch
 * served here; is it newer than what is held; is it durable before any caller is told.
 *
 * <p>Start at {@link io.quorate.replication.replica.Replica}. What depends on the records that a
 * node holds, as the hash trees do, is told of each change by {@link
 * io.quorate.replication.replica.ReplicaListener}.
 */
@NullMarked
package io.quorate.replication.replica;

import org.jspecify.annotations.NullMarked;
