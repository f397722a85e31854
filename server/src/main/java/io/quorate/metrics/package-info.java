/**
 * What Prometheus sees of a node. Meters are registered from their declarations, and fed by the
 * events that the packages publish, so that they count what logs and the simulator's report tell.
 *
 * <p>Start at {@link io.quorate.metrics.Meters}. Names follow Prometheus' conventions: {@code
 * quorate_} first, base units, {@code _total} for counters. This package knows no event: each says
 * itself what it counts.
 */
@NullMarked
package io.quorate.metrics;

import org.jspecify.annotations.NullMarked;
