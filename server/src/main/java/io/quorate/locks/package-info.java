/**
 * Locks: one holder at a time, or some that share it, for as long as they renew. A Raft group of
 * its own on the voters of the metadata group decides who holds what; how long a holder may go on
 * without a renewal its leader keeps in memory, so that a renewal costs no entry of the log
 * (docs/design/locks.md).
 *
 * <p>Start at {@link io.quorate.locks.LockTable}, which is what the log decides, then {@link
 * io.quorate.locks.LockGroup}, which is a node's part in the group, and {@link
 * io.quorate.locks.Locks}, where requests enter at any node.
 */
@NullMarked
package io.quorate.locks;

import org.jspecify.annotations.NullMarked;
