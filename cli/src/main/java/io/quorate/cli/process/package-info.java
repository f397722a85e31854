/**
 * The process that a command runs in, or starts: the options of its JVM, and where its log goes.
 *
 * <p>Start at {@link io.quorate.cli.process.NodeJvm}.
 */
@NullMarked
package io.quorate.cli.process;

import org.jspecify.annotations.NullMarked;
