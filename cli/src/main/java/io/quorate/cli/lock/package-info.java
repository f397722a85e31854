/**
 * Commands on locks, of which the first runs another program while it holds one.
 *
 * <p>Start at {@link io.quorate.cli.lock.LockCommand}, then {@link
 * io.quorate.cli.lock.AcquireCommand}.
 */
@NullMarked
package io.quorate.cli.lock;

import org.jspecify.annotations.NullMarked;
