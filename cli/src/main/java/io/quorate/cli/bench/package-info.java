/**
 * {@code quorate bench}: a closed loop of reads and writes that measures a cluster and, with every
 * answer, checks the promise it makes about versions; or operations by a schedule. Changes of the
 * topology that happen meanwhile are told apart from rest ({@link io.quorate.cli.bench.Period}).
 *
 * <p>Start at {@link io.quorate.cli.bench.BenchCommand}, then {@link
 * io.quorate.cli.bench.ClosedLoop} and {@link io.quorate.cli.bench.checked.VersionRule}. Keys,
 * values, distribution and loop are those of the load generator that other stores are measured
 * with, so figures compare.
 */
@NullMarked
package io.quorate.cli.bench;

import org.jspecify.annotations.NullMarked;
