/**
 * A disk in memory, for simulation: it takes virtual time to sync, loses what was not synced when
 * its node crashes, and can be slow, full, failing or corrupt. It passes the contract tests of the
 * real one.
 *
 * <p>Start at {@link io.quorate.storage.memory.MemoryDisk}. Deterministic: everything happens on
 * the lanes it is given, by the chance it is given, and what can be seen is ordered.
 */
@NullMarked
package io.quorate.storage.memory;

import org.jspecify.annotations.NullMarked;
