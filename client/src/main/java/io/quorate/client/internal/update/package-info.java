/**
 * Makes of what callers change the updates that nodes merge: the client is the actor of counters,
 * sets and other fields (docs/design/crdts.md#writer).
 *
 * <p>Start at {@link io.quorate.client.internal.update.Writers#make}. A {@code Fold} gathers the
 * changes of several callers, and {@code FieldWords} has the words of the wire. No clock, no
 * threads, no I/O.
 */
@NullMarked
package io.quorate.client.internal.update;

import org.jspecify.annotations.NullMarked;
