/**
 * All of a node that decides anything, from its first start to its departure: how its parts are
 * made, and what runs on its lane. A node of the simulator is this, too, so it meets the world
 * through {@link io.quorate.node.core.NodeEnvironment} only.
 *
 * <p>Start at {@link io.quorate.node.core.NodeCore}; {@code ClusterNode} is a node that belongs to
 * a cluster, {@code HomePart} what it has once, and {@code DataPart} what a lane has. Purges and
 * moves have a part each, which brings reports to the leader, and leads if this node does. {@link
 * io.quorate.node.core.NodeAdmin} answers operators.
 */
@NullMarked
package io.quorate.node.core;

import org.jspecify.annotations.NullMarked;
