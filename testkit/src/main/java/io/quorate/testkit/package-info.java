/**
 * Clusters of real nodes in the process of a test, for tests of applications: with faults, and as
 * an extension of JUnit.
 *
 * <p>Start at {@link io.quorate.testkit.QuorateTest}, or at {@link
 * io.quorate.testkit.QuorateCluster} without JUnit. {@link io.quorate.testkit.ClusterNode} has the
 * faults. Nodes are those of production: sockets, RocksDB, Raft. They differ in their clock, which
 * a test can move, and in that their connections pass through this process once more, where they
 * can be cut.
 */
@NullMarked
package io.quorate.testkit;

import org.jspecify.annotations.NullMarked;
