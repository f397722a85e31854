/**
 * The data plane: reads and writes of records by quorums of replicas, and what brings replicas that
 * differ together again. It has no classes of its own, only packages, in this order; each package
 * uses some of those in the lines above it, and none in its own line or below. {@code
 * ArchitectureTest} lists which.
 *
 * <ol>
 *   <li>{@code api}, {@code event}, {@code background}, {@code tree}: the values that clients
 *       exchange with a node, events that several packages share, how background work yields to
 *       clients, and hash trees
 *   <li>{@code message}: what nodes say to each other
 *   <li>{@code admission}, {@code health}, {@code hint}, {@code replica}: who is served next, which
 *       nodes are up, what is owed to replicas that were away, and the only writer of records
 *   <li>{@code repair}: compares replicas and fills one that lost what it held
 *   <li>{@code drop}, {@code move}, {@code coordinator}: deletes what dropped tenants had; brings
 *       partitions to other nodes; carries out requests
 * </ol>
 *
 * <p>The replica and the coordinator have packages of their own, which stand in the same order.
 *
 * <p>Where a lower package needs a higher one, the lower one has the interface: {@code
 * hint.Courier} and {@code repair.Peers} are carried out by the coordinator, and {@code
 * api.RequestHandler} is what admission passes requests to.
 */
@NullMarked
package io.quorate.replication;

import org.jspecify.annotations.NullMarked;
