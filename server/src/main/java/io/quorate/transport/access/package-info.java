/**
 * Which calls are let through: as whom a connection is known, what that user may do by the rules
 * that this node knows, and which rule each method has. Start at {@link
 * io.quorate.transport.access.AllowedCalls}; operations on keys are asked about one by one, by
 * {@link io.quorate.transport.access.Caller}.
 */
@NullMarked
package io.quorate.transport.access;

import org.jspecify.annotations.NullMarked;
