/**
 * What other nodes may have under way at the replica of this node: their requests come in by {@link
 * io.quorate.replication.replica.limit.RequestLimiter}, which refuses what is beyond a bound, and
 * sends the answers. It knows the replica only from outside, as the coordinator does.
 */
@NullMarked
package io.quorate.replication.replica.limit;

import org.jspecify.annotations.NullMarked;
