/**
 * What all nodes agree on: the members, the tenants, where the partitions live, and the commands
 * that change it. Every node folds the same log of commands into the same state.
 *
 * <p>Start at {@link io.quorate.cluster.ClusterState#apply}. Values only: the proposer of a command
 * puts the time, ids and random numbers into it that it needs. No I/O, no thread, no bytes of the
 * wire; the encoding kept on disk and in the Raft log is in {@code cluster.codec}.
 */
@NullMarked
package io.quorate.cluster;

import org.jspecify.annotations.NullMarked;
