/**
 * What a node keeps on disk: records, hints for other nodes, the Raft log, its identity. Contracts,
 * their RocksDB half, and the in-memory twin that simulation uses and that passes the same contract
 * tests.
 *
 * <p>Start at {@link io.quorate.storage.RecordStore}.
 */
@NullMarked
package io.quorate.storage;

import org.jspecify.annotations.NullMarked;
