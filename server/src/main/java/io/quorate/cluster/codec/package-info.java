/**
 * States and commands as bytes, for the Raft log and its snapshots. Equal values give equal bytes
 * on every node, so states can be compared by their bytes; malformed bytes are refused, never
 * guessed at.
 *
 * <p>Start at {@link io.quorate.cluster.codec.ClusterStateCodec}.
 */
@NullMarked
package io.quorate.cluster.codec;

import org.jspecify.annotations.NullMarked;
