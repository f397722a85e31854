/**
 * One real node, put together: what it is made of, what happens first when it starts and last when
 * it stops, what it tells in meters and logs, and what becomes of the process when something inside
 * cannot go on.
 *
 * <p>Start at {@link io.quorate.node.QuorateNode}, which puts the parts together. {@code
 * ClientServices} has what is served to applications and operators, {@code NodeAccess} who may do
 * what, {@code Servers} the ports, {@code SideThreads} what runs beside the lane, and {@code
 * PulseCheck} what health and meters see of the node. {@code core} has what runs in production and
 * in simulation alike, and {@code config} reads what an operator decided. No protocol lives here.
 */
@NullMarked
package io.quorate.node;

import org.jspecify.annotations.NullMarked;
