/**
 * The interfaces to the outside: clock, lane, randomness, network, and threads for the disk.
 * Protocol code sees time, threads and other nodes through these and nothing else, so that a whole
 * cluster runs in one thread under a simulator.
 *
 * <p>Implementations for production live in {@code runtime.real} and are built by {@code node}
 * only.
 */
@NullMarked
package io.quorate.runtime;

import org.jspecify.annotations.NullMarked;
