/**
 * The disk of a node, in RocksDB: one database, with the column families of {@code Family}. Records
 * lie in {@code data} (partition, tenant, key → record), or, once a damaged block had to go, in the
 * family into which {@code Renewal} has copied them.
 *
 * <p>Start at {@link io.quorate.storage.rocks.RocksStorage}. All writes go through the one thread
 * of {@code GroupWriter}, which syncs once for all that wait. Reads are served on the lane while
 * they hit memory, and by {@code Readers} otherwise. Nothing outside of this package sees RocksDB.
 *
 * <p>This package implements the interfaces of {@code storage} for production, as {@code
 * runtime.real} does those of {@code runtime}: its calls block, so it is given threads, and what
 * they find comes back on the lane that asked. The contract and its twin in memory have none.
 */
@NullMarked
package io.quorate.storage.rocks;

import org.jspecify.annotations.NullMarked;
