/**
 * The {@code quorate} command: what people and scripts type. Everything here speaks to a cluster
 * through the client library, as any other program would; only {@code server} and {@code dev} start
 * nodes.
 *
 * <p>Start at {@link io.quorate.cli.Main}. One class per command; what several commands share is
 * {@link io.quorate.cli.ClusterOptions}. Long work lives in {@code cli.transfer} (import, export),
 * {@code cli.bench} and {@code cli.dev}; how results look in {@code cli.output}.
 */
@NullMarked
package io.quorate.cli;

import org.jspecify.annotations.NullMarked;
