/**
 * The interfaces of {@code runtime} for production: event loops, the machine's clock, its chance,
 * its threads. Built by {@code node} only.
 *
 * <p>Start at {@link io.quorate.runtime.real.EventLoops}.
 */
@NullMarked
package io.quorate.runtime.real;

import org.jspecify.annotations.NullMarked;
