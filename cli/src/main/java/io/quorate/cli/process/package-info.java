/**
 * The process that a command runs in, or starts: the options of its JVM, where its log goes, and
 * for how long it remembers host names.
 *
 * <p>Start at {@link io.quorate.cli.process.NodeJvm}.
 */
@NullMarked
package io.quorate.cli.process;

import org.jspecify.annotations.NullMarked;
