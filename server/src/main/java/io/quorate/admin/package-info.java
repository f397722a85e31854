/**
 * What an operator may ask of the cluster, and what is refused: previews of topology changes,
 * requests that may come twice, nodes that are taken for lost and answer all the same. It is free
 * of any wire: {@code transport.admin} translates to and from it, and {@code node} supplies the
 * parts of the node that it works on.
 *
 * <p>Start at {@link io.quorate.admin.ClusterAdmin}, then {@link io.quorate.admin.OperatorRequest}
 * for the way of a request to its decision.
 */
@NullMarked
package io.quorate.admin;

import org.jspecify.annotations.NullMarked;
