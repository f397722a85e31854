/**
 * {@code quorate bench}: a closed loop of reads and writes that measures a cluster and, with every
 * answer, checks the promise it makes about versions.
 *
 * <p>Start at {@link io.quorate.cli.bench.BenchCommand}, then {@link
 * io.quorate.cli.bench.ClosedLoop} and {@link io.quorate.cli.bench.VersionRule}. Keys, values,
 * distribution and loop are those of the load generator that other stores are measured with, so
 * figures compare.
 */
@NullMarked
package io.quorate.cli.bench;

import org.jspecify.annotations.NullMarked;
