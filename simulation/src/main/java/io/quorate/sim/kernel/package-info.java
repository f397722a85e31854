/**
 * A world in one thread: virtual time, chance from one seed, lanes, clocks and a network, all of
 * them the interfaces of {@code runtime} seen from the other side. It knows nothing of Quorate's
 * protocols, so it can be tested with toy ones.
 *
 * <p>Start at {@link io.quorate.sim.kernel.SimWorld}. Nothing here may touch real time, threads, or
 * chance that does not come from the seed.
 */
@NullMarked
package io.quorate.sim.kernel;

import org.jspecify.annotations.NullMarked;
