/**
 * One node, put together: which part is given which, what happens first when it starts and last
 * when it stops, and what becomes of the process when something inside cannot go on.
 *
 * <p>Start at {@link io.quorate.node.QuorateNode} for a real node, and at {@link
 * io.quorate.node.NodeCore} for what runs in production and in simulation alike. {@code config}
 * reads what an operator decided. No protocol lives here.
 */
@NullMarked
package io.quorate.node;

import org.jspecify.annotations.NullMarked;
