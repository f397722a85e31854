/**
 * What every request under way is given and shares with the others: the {@link
 * io.quorate.replication.coordinator.operation.Context} of its node, the {@link
 * io.quorate.replication.coordinator.operation.Plan} that says which replicas and which epoch it is
 * about, its place in the {@link io.quorate.replication.coordinator.operation.OperationTable}, the
 * {@link io.quorate.replication.coordinator.operation.CoordinatorRules}, and the words in which it
 * fails.
 *
 * <p>An operation is {@link io.quorate.replication.coordinator.operation.InFlight}: it is in the
 * table exactly as long as it waits for something. It takes a new id for each round, so that an
 * answer to an earlier round finds no operation. Here is also what waits in the place of operations
 * of any kind: for the first word of replicas ({@code FirstWord}), for the rest of the replicas
 * after the client was answered ({@code Stragglers}), for the name of a lock's holder ({@code
 * FencedOff}).
 *
 * <p>Knows of no kind of operation: what only one of them needs is in that one's package.
 */
@NullMarked
package io.quorate.replication.coordinator.operation;

import org.jspecify.annotations.NullMarked;
