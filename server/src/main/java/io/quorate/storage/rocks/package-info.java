/**
 * The disk of a node, in RocksDB: one database, with the column families of {@code Family}. Records
 * lie in {@code data} (partition, tenant, key → record), or, once a damaged block had to go, in the
 * family into which {@code Renewal} has copied them.
 *
 * <p>Start at {@link io.quorate.storage.rocks.RocksStorage}. Here are the stores, what they read
 * by, and the renewal of a damaged family. Below are, from the lowest: {@code format}, what lies in
 * the families; {@code files}, the directory before it is opened; {@code database}, the open
 * database; and {@code writer}, the one thread that all writes go through, which syncs once for all
 * that wait. Reads are served on the lane while they hit memory, and by {@code Readers} otherwise.
 * Nothing outside of these packages sees RocksDB.
 *
 * <p>This package implements the interfaces of {@code storage} for production, as {@code
 * runtime.real} does those of {@code runtime}: its calls block, so it is given threads, and what
 * they find comes back on the lane that asked. The contract and its twin in memory have none.
 */
@NullMarked
package io.quorate.storage.rocks;

import org.jspecify.annotations.NullMarked;
