/**
 * A cluster that is asked for far more than it can do: who is served, who is refused, and whether
 * those who ask little feel those who ask much. Start at {@link io.quorate.sim.overload.Rush}.
 */
@NullMarked
package io.quorate.sim.overload;

import org.jspecify.annotations.NullMarked;
