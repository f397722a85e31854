/**
 * Commands against real nodes, which run in the process of the test. What commands do with the
 * answers of a cluster is tested with fakes, in the packages of the commands.
 *
 * <p>Start at {@link io.quorate.cli.real.Operator}; {@link io.quorate.node.RealCluster} runs the
 * nodes.
 */
@NullMarked
package io.quorate.cli.real;

import org.jspecify.annotations.NullMarked;
