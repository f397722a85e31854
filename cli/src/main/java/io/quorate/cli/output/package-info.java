/**
 * How results and failures look: tables and lines for people, JSON for programs, and bytes made
 * safe for a terminal. Knows nothing of clusters.
 *
 * <p>Start at {@link io.quorate.cli.output.Output}.
 */
@NullMarked
package io.quorate.cli.output;

import org.jspecify.annotations.NullMarked;
