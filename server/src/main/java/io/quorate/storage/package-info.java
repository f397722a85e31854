/**
 * What a node keeps on disk: records, hints for other nodes, the Raft log, its identity. Contracts,
 * and their RocksDB half. Its in-memory twin, which passes the same contract tests, is in module
 * {@code simulation}.
 *
 * <p>Start at {@link io.quorate.storage.RecordStore}.
 */
@NullMarked
package io.quorate.storage;

import org.jspecify.annotations.NullMarked;
