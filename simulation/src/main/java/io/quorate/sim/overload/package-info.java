/**
 * A cluster that is asked for far more than it can do: which tenants are served, which are refused,
 * and whether tenants that ask little are affected by those that ask much. Start at {@link
 * io.quorate.sim.overload.Rush}.
 */
@NullMarked
package io.quorate.sim.overload;

import org.jspecify.annotations.NullMarked;
