/**
 * What Prometheus sees of a node. Meters are fed by facts that the rooms publish, so that they
 * count the same things under the same names as the logs and the simulator's report.
 *
 * <p>Start at {@link io.quorate.metrics.Meters}. Names follow Prometheus' conventions: {@code
 * quorate_} first, base units, {@code _total} for counters.
 */
@NullMarked
package io.quorate.metrics;

import org.jspecify.annotations.NullMarked;
