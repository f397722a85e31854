/**
 * The disk of a node, in RocksDB: one database, column families {@code data} (partition, tenant,
 * key → record), {@code raft} and {@code meta}.
 *
 * <p>Start at {@link io.quorate.storage.rocks.RocksStorage}. All writes go through the one thread
 * of {@code GroupWriter}, which syncs once for all that wait. Reads are served on the lane while
 * they hit memory, and by {@code Readers} otherwise. Nothing outside of this room sees RocksDB.
 */
@NullMarked
package io.quorate.storage.rocks;

import org.jspecify.annotations.NullMarked;
