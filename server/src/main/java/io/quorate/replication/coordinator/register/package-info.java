/**
 * Keys of linearizable tenants, as replicated registers (docs/design/linearizable.md), and reads
 * under locks, which ask replicas in the same rounds (docs/design/fencing.md). Start at {@link
 * io.quorate.replication.coordinator.register.RegisterEntry}: it looks whether replicas agree
 * ({@code RegisterRead}), or has a change wait in line ({@code RegisterLines}) and proposed ({@code
 * RegisterProposal}). What a change makes of a register is decided by {@code RegisterChange} and
 * {@code RegisterEdit}, which are functions of values.
 *
 * <p>A node has one proposal of a key under way at a time, and no two registers are ever accepted
 * by one ballot. What was promised or marked under one epoch is not built on under another.
 */
@NullMarked
package io.quorate.replication.coordinator.register;

import org.jspecify.annotations.NullMarked;
