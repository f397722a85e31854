/**
 * Gets that replicas answer without an order among writes: {@code ReadOperation} decides when
 * enough have answered and enough hold the newest, {@code ReadRound} asks and repairs under one
 * plan, {@code ReadTally} counts. Start at {@link
 * io.quorate.replication.coordinator.read.ReadEntry}, which chooses by the tenant and the lock;
 * writes that depend on what a key has begin at {@link
 * io.quorate.replication.coordinator.read.ReadFirst}.
 *
 * <p>A read returns nothing that a later read may miss: it is answered when the replicas known to
 * hold what it returns satisfy the write rule of the stage. It writes to replicas only what it has
 * found there.
 */
@NullMarked
package io.quorate.replication.coordinator.read;

import org.jspecify.annotations.NullMarked;
