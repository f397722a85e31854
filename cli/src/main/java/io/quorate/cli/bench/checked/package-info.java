/**
 * What a run does to keys, for each model of tenants, and how each answer is judged by what the
 * model promises. Start at {@link io.quorate.cli.bench.checked.BenchModel}, then {@link
 * io.quorate.cli.bench.checked.Operations} and {@link io.quorate.cli.bench.checked.VersionRule}.
 * When operations begin, and what is reported of them, is said above this package.
 */
@NullMarked
package io.quorate.cli.bench.checked;

import org.jspecify.annotations.NullMarked;
