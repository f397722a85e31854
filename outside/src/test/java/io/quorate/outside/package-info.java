/**
 * Quorate as its users meet it: nodes are processes of the built distribution, commands are typed
 * into {@code bin/quorate}, programs use the published client. Nothing of the server is on this
 * class path, so a test here cannot agree with a mistake of the server.
 *
 * <p>Start at {@link io.quorate.outside.Nodes}, which runs nodes, and {@link
 * io.quorate.outside.CommandLine}, which runs commands. A test that needs no nodes of its own takes
 * those of {@link io.quorate.outside.SharedNodes}, or of {@link io.quorate.outside.DisturbedNodes}
 * if it kills, stops or restarts some: a start takes more time than most tests. Tests with the tag
 * {@code campaign} take too long for every change: {@code .ci/outside --campaign} runs them.
 */
@NullMarked
package io.quorate.outside;

import org.jspecify.annotations.NullMarked;
