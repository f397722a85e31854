/**
 * Locks that this client acquires and renews. Start at {@link
 * io.quorate.client.internal.locks.LockKeeper}, which has all of them; a {@code Slot} is what one
 * owner does about one lock, a {@code Tenure} is for how long it holds it. All lives on the loop,
 * but for {@code Tenure#isHeld}, which any thread asks. The rules are in docs/design/locks.md.
 */
@NullMarked
package io.quorate.client.internal.locks;

import org.jspecify.annotations.NullMarked;
