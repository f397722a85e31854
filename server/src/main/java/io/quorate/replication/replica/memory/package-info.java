/**
 * What a replica has of its keys in memory: records and versions read lately, and for each key that
 * has writes under way, what was handed to the store and is not durable yet. Start at {@link
 * io.quorate.replication.replica.memory.KeysInMemory}.
 *
 * <p>While a write of a key is under way, all writes of the key meet in one {@link
 * io.quorate.replication.replica.memory.KeyWrites}, and no cache holds the key: so what is found in
 * a cache is what is durable. Knows no epoch, no rule of merging and no store.
 */
@NullMarked
package io.quorate.replication.replica.memory;

import org.jspecify.annotations.NullMarked;
