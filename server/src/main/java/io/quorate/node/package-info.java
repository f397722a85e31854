/**
 * One real node, put together: what it is made of, what happens first when it starts and last when
 * it stops, what it tells in meters and logs, and what becomes of the process when something inside
 * cannot go on.
 *
 * <p>Start at {@link io.quorate.node.QuorateNode}. {@code core} has what runs in production and in
 * simulation alike, and {@code config} reads what an operator decided. No protocol lives here.
 */
@NullMarked
package io.quorate.node;

import org.jspecify.annotations.NullMarked;
