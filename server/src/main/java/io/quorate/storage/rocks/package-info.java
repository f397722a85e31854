/**
 * The disk of a node, in RocksDB: one database, with the column families of {@code Family}. Records
 * lie in {@code data} (partition, tenant, key → record), or, once a damaged block had to go, in the
 * family into which {@code Renewal} has written them anew.
 *
 * <p>Start at {@link io.quorate.storage.rocks.RocksStorage}. All writes go through the one thread
 * of {@code GroupWriter}, which syncs once for all that wait. Reads are served on the lane while
 * they hit memory, and by {@code Readers} otherwise. Nothing outside of this room sees RocksDB.
 *
 * <p>This room is the real half of the disk's door, as {@code runtime.real} is that of the others:
 * its calls block, so it is given threads, and what they find comes back on the lane that asked.
 * The contract and its twin in memory have none.
 */
@NullMarked
package io.quorate.storage.rocks;

import org.jspecify.annotations.NullMarked;
